"""The judge: two small classifiers that read the words off a finished picture.

The scene judge sees the whole picture and says style, palette, background and layout. The subject judge sees the square
where the layout puts the subject and says which of all subjects is there. A picture with the right subject in the wrong
place therefore counts as wrong.
"""
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from ..corpus import backgrounds, layouts, palettes, styles, subjects

SCENE, CROP = 128, 64  # px
SCENE_HEADS = {"style": len(styles.NAMES), "palette": len(palettes.NAMES), "background": len(backgrounds.NAMES), "layout": len(layouts.NAMES)}


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


class SceneJudge(nn.Module):
    """Pictures [b, 3, 128, 128] in −1…1 → logits per head; `features` [b, 320] are what seed diversity is measured in."""

    def __init__(self):
        super().__init__()
        self.body = body(4, (64, 96, 160))
        self.heads = nn.ModuleDict({name: nn.Linear(320, count) for name, count in SCENE_HEADS.items()})

    def features(self, x):
        h = self.body(x)
        return torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1)

    def forward(self, x):
        f = self.features(x)
        return {name: head(f) for name, head in self.heads.items()}


class SubjectJudge(nn.Module):
    """Crops [b, 3, 64, 64] in −1…1 → logits [b, subjects]."""

    def __init__(self):
        super().__init__()
        self.body = body(2, (48, 96, 192))
        self.head = nn.Linear(192 * 16, subjects.COUNT)

    def forward(self, x):
        return self.head(F.adaptive_avg_pool2d(self.body(x), 4).flatten(1))


def look(picture, placements, size=CROP, margin=1.12):
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
    """uint8 [N, 256, 256, 3] → uint8 [N, 3, 128, 128]."""
    out = np.empty((len(pictures), 3, SCENE, SCENE), np.uint8)
    for i, p in enumerate(pictures):
        out[i] = np.asarray(Image.fromarray(p).reduce(p.shape[0] // SCENE)).transpose(2, 0, 1)
    return torch.from_numpy(out)
