"""mood-vae: a small VAE whose latent noise is smoothed before it is decoded.

Samples of a plain spatial prior look patchy: every place of the latent is drawn on its own. Here each latent channel is
taken through a low-pass filter first, from channels that carry one value for the whole picture to channels that keep
all their places. White noise in, smooth fields out, so N(0,1) latents of any size decode to one coherent picture.
Training describes the posterior by frequency (an orthonormal change of basis, under which N(0,1) stays N(0,1)): what a
filter removes costs nothing and stays pure prior.

The decoder mixes a palette: six colours that it makes from the global channels, weighed anew at each place. Samples
keep to few colours that belong together, as the pictures of the corpus do.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

CHANNELS, DOWNSCALE = 16, 32
# Cut-off of each channel in half periods over the picture: 0.4 is nearly one value for all places. Detail beyond the
# cut-off can still be encoded, by latents larger than N(0,1) would draw.
GLOBAL = 10
CUTOFFS = (0.4,) * GLOBAL + (0.8,) * 2 + (1.4,) * 2 + (2.2,) * 2
# What ships: after training the filters are narrowed, and samples come out calmer for 0.6 dB of reconstruction.
CALM_CUTOFFS = (0.4,) * GLOBAL + (0.8,) * 2 + (1.2,) * 2 + (1.6,) * 2
COLOURS = 6
FLOOR = 0.04        # share of a filter's largest gain below which frequencies are not brought back
VIVID = 0.35        # 1: samples spread as the corpus does, which looks a little pale; 0: as wide as the prior
REFERENCE = 8      # latent places per side at 256²


def cosines(n: torch.Tensor | int, device: torch.device) -> torch.Tensor:
    """[n, n] orthonormal DCT-II: row k is k half periods over n places. Written so that n may be a traced size."""
    places = torch.arange(n, device=device).float()
    table = torch.cos(math.pi / n * (places[None, :] + 0.5) * places[:, None])
    scale = torch.where(places > 0, 2.0, 1.0)
    return table * torch.sqrt(scale / n)[:, None]


class Filter(nn.Module):
    """The low-pass filter of each channel, and its careful inverse, along one axis of n places."""

    def __init__(self):
        super().__init__()
        self.register_buffer("cutoffs", torch.tensor(CUTOFFS), persistent=False)
        self.register_buffer("level", torch.ones(CHANNELS), persistent=False)

    @torch.no_grad()
    def calm(self, spread: torch.Tensor) -> None:
        """Narrows the filters, and gives the global channels the spread [C] that pictures have in them.

        Encoder and decoder change by inverse amounts, so pictures are rebuilt as before and samples look more like them.
        """
        before = self.gains(REFERENCE)[:, 0]
        self.cutoffs.copy_(torch.tensor(CALM_CUTOFFS))
        self.level.copy_(before / self.gains(REFERENCE)[:, 0])
        self.level[:GLOBAL] *= spread[:GLOBAL] ** VIVID

    def gains(self, n: torch.Tensor | int) -> torch.Tensor:
        """[C, n] gain of each frequency: filtered white noise has variance 1 (times level²), at any n."""
        k = torch.arange(n, device=self.cutoffs.device).float()
        gain = torch.exp(-0.5 * (k[None, :] / self.cutoffs[:, None]) ** 2)
        energy = gain.pow(2).sum(1, keepdim=True) / n
        return gain * torch.rsqrt(energy) * self.level[:, None]

    def forward(self, n: torch.Tensor | int, inverse: bool = False) -> torch.Tensor:
        """[C, n, n], to multiply from the left."""
        gain, basis = self.gains(n), cosines(n, self.cutoffs.device)
        if inverse:
            # Frequencies that the filter leaves almost nothing of are not brought back.
            top = gain[:, :1]
            gain = gain / (gain * gain + (FLOOR * top) ** 2)
        return torch.matmul(basis.t()[None] * gain[:, None, :], basis[None])


def along_both(x: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """x [b,C,h,w] times [C,h,h] from the left and [C,w,w] transposed from the right."""
    return torch.matmul(torch.matmul(rows, x), columns.transpose(1, 2))


def conv(inputs: int, outputs: int, stride: int = 1, padding: str = "zeros") -> nn.Module:
    return nn.Conv2d(inputs, outputs, 3, stride, 1, padding_mode=padding)


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int = 1, padding: str = "zeros"):
        super().__init__()
        self.first, self.second = conv(inputs, outputs, stride, padding), conv(outputs, outputs, 1, padding)
        self.skip = nn.Conv2d(inputs, outputs, 1, stride) if inputs != outputs or stride > 1 else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.skip(x) + 0.5 * self.second(F.silu(self.first(F.silu(x))))


class Encoder(nn.Module):
    def __init__(self, filter: Filter):
        super().__init__()
        self.filter = filter
        self.layers = nn.Sequential(conv(3, 24), Block(24, 56, 2), Block(56, 96, 2), Block(96, 96), nn.SiLU(),
                                    nn.Conv2d(96, CHANNELS, 1))

    def fields(self, small: torch.Tensor) -> torch.Tensor:
        """Pictures at an eighth of their size [b,3,h/8,w/8] → what the decoder is to see, [b,C,h/32,w/32]."""
        return self.layers(small)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """image [b,3,h,w] in −1…1, h and w multiples of 32 → latent mean [b,C,h/32,w/32]."""
        return self.latent(self.fields(F.avg_pool2d(image, 8)))

    def latent(self, fields: torch.Tensor) -> torch.Tensor:
        rows = self.filter(fields.shape[2], inverse=True)
        columns = self.filter(fields.shape[3], inverse=True)
        return along_both(fields.float(), rows, columns)


class Decoder(nn.Module):
    def __init__(self, filter: Filter):
        super().__init__()
        self.filter = filter
        edge = "replicate"  # zeros would darken the border of the picture
        self.at8 = nn.Sequential(nn.Conv2d(CHANNELS, 96, 1), Block(96, 96, 1, edge))
        self.at16, self.at32 = Block(96, 56, 1, edge), Block(56, 32, 1, edge)
        self.scores = conv(32, COLOURS, 1, edge)
        self.palette = nn.Sequential(nn.Linear(GLOBAL, 96), nn.SiLU(), nn.Linear(96, COLOURS * 3))

    def parts(self, latent: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """latent [b,C,h/32,w/32] → scores of the colours [b,COLOURS,h/8,w/8], colours [b,COLOURS,3] in −1…1."""
        rows, columns = self.filter(latent.shape[2]), self.filter(latent.shape[3])
        fields = along_both(latent, rows, columns)
        x = self.at8(fields)
        for block in (self.at16, self.at32):
            x = block(F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False))
        colours = torch.tanh(self.palette(fields[:, :GLOBAL].float().mean((2, 3))))
        return self.scores(F.silu(x)).float(), colours.view(-1, COLOURS, 3).float()

    @staticmethod
    def mix(scores: torch.Tensor, colours: torch.Tensor, doublings: int) -> torch.Tensor:
        """Scores are enlarged before the softmax: soft edges stay even at full size, and no pixel shows.

        Doubling linearly again and again ends in a smooth spline, and runs faster than cubic enlargement at once.
        """
        for _ in range(doublings):
            scores = F.interpolate(scores, scale_factor=2.0, mode="bilinear", align_corners=False)
        weights = torch.softmax(scores, 1)
        b, h, w = weights.shape[0], weights.shape[2], weights.shape[3]
        return torch.matmul(colours.transpose(1, 2), weights.reshape(b, COLOURS, h * w)).view(b, 3, h, w)

    def small(self, latent: torch.Tensor) -> torch.Tensor:
        """Pictures at a quarter of their size, [b,3,h/4,w/4] in −1…1."""
        return self.mix(*self.parts(latent), 1)

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """latent [b,C,h/32,w/32] → image [b,3,h,w] in −1…1."""
        return self.mix(*self.parts(latent), 3)


class MoodVae(nn.Module):
    def __init__(self):
        super().__init__()
        self.filter = Filter()
        self.encoder, self.decoder = Encoder(self.filter), Decoder(self.filter)
        # Spread of the posterior by channel and frequency; the same for all pictures.
        self.log_variance = nn.Parameter(torch.full((CHANNELS, REFERENCE, REFERENCE), -2.0))

    def posterior(self, small: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and log variance by frequency, [b,C,8,8], of pictures [b,3,64,64] in −1…1."""
        basis = cosines(REFERENCE, small.device)
        mean = torch.matmul(torch.matmul(basis, self.encoder.latent(self.encoder.fields(F.avg_pool2d(small, 2)))), basis.t())
        return mean, self.log_variance.clamp(-9, 1)[None].expand_as(mean)

    @torch.no_grad()
    def calm(self, small: torch.Tensor) -> None:
        """Prepares the trained model for sampling, by pictures [b,3,64,64] in −1…1."""
        mean, log_variance = self.posterior(small)
        self.filter.calm((mean[:, :, 0, 0].var(0) + log_variance.exp().mean(0)[:, 0, 0]).sqrt())

    def places(self, frequencies: torch.Tensor) -> torch.Tensor:
        """Back from frequencies to places."""
        basis = cosines(REFERENCE, frequencies.device)
        return torch.matmul(torch.matmul(basis.t(), frequencies), basis)
