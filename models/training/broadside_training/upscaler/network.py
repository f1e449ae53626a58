"""The upscaler's network and the small critic that polishes it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

CHANNELS, BLOCKS = 48, 6
# One pixel per 3×3 convolution: the way in, two per block, the way out. Tiles must overlap by at least this much.
RECEPTIVE_RADIUS = 2 + 2 * BLOCKS


class Block(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.act = nn.PReLU(channels, init=0.2)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.bias)
        with torch.no_grad():
            self.second.weight.mul_(0.2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.second(self.act(self.first(x)))


class Upscaler(nn.Module):
    """One trunk, one head per scale. All work is done at the small size; the head shuffles channels into pixels."""

    def __init__(self, scales: tuple[int, ...] = (2, 4), channels: int = CHANNELS, blocks: int = BLOCKS):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, channels, 3, padding=1), nn.PReLU(channels, init=0.2))
        self.blocks = nn.Sequential(*[Block(channels) for _ in range(blocks)])
        self.heads = nn.ModuleDict({str(s): nn.Conv2d(channels, 3 * s * s, 3, padding=1) for s in scales})
        for head in self.heads.values():
            nn.init.zeros_(head.bias)
            with torch.no_grad():
                head.weight.mul_(0.1)

    def forward(self, x: torch.Tensor, scale: int) -> torch.Tensor:
        """[b,3,h,w] in 0…1 → [b,3,scale·h,scale·w] in 0…1, unclamped."""
        features = self.blocks(self.stem(x * 2 - 1))
        detail = F.pixel_shuffle(self.heads[str(scale)](features), scale)
        return F.interpolate(x, scale_factor=float(scale), mode="bilinear", align_corners=False) + detail


class OneScale(nn.Module):
    """The graph that ships for one scale."""

    def __init__(self, model: Upscaler, scale: int):
        super().__init__()
        self.model, self.scale = model, scale

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return self.model(input, self.scale)


class Critic(nn.Module):
    """Judges patches of about 30 px: real or made. [b,3,h,w] → [b,1,h/4,w/4]."""

    def __init__(self, channels: int = 24):
        super().__init__()
        from torch.nn.utils.parametrizations import spectral_norm as sn

        c = channels
        self.layers = nn.ModuleList([
            sn(nn.Conv2d(3, c, 3, padding=1)),
            sn(nn.Conv2d(c, 2 * c, 4, 2, 1)),
            sn(nn.Conv2d(2 * c, 2 * c, 3, padding=1)),
            sn(nn.Conv2d(2 * c, 3 * c, 4, 2, 1)),
            sn(nn.Conv2d(3 * c, 3 * c, 3, padding=1)),
        ])
        self.out = sn(nn.Conv2d(3 * c, 1, 3, padding=1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x * 2 - 1
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
        return self.out(x)
