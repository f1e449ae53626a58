"""Drawings that no corpus has, as a user would drop them beside a prompt: simple marks and products, straight RGBA [SIZE, SIZE, 4]."""
import math

import numpy as np
from PIL import Image, ImageDraw

SIZE, FINE = 384, 4
INK, LIGHT, WARM = (34, 40, 62, 255), (250, 244, 230, 255), (226, 96, 60, 255)


def _bottle(d):
    d.rounded_rectangle((0.42, 0.02, 0.58, 0.32), 0.03, WARM)
    d.rounded_rectangle((0.30, 0.26, 0.70, 0.98), 0.10, INK)
    d.rectangle((0.30, 0.50, 0.70, 0.80), LIGHT)
    d.ellipse((0.42, 0.56, 0.58, 0.74), WARM)


def _mountain(d):
    d.ellipse((0.02, 0.02, 0.98, 0.98), INK)
    d.ellipse((0.58, 0.16, 0.78, 0.36), WARM)
    d.polygon((0.12, 0.76, 0.42, 0.26, 0.64, 0.62, 0.70, 0.54, 0.88, 0.76), LIGHT)


def _bolt(d):
    d.polygon((0.58, 0.02, 0.16, 0.58, 0.46, 0.58, 0.38, 0.98, 0.84, 0.38, 0.54, 0.38), WARM)


def _monogram(d):
    d.rounded_rectangle((0.04, 0.04, 0.96, 0.96), 0.20, INK)
    d.rectangle((0.28, 0.20, 0.40, 0.80), LIGHT)
    for top in (0.20, 0.47):
        d.rounded_rectangle((0.28, top, 0.72, top + 0.33), 0.16, LIGHT)
        d.rounded_rectangle((0.40, top + 0.10, 0.60, top + 0.23), 0.06, INK)


def _mug(d):
    d.ellipse((0.56, 0.30, 0.96, 0.74), INK)
    d.ellipse((0.64, 0.39, 0.87, 0.65), (0, 0, 0, 0))
    d.rounded_rectangle((0.08, 0.16, 0.74, 0.92), 0.10, WARM)
    d.rectangle((0.08, 0.42, 0.74, 0.56), LIGHT)


def _house(d):
    d.rectangle((0.66, 0.08, 0.78, 0.40), INK)
    d.polygon((0.02, 0.52, 0.50, 0.06, 0.98, 0.52), WARM)
    d.rectangle((0.14, 0.50, 0.86, 0.96), LIGHT)
    d.rectangle((0.42, 0.64, 0.60, 0.96), INK)


def _leaf(d):
    points = [(0.5 + 0.36 * math.sin(math.pi * t) ** 1.3 * side, 0.04 + 0.80 * t) for side, ts in ((1, range(25)), (-1, range(24, -1, -1))) for t in (k / 24 for k in ts)]
    d.polygon([v for p in points for v in p], (62, 142, 88, 255))
    d.line((0.5, 0.20, 0.5, 0.98), INK, 0.035)
    for y in (0.36, 0.50, 0.64):
        d.line((0.5, y + 0.10, 0.68, y), INK, 0.02)
        d.line((0.5, y + 0.10, 0.32, y), INK, 0.02)


def _star(d):
    points = [(0.5 + r * math.sin(a), 0.52 - r * math.cos(a)) for k in range(10) for r, a in (((0.49, 0.21)[k % 2], math.pi * k / 5),)]
    d.polygon([v for p in points for v in p], WARM)
    d.ellipse((0.42, 0.44, 0.58, 0.60), LIGHT)


class _Pen:
    """Pillow's shapes in fractions of the canvas."""

    def __init__(self, canvas):
        self.pen, self.side = ImageDraw.Draw(canvas), canvas.width

    def _px(self, box):
        return [v * self.side for v in box]

    def rectangle(self, box, fill):
        self.pen.rectangle(self._px(box), fill)

    def rounded_rectangle(self, box, radius, fill):
        self.pen.rounded_rectangle(self._px(box), radius * self.side, fill)

    def ellipse(self, box, fill):
        self.pen.ellipse(self._px(box), fill)

    def polygon(self, points, fill):
        self.pen.polygon(self._px(points), fill)

    def line(self, points, fill, width):
        self.pen.line(self._px(points), fill, round(width * self.side))


LOGOS = {"bottle": _bottle, "mountain": _mountain, "bolt": _bolt, "monogram": _monogram, "mug": _mug, "house": _house, "leaf": _leaf, "star": _star}


def drawing(name: str) -> np.ndarray:
    canvas = Image.new("RGBA", (SIZE * FINE, SIZE * FINE), (0, 0, 0, 0))
    LOGOS[name](_Pen(canvas))
    return np.asarray(canvas.resize((SIZE, SIZE), Image.Resampling.BOX))
