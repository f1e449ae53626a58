"""The judge: a small classifier that reads subject, style, palette, background and layout off a finished picture."""
import torch
from torch import nn
from torch.nn import functional as F

from ..corpus import backgrounds, layouts, palettes, styles, subjects

SIZE = 128
HEADS = {"subject": subjects.COUNT, "style": len(styles.NAMES), "palette": len(palettes.NAMES), "background": len(backgrounds.NAMES), "layout": len(layouts.NAMES)}


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.BatchNorm2d(width)
        self.first, self.second = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x):
        return x + self.second(F.silu(self.first(F.silu(self.norm(x)))))


class Judge(nn.Module):
    """Pictures [b, 3, 128, 128] in −1…1 → logits per head; `features` [b, 512] are what seed diversity is measured in."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, 64, 3, padding=1),
            Block(64),
            nn.Conv2d(64, 128, 2, stride=2),
            Block(128),
            Block(128),
            nn.Conv2d(128, 256, 2, stride=2),
            Block(256),
            nn.BatchNorm2d(256),
            nn.SiLU(),
        )
        self.heads = nn.ModuleDict({name: nn.Linear(512, count) for name, count in HEADS.items()})
        for head in self.heads.values():
            head.weight.plain = True

    def features(self, x):
        h = self.body(x)
        return torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1)

    def forward(self, x):
        f = self.features(x)
        return {name: head(f) for name, head in self.heads.items()}
