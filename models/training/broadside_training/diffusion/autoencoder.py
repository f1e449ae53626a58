"""The autoencoder: 256×256 pictures ↔ 32×32 latents of 8 channels, small enough to decode in a blink on a CPU."""
import torch
from torch import nn
from torch.nn import functional as F

CHANNELS = 8
DOWNSCALE = 8


class Residual(nn.Module):
    """Two 3×3 convolutions beside a shortcut. No normalisation: the picture's own levels must survive."""

    def __init__(self, width):
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x):
        return x + self.second(F.silu(self.first(F.silu(x))))


class Encoder(nn.Module):
    """[b, 3, H, W] in −1…1 → [b, 8, H/8, W/8] with zero mean and unit variance per channel over the corpus.

    The last normalisation has no learned scale: it keeps the encoder from escaping the noise that the decoder
    is trained against, and makes the latents ready for diffusion without another factor.
    """

    def __init__(self, width=64, deep=128):
        super().__init__()
        self.body = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, width, 3, padding=1),
            Residual(width),
            nn.Conv2d(width, deep, 4, stride=2, padding=1),
            Residual(deep),
            nn.SiLU(),
            nn.Conv2d(deep, CHANNELS, 3, padding=1),
        )
        self.norm = nn.BatchNorm2d(CHANNELS, affine=False, momentum=0.01)

    def forward(self, x):
        return self.norm(self.body(x))


class Decoder(nn.Module):
    """[b, 8, h, w] → [b, 3, 8h, 8w] in −1…1, unclamped. Most of the work is done at a quarter of the picture's size.

    `mending`: blocks more at the latent's size, which see further and straighten what a denoiser left crooked (refine_decoder).
    """

    def __init__(self, deep=160, width=80, mending=0):
        super().__init__()
        self.mending = nn.Sequential(*(Residual(deep) for _ in range(mending)))
        self.body = nn.Sequential(
            nn.Conv2d(CHANNELS, deep, 3, padding=1),
            Residual(deep),
            Residual(deep),
            nn.Conv2d(deep, width * 4, 1),
            nn.PixelShuffle(2),
            Residual(width),
            Residual(width),
            nn.SiLU(),
            nn.Conv2d(width, 48, 3, padding=1),
            nn.PixelShuffle(4),
        )

    def forward(self, z):
        return self.body[3:](self.mending(self.body[:3](z)))


class Autoencoder(nn.Module):
    def __init__(self, mending=0):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder(mending=mending)

    def forward(self, x):
        """Rebuilt pictures."""
        return self.decoder(self.encoder(x))
