"""The judge: three small classifiers that read the words off a finished picture.

One sees the whole picture and says palette, background and layout. Two see the square where the layout puts the subject and
say which of all subjects is there, and in which style. A picture with the right subject in the wrong place counts as wrong.
"""
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from ..corpus import backgrounds, layouts, palettes, styles, subjects

# px of what each classifier sees. Shading, screens and fine patterns are lost in 64; a subject's shape is not.
SIZES = {"subject": 64, "style": 128, "scene": 128}
# Three classifiers, and what each reads: the first two look at the subject's square, the last at the whole picture.
HEADS = {
    "subject": {"subject": subjects.COUNT},
    "style": {"style": len(styles.NAMES)},
    "scene": {"palette": len(palettes.NAMES), "background": len(backgrounds.NAMES), "layout": len(layouts.NAMES)},
}
ROLES = ("subject", "style", "palette", "background", "layout")


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.BatchNorm2d(width)
        self.first, self.second = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x):
        return x + self.second(F.silu(self.first(F.silu(self.norm(x)))))


def body(patch, widths):
    a, b, c = widths
    return nn.Sequential(
        nn.PixelUnshuffle(patch), nn.Conv2d(3 * patch * patch, a, 3, padding=1), Block(a),
        nn.Conv2d(a, b, 2, stride=2), Block(b),
        nn.Conv2d(b, c, 2, stride=2), Block(c),
        nn.BatchNorm2d(c), nn.SiLU(),
    )


class Reader(nn.Module):
    """Pictures or crops [b, 3, size, size] in −1…1 → logits per head. Its features [b, 3072] keep a coarse grid, for layouts."""

    def __init__(self, name: str):
        super().__init__()
        heads = HEADS[name]
        self.body = body(SIZES[name] // 32, (48, 96, 192))
        self.heads = nn.ModuleDict({name: nn.Linear(192 * 16, count) for name, count in heads.items()})

    def features(self, x):
        return F.adaptive_avg_pool2d(self.body(x), 4).flatten(1)

    def forward(self, x):
        f = self.features(x)
        return {name: head(f) for name, head in self.heads.items()}


def look(picture, placements, size, margin=1.12):
    """The square around the placement that lies most within the picture [H, W, 3] uint8 → [size, size, 3] uint8."""
    side = min(picture.shape[:2])
    inside = [max(0, min(cx, 1 - cx, cy, 1 - cy) + s / 2) * s for cx, cy, s in placements]
    cx, cy, s = placements[int(np.argmax(inside))]
    half = s * side * margin / 2
    x, y = cx * picture.shape[1], cy * picture.shape[0]
    return np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BOX, box=clip_box(x, y, half, picture)))


def clip_box(x, y, half, picture):
    """A square around (x, y), pushed into the picture and no larger than it."""
    h, w = picture.shape[:2]
    half = min(half, h / 2, w / 2)
    x, y = min(max(x, half), w - half), min(max(y, half), h - half)
    return (x - half, y - half, x + half, y + half)


def shrink(pictures):
    """uint8 [N, 256, 256, 3] → uint8 [N, 3, 128, 128], what the scene is read from."""
    size = SIZES["scene"]
    out = np.empty((len(pictures), 3, size, size), np.uint8)
    for i, p in enumerate(pictures):
        out[i] = np.asarray(Image.fromarray(p).reduce(p.shape[0] // size)).transpose(2, 0, 1)
    return torch.from_numpy(out)
