"""The denoiser: a small convolutional U-Net on 32×32 latents, told by words (FiLM, cross-attention) and by a reference drawing (channels)."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from .autoencoder import CHANNELS
from .text import WIDTH, Attention


class Block(nn.Module):
    """Normalise, scale and shift by the condition, two convolutions beside a shortcut."""

    def __init__(self, width, condition):
        super().__init__()
        self.norm = nn.GroupNorm(8, width, affine=False)
        self.film = nn.Linear(condition, 2 * width)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x, condition):
        scale, shift = self.film(condition)[..., None, None].chunk(2, 1)
        h = F.silu(self.norm(x) * (1 + scale) + shift)
        return x + self.second(F.silu(self.first(h)))


class Mixer(nn.Module):
    """Every place looks at all others and at the words."""

    def __init__(self, width):
        super().__init__()
        self.norm_a, self.norm_b = nn.LayerNorm(width), nn.LayerNorm(width)
        self.to_self, self.to_words = Attention(width), Attention(width, WIDTH)

    def forward(self, x, words):
        b, c, h, w = x.shape
        t = x.flatten(2).transpose(1, 2)
        n = self.norm_a(t)
        t = t + self.to_self(n)
        t = t + self.to_words(self.norm_b(t), words)
        return t.transpose(1, 2).reshape(b, c, h, w)


class Denoiser(nn.Module):
    """sample [b, 8, h, w], timestep [b] in 0…1000, encoder_hidden_states [b, L, 128], reference [b, 9, h, w] → velocity [b, 8, h, w].

    h and w must be multiples of 4. A zero reference says that there is no subject.
    """

    def __init__(self, widths=(64, 128, 192), condition=192):
        super().__init__()
        a, b, c = widths
        self.time = nn.Sequential(nn.Linear(64, condition), nn.SiLU(), nn.Linear(condition, condition))
        self.words = nn.Linear(WIDTH, condition)
        self.settle = nn.Sequential(nn.SiLU(), nn.Linear(condition, condition), nn.SiLU())
        self.enter = nn.Conv2d(2 * CHANNELS + 1, a, 3, padding=1)
        self.down1 = nn.ModuleList(Block(a, condition) for _ in range(2))
        self.to2 = nn.Conv2d(a, b, 2, stride=2)
        self.down2 = nn.ModuleList(Block(b, condition) for _ in range(2))
        self.to3 = nn.Conv2d(b, c, 2, stride=2)
        self.middle = nn.ModuleList(Block(c, condition) for _ in range(3))
        self.mixer = nn.ModuleList(Mixer(c) for _ in range(2))
        self.from3 = nn.Conv2d(c, 4 * b, 1)
        self.up2 = nn.ModuleList(Block(b, condition) for _ in range(2))
        self.from2 = nn.Conv2d(b, 4 * a, 1)
        self.up1 = nn.ModuleList(Block(a, condition) for _ in range(2))
        self.last = nn.Linear(condition, 2 * a)  # the shortest way from a word to the picture's colours
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)
        self.leave = nn.Conv2d(a, CHANNELS, 3, padding=1)
        self.leave.weight.plain = True
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def forward(self, sample, timestep, encoder_hidden_states, reference):
        frequency = torch.exp(torch.arange(32, device=sample.device, dtype=torch.float32) * (-math.log(1000.0) / 31))
        phase = timestep[:, None].float() * frequency
        condition = self.settle(self.time(torch.cat([phase.sin(), phase.cos()], 1)) + self.words(encoder_hidden_states.sum(1) * 0.4))
        x = self.enter(torch.cat([sample, reference], 1))
        for block in self.down1:
            x = block(x, condition)
        fine, x = x, self.to2(x)
        for block in self.down2:
            x = block(x, condition)
        coarse, x = x, self.to3(x)
        x = self.middle[0](x, condition)
        x = self.mixer[0](x, encoder_hidden_states)
        x = self.middle[1](x, condition)
        x = self.mixer[1](x, encoder_hidden_states)
        x = self.middle[2](x, condition)
        x = F.pixel_shuffle(self.from3(x), 2) + coarse
        for block in self.up2:
            x = block(x, condition)
        x = F.pixel_shuffle(self.from2(x), 2) + fine
        for block in self.up1:
            x = block(x, condition)
        scale, shift = self.last(condition)[..., None, None].chunk(2, 1)
        return self.leave(x * (1 + scale) + shift)
