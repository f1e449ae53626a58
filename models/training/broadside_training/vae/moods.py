"""Soft backgrounds drawn by our own code: what mood-vae learns from.

`draw(rng, h, w)` gives float32 [h, w, 3] in 0…1, the same picture at any size: coordinates run 0…1 and widths are
fractions of the picture. Colours are mixed in OKLab, where a mix of two colours looks like what lies between them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..gan.patterns import palette as flat_palette

TAU = 2 * math.pi

_TO_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005]], np.float32)
_TO_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                    [0.0259040371, 0.7827717662, -0.8086757660]], np.float32)


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB 0…1 → OKLab, last axis."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T


def to_rgb(lab: np.ndarray) -> np.ndarray:
    """OKLab → sRGB 0…1, last axis."""
    linear = np.clip((lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055).astype(np.float32)


def _grid(h: int, w: int) -> tuple[np.ndarray, np.ndarray]:
    """x, y [h, w]; 0…1 over the shorter side, so that circles stay round."""
    short = min(h, w)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32) + 0.5
    return x / short, y / short


def _smooth(t: np.ndarray) -> np.ndarray:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def _swell(rng: np.random.Generator, x: np.ndarray, y: np.ndarray, highest: float, count: int = 5) -> np.ndarray:
    """A few long waves added up, about −1…1."""
    total = np.zeros_like(x)
    for _ in range(count):
        angle, k = rng.uniform(0, TAU), rng.uniform(0.3, highest)
        total += np.sin(TAU * k * (x * math.cos(angle) + y * math.sin(angle)) + rng.uniform(0, TAU)) / count**0.5
    return total


# ---- the moods: each gives OKLab [h, w, 3] from five OKLab colours ------------------------------------------


def mesh(rng, x, y, c):
    """Several points of colour that melt into each other."""
    n = int(rng.integers(3, 7))
    sharp = rng.uniform(3, 9)
    wx, wy = x + 0.08 * _swell(rng, x, y, 1.2), y + 0.08 * _swell(rng, x, y, 1.2)
    px, py = rng.uniform(0, x.max(), n), rng.uniform(0, y.max(), n)
    weight = np.exp(-sharp * np.hypot(wx[..., None] - px, wy[..., None] - py))
    weight /= weight.sum(-1, keepdims=True)
    return weight @ c[np.arange(n) % 5]


def orbs(rng, x, y, c):
    """Blurred discs on a gradient."""
    angle = rng.uniform(0, TAU)
    t = x * math.cos(angle) + y * math.sin(angle)
    t = _smooth((t - t.min()) / (np.ptp(t) + 1e-6))[..., None]
    out = c[0] * (1 - t) + c[1] * t
    for i in range(int(rng.integers(2, 6))):
        r = rng.uniform(0.12, 0.42)
        d = np.hypot(x - rng.uniform(0, x.max()), y - rng.uniform(0, y.max()))
        a = (_smooth((r - d) / (r * rng.uniform(0.5, 1.1)) + 0.3) * rng.uniform(0.5, 0.95))[..., None]
        out = out * (1 - a) + c[2 + i % 3] * a
    return out


def leaks(rng, x, y, c):
    """Warm light that leaks in from the edges over a dim ground."""
    ground = c[np.argmin(c[:, 0])] * np.array([0.8, 0.8, 0.8])
    out = ground + 0.05 * _swell(rng, x, y, 0.8)[..., None] * np.array([1, 0.2, 0.2])
    bright = c[np.argsort(c[:, 0])[1:]]
    for i in range(int(rng.integers(2, 5))):
        angle = rng.normal(0, 0.5) + rng.integers(2) * math.pi / 2
        across = x * math.cos(angle) + y * math.sin(angle)
        at = rng.choice([0.0, 1.0]) * across.max() + rng.normal(0, 0.22)
        a = np.exp(-((across - at) / rng.uniform(0.10, 0.32)) ** 2)
        a = (a * (0.75 + 0.25 * _swell(rng, x, y, 0.7)) * rng.uniform(0.5, 1)).clip(0, 1)[..., None]
        out = out * (1 - a) + bright[i % 4] * a
    return out


def sky(rng, x, y, c):
    """A dusk sky: colours in bands, a glow, faint clouds."""
    order = c[np.argsort(c[:, 0])] if rng.uniform() < 0.8 else c[np.argsort(-c[:, 0])]
    n = int(rng.integers(3, 6))
    t = (y / y.max() + 0.04 * _swell(rng, x, y, 0.8)) * (n - 1)
    i = np.clip(np.floor(t), 0, n - 2).astype(int)
    f = _smooth(t - i)[..., None]
    out = order[i] * (1 - f) + order[i + 1] * f
    if rng.uniform() < 0.7:  # the sun or what it leaves behind
        d = np.hypot(x - rng.uniform(0.1, 0.9) * x.max(), (y - rng.uniform(0.45, 1.0) * y.max()))
        r = rng.uniform(0.05, 0.14)
        a = (0.75 * np.exp(-(d / rng.uniform(0.2, 0.5)) ** 1.3) + (0.25 * _smooth((r - d) / 0.06 + 0.5) if rng.uniform() < 0.5 else 0))
        out = out * (1 - a[..., None]) + np.array([0.95, 0.03, 0.07]) * a[..., None]
    for _ in range(int(rng.integers(0, 4))):
        band = np.exp(-((y - rng.uniform(0.1, 0.9) * y.max() - 0.05 * _swell(rng, x, y, 1.0)) / rng.uniform(0.02, 0.07)) ** 2)
        a = (0.35 * band * (0.5 + 0.5 * _swell(rng, x, y * 0.3, 1.2))).clip(0, 0.5)[..., None]
        out = out * (1 - a) + order[-1] * a
    return out


def silk(rng, x, y, c):
    """Folds of cloth: one wave bent by another, light on the crests."""
    angle = rng.uniform(0, TAU)
    u = x * math.cos(angle) + y * math.sin(angle)
    u = u + rng.uniform(0.10, 0.22) * _swell(rng, x, y, 0.9)
    fold = 0.5 + 0.5 * np.sin(TAU * u * rng.uniform(1.0, 2.6) + rng.uniform(0, TAU))
    fold = fold ** rng.uniform(0.8, 2.0)
    t = _smooth((u - u.min()) / (np.ptp(u) + 1e-6))[..., None]
    base = c[1] * (1 - t) + c[2] * t
    lit = (fold - 0.45)[..., None] * np.array([rng.uniform(0.12, 0.3), 0, 0])
    return base + lit + (fold**4)[..., None] * (c[0] - base) * rng.uniform(0.2, 0.6)


def paper(rng, x, y, c):
    """Sheets of soft paper that lie over each other, each with a wide shadow."""
    n = int(rng.integers(3, 6))
    turned = rng.integers(4)
    axis, along = (y, x) if turned % 2 == 0 else (x, y)
    axis = axis.max() - axis if turned > 1 else axis
    out = np.broadcast_to(c[0], (*x.shape, 3)).copy()
    for i in range(1, n):
        edge = axis.max() * (i / n) + rng.uniform(0.04, 0.12) * np.sin(TAU * along * rng.uniform(0.4, 1.3) + rng.uniform(0, TAU)) \
            + 0.03 * np.sin(TAU * along * rng.uniform(1, 2.2) + rng.uniform(0, TAU))
        d = axis - edge
        shadow = 0.16 * np.exp(-np.clip(-d, 0, None) / 0.05) * (d < 0)
        out = out - shadow[..., None] * np.array([1, 0, 0])
        a = _smooth(d / 0.045 + 0.5)[..., None]
        out = out * (1 - a) + c[i % 5] * a
    return out


def glow(rng, x, y, c):
    """One round light and its falling off."""
    d = np.hypot(x - rng.uniform(0, x.max()), (y - rng.uniform(0, y.max())) * rng.uniform(0.7, 1.4))
    t = np.clip(d / rng.uniform(0.5, 1.2) + 0.05 * _swell(rng, x, y, 0.8), 0, 1) * 2.999
    n = c[:4]
    i = np.floor(t).astype(int)
    f = _smooth(t - i)[..., None]
    return n[i] * (1 - f) + n[np.minimum(i + 1, 3)] * f


MOODS: dict[str, Callable] = {"mesh": mesh, "orbs": orbs, "leaks": leaks, "sky": sky, "silk": silk, "paper": paper,
                              "glow": glow}


def draw(rng: np.random.Generator, h: int, w: int, kind: str | None = None) -> np.ndarray:
    """float32 [h, w, 3] in 0…1."""
    kind = kind or list(MOODS)[int(rng.integers(len(MOODS)))]
    colours = to_lab(flat_palette(rng))
    colours = colours[rng.permutation(5)]
    # Neighbouring tones: everything pulled towards a common colour, more in some pictures than in others.
    colours = colours + (colours.mean(0) - colours) * rng.uniform(0, 0.45)
    x, y = _grid(h, w)
    return to_rgb(MOODS[kind](rng, x, y, colours.astype(np.float32)))


class Blurred:
    """Flat art seen out of focus, so that the encoder also reads the mood of pictures that are none of the above."""

    def __init__(self, pictures: np.ndarray):
        # [n, size, size, 3] uint8 → [n, 64, 64, 3] 0…1, once.
        step = pictures.shape[1] // 64
        self.small = np.stack([p.reshape(64, step, 64, step, 3).mean((1, 3)) / 255 for p in pictures]).astype(np.float32)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """float32 [64, 64, 3] in 0…1."""
        from scipy.ndimage import gaussian_filter

        picture = self.small[int(rng.integers(len(self.small)))]
        picture = picture[::-1] if rng.uniform() < 0.5 else picture
        picture = picture[:, ::-1] if rng.uniform() < 0.5 else picture
        sigma = rng.uniform(3, 7)
        return gaussian_filter(picture[..., rng.permutation(3)], (sigma, sigma, 0), mode="reflect")


def source() -> str:
    """The code that decides the corpus, for its hash."""
    return Path(__file__).read_text(encoding="utf-8")
