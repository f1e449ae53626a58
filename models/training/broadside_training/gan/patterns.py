"""Seamless patterns drawn by our own code: what pattern-gan learns from.

A drawing is an ink map, uint8 [S, S] with values 0…4 (0 is the ground); colour comes later, from a palette of five.
Every drawing continues across its edges: coordinates run on a torus, and shapes are drawn again where they wrap.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw
from scipy.spatial import cKDTree

INKS = 5
TAU = 2 * math.pi

# Ground first, then four inks. Grouped by mood only for whoever reads this.
PALETTES = [
    # soft and light
    "faf3e7 e07a5f 3d405b 81b29a f2cc8f", "fff8f0 c08497 f7af9d f7e3af 7a9e9f", "f4f1de 264653 2a9d8f e9c46a e76f51",
    "fdf0d5 780000 c1121f 669bbc 003049", "fefae0 606c38 dda15e bc6c25 283618", "f8edeb 9d8189 f4acb7 ffcad4 d8e2dc",
    "f1faee e63946 457b9d a8dadc 1d3557", "f7f3e3 6f8f72 bfc6a0 f2a65a 8a5a44", "fbf7f4 2b2d42 8d99ae ef233c edc7b7",
    "f6f4f0 1f6f78 f4b942 e4572e 9bc1bc", "eef4ed 134074 8da9c4 0b2545 f2bb05", "fff1e6 5f0f40 9a031e fb8b24 e36414",
    "f9f5ec 4a7c59 8fc0a9 c8d5b9 e8a87c", "f5efe6 a44a3f d4a373 ccd5ae 6b705c", "eaf4f4 6b9080 a4c3b2 f6bd60 f28482",
    "fcf6f5 2f3c7e fbeaeb f96167 f9b5ac", "f3e9dc 5e3023 c08552 895737 dab49d", "fdfcf7 222222 d9c9a3 b08968 7f5539",
    "fff9ec 00798c d1495b edae49 66a182", "f8f4ff 6d597a b56576 e56b6f eaac8b", "f2f7f2 386641 6a994e a7c957 bc4749",
    "faf7f2 3a506b 5bc0be 1c2541 f7b267", "fff5f7 d63384 ff8fab fcbf49 3d348b", "f5f5f0 0b6e4f 08a045 6bbf59 f4a259",
    # coloured grounds
    "f2cc8f 3d405b e07a5f f4f1de 81b29a", "f4acb7 fff1f3 9d4edd 5a189a ffd6a5", "e9c46a 264653 f4f1de e76f51 2a9d8f",
    "a8dadc f1faee 1d3557 e63946 457b9d", "84a59d f7ede2 f28482 f5cac3 f6bd60", "ffb4a2 6d6875 b5838d fff3ec e5989b",
    "cad2c5 2f3e46 52796f 84a98c f6f3e4", "ffcb69 2f4858 d08c60 fff7e6 997b66", "bde0fe 023e8a ffffff ffafcc ffc8dd",
    "d6ccc2 463f3a 8a817c f4f3ee e0afa0", "e5b25d b87d4b 8b2635 f7ebd5 2e3532", "c9ada7 22223b 4a4e69 f2e9e4 9a8c98",
    # dark grounds
    "1d3557 f1faee e63946 a8dadc 457b9d", "264653 e9c46a f4a261 2a9d8f f4f1de", "2b2d42 edf2f4 ef233c 8d99ae f2c078",
    "22223b f2e9e4 c9ada7 9a8c98 e09f7d", "0b3d2e f2e8cf a7c957 bc4749 6a994e", "3d0e1e f6d6ad d1495b edae49 8c2f39",
    "1b1b1e d9b26f f5e6c8 7f5539 b08968", "003049 fcbf49 eae2b7 d62828 f77f00", "2d1e2f f7b32b fcf6b1 a9e5bb f72c25",
    "10302c d8e2c4 e0a458 7aa095 f4efe6", "31263e f9c784 fcaf58 ff8c42 e7d7c1", "14213d fca311 e5e5e5 5c7aa8 f7f3ea",
]


def palette(rng: np.random.Generator) -> np.ndarray:
    """float32 [5, 3] in 0…1: one of the palettes, inks in any order, slightly shifted in hue and lightness."""
    text = PALETTES[int(rng.integers(len(PALETTES)))].split()
    colours = np.array([[int(c[i:i + 2], 16) for i in (0, 2, 4)] for c in text], np.float32) / 255
    colours[1:] = colours[1 + rng.permutation(INKS - 1)]
    grey = colours.mean(1, keepdims=True)
    # A small turn of the hue: the three channels rotated about the grey axis.
    angle, third = rng.normal(0, 0.12), 1 / 3
    c, s = math.cos(angle), math.sin(angle) / math.sqrt(3)
    turn = np.array([[c + (1 - c) * third, (1 - c) * third - s, (1 - c) * third + s],
                     [(1 - c) * third + s, c + (1 - c) * third, (1 - c) * third - s],
                     [(1 - c) * third - s, (1 - c) * third + s, c + (1 - c) * third]], np.float32)
    colours = grey + (colours - grey) @ turn.T * rng.uniform(0.85, 1.1)
    return np.clip(colours + rng.normal(0, 0.015), 0, 1).astype(np.float32)


# ---- tools --------------------------------------------------------------------------------------------------


def _axes(S: int) -> tuple[np.ndarray, np.ndarray]:
    """x, y [S, S] in 0…1 at pixel centres."""
    t = (np.arange(S, dtype=np.float32) + 0.5) / S
    return np.meshgrid(t, t)


def _noise(rng: np.random.Generator, S: int, highest: int, slope: float = 1.6) -> np.ndarray:
    """Smooth periodic noise [S, S], mean 0, deviation 1, frequencies up to `highest`."""
    x, y = _axes(S)
    total = np.zeros((S, S), np.float32)
    for kx in range(-highest, highest + 1):
        for ky in range(0, highest + 1):
            k = math.hypot(kx, ky)
            if 0 < k <= highest and (ky > 0 or kx > 0):
                total += (rng.normal() / k**slope) * np.cos(TAU * (kx * x + ky * y) + rng.uniform(0, TAU)).astype(np.float32)
    return (total - total.mean()) / (total.std() + 1e-6)


class _Torus:
    """An ink map to draw polygons on; what leaves on one side comes back on the other."""

    def __init__(self, S: int):
        self.S = S
        self.image = Image.new("L", (S, S), 0)
        self.pen = ImageDraw.Draw(self.image)

    def polygon(self, points: np.ndarray, ink: int) -> None:
        """points [n, 2] in tile units."""
        for dx, dy in _wraps(points.min(0), points.max(0)):
            self.pen.polygon([((x + dx) * self.S, (y + dy) * self.S) for x, y in points], fill=ink)

    def disc(self, x: float, y: float, r: float, ink: int, inner: float = 0.0, under: int = 0) -> None:
        """A disc, or with `inner` a ring that shows ink `under` inside."""
        a = np.linspace(0, TAU, 48, endpoint=False)
        circle = np.stack([np.cos(a), np.sin(a)], 1)
        self.polygon(np.array([x, y]) + r * circle, ink)
        if inner:
            self.polygon(np.array([x, y]) + inner * circle, under)

    def line(self, points: np.ndarray, width: float, ink: int) -> None:
        """A stroke with round ends through points [n, 2]."""
        for a, b in zip(points[:-1], points[1:]):
            d = b - a
            n = np.array([-d[1], d[0]]) / (np.linalg.norm(d) + 1e-9) * width / 2
            self.polygon(np.array([a + n, b + n, b - n, a - n]), ink)
        for p in points:
            self.disc(p[0], p[1], width / 2, ink)

    def map(self) -> np.ndarray:
        return np.asarray(self.image).copy()


def _wraps(low: np.ndarray, high: np.ndarray) -> list[tuple[int, int]]:
    return [(dx, dy) for dx in range(math.ceil(-high[0]), math.floor(1 - low[0]) + 1)
            for dy in range(math.ceil(-high[1]), math.floor(1 - low[1]) + 1)]


def _turned(points: np.ndarray, angle: float) -> np.ndarray:
    c, s = math.cos(angle), math.sin(angle)
    return points @ np.array([[c, s], [-s, c]])


def _brick(n: int, shift: bool) -> list[tuple[float, float, int]]:
    """Places of an n×n lattice, odd rows shifted by half a step: x, y, running number."""
    return [((i + 0.5 + 0.5 * (j % 2) * shift) / n, (j + 0.5) / n, j * n + i) for j in range(n) for i in range(n)]


# ---- the classes --------------------------------------------------------------------------------------------


def terrazzo(rng: np.random.Generator, S: int) -> np.ndarray:
    tile = _Torus(S)
    scale = rng.uniform(0.75, 1.25)
    placed: list[tuple[float, float, float]] = []
    for r, tries in ((0.085, 60), (0.05, 160), (0.026, 260)):
        r *= scale
        for _ in range(tries):
            x, y = rng.uniform(size=2)
            near = [(x, y, r, p) for p in placed
                    if math.hypot(*(min(abs(a - b), 1 - abs(a - b)) for a, b in ((x, p[0]), (y, p[1])))) < (r + p[2]) * 1.12]
            if near:
                continue
            placed.append((x, y, r))
            n = int(rng.integers(5, 8))
            angles = (np.arange(n) + rng.uniform(-0.3, 0.3, n)) / n * TAU
            chip = np.stack([np.cos(angles), np.sin(angles)], 1) * rng.uniform(0.75, 1.05, (n, 1)) * r
            tile.polygon(_turned(chip * np.array([1, rng.uniform(0.6, 1)]), rng.uniform(0, TAU)) + (x, y),
                         int(rng.choice([1, 2, 3, 4], p=[0.4, 0.25, 0.2, 0.15])))
    return tile.map()


def memphis(rng: np.random.Generator, S: int) -> np.ndarray:
    tile = _Torus(S)
    n = int(rng.choice([3, 4, 4]))
    for x, y, k in _brick(n, n % 2 == 0):
        x, y = x + rng.normal(0, 0.05) / n, y + rng.normal(0, 0.05) / n
        at, r, ink = np.array([x, y]), rng.uniform(0.28, 0.36) / n, int(rng.integers(1, 5))
        angle, kind = rng.integers(8) * TAU / 8, int(rng.integers(7))
        if kind == 0:
            tile.disc(x, y, r, ink)
        elif kind == 1:
            tile.disc(x, y, r, ink, inner=0.6 * r)
        elif kind == 2:
            tile.polygon(at + _turned(1.2 * r * np.array([[0, -1], [0.9, 0.6], [-0.9, 0.6]]), angle), ink)
        elif kind == 3:  # zigzag
            t = np.linspace(-1.3, 1.3, 6)
            tile.line(at + _turned(np.stack([t, 0.45 * (-1.0) ** np.arange(6)], 1) * r, angle), 0.28 * r, ink)
        elif kind == 4:  # plus
            for d in (0, TAU / 4):
                tile.line(at + _turned(np.array([[-r, 0], [r, 0]]), angle + d), 0.4 * r, ink)
        elif kind == 5:  # half disc
            a = np.linspace(0, math.pi, 24)
            tile.polygon(at + _turned(1.15 * r * np.stack([np.cos(a), np.sin(a) - 0.4], 1), angle), ink)
        else:  # bars
            for d in (-0.7, 0, 0.7):
                tile.line(at + _turned(np.array([[-0.9, d], [0.9, d]]) * r, angle), 0.26 * r, ink)
    for x, y, k in _brick(n, n % 2 == 0):
        tile.disc(x + 0.5 / n, y, 0.055 / n, 1 + k % 4)
    return tile.map()


def botanical(rng: np.random.Generator, S: int) -> np.ndarray:
    tile = _Torus(S)
    n = 2 if rng.uniform() < 0.6 else 3
    pairs, slender, lean = int(rng.integers(3, 6)), rng.uniform(0.28, 0.5), rng.uniform(0.5, 1.0)
    bend, base = rng.uniform(-0.5, 0.5), rng.uniform(0, TAU)
    leaf_inks = [1, 1, 2] if rng.uniform() < 0.5 else [1, 2, 2]
    turn = float(rng.choice([TAU / 2, TAU / 4, TAU / 3]))
    half = np.linspace(0, math.pi, 12)
    lens = np.concatenate([np.stack([(1 - np.cos(half)) / 2, 0.5 * np.sin(half) ** 1.3], 1),
                           np.stack([(1 - np.cos(half[::-1])) / 2, -0.5 * np.sin(half[::-1]) ** 1.3], 1)])
    for x, y, k in _brick(n, n % 2 == 0):
        angle = base + turn * (k + k // n) + rng.normal(0, 0.12)
        at, length = np.array([x, y]), 0.80 / n
        t = np.linspace(-0.5, 0.5, 14)
        stem = np.stack([t, bend * (t * t - 0.1)], 1) * length
        tile.line(at + _turned(stem, angle), 0.022 / n + 0.004, 3)
        for i in range(pairs + 1):
            s = -0.38 + 0.88 * i / pairs
            foot = np.array([s, bend * (s * s - 0.1)]) * length
            slope = math.atan(2 * bend * s)
            size = length * 0.34 * (1 - 0.45 * i / pairs)
            for side in (1, -1) if i < pairs else (0,):
                leaf = _turned(lens * np.array([size, size * slender * 1.3]), slope + side * lean) + foot
                tile.polygon(at + _turned(leaf, angle), leaf_inks[k % 3])
    for x, y, k in _brick(n, n % 2 == 0):
        tile.disc(x + 0.5 / n, y + 0.02, 0.075 / n, 4)
        tile.disc(x + 0.40 / n, y - 0.06 / n, 0.045 / n, 4)
    return tile.map()


def fans(rng: np.random.Generator, S: int) -> np.ndarray:
    x, y = _axes(S)
    n = int(rng.choice([2, 2, 3]))
    R = 0.5 / n
    rows_per_radius = int(rng.choice([1, 2]))
    h = R / rows_per_radius
    out_d, out_a = np.ones((S, S), np.float32), np.zeros((S, S), np.float32)
    free = np.ones((S, S), bool)
    base = np.floor(y / h)
    for up in range(rows_per_radius + 1, -1, -1):  # lower rows lie on top
        k = base + up
        offset = 0.5 * (k % 2)
        cx = (np.round(x * n - offset) + offset) / n
        dx, dy = x - cx, y - k * h
        d = np.hypot(dx, dy) / R
        hit = free & (d <= 1.0)
        out_d[hit], out_a[hit] = d[hit], np.arctan2(dx, -dy)[hit]
        free &= ~hit
    rings = int(rng.integers(3, 6))
    inks = rng.permutation(4) + 1
    sequence = [0, inks[0], 0, inks[1], inks[2]] if rng.uniform() < 0.5 else [inks[0], 0, inks[1], 0, inks[0]]
    line = rng.uniform(0.03, 0.07)
    ring = np.clip((out_d * rings).astype(int), 0, rings - 1)
    ink = np.array([sequence[i % 5] for i in range(rings)], np.uint8)[ring]
    if rng.uniform() < 0.5:  # ribs
        ribs = int(rng.integers(4, 8))
        ink = np.where((np.cos(out_a * ribs * 2) > 0.0) & (out_d > 1 / rings), inks[3], ink)
    outline = np.abs(out_d * rings - np.round(out_d * rings)) / rings < line * 0.5
    ink = np.where(outline | (out_d > 1 - line), inks[0] if ink[0, 0] != inks[0] else 0, ink)
    return ink.astype(np.uint8)


def waves(rng: np.random.Generator, S: int) -> np.ndarray:
    x, y = _axes(S)
    n, m = int(rng.integers(2, 5)), int(rng.integers(1, 4))
    phase = TAU * m * x
    swing = rng.uniform(0.15, 0.45) / m
    shape = np.sin(phase) if rng.uniform() < 0.65 else 2 / math.pi * np.arcsin(np.sin(phase))
    t = (n * y + n * swing * 0.5 * shape) % 1
    bands = int(rng.integers(3, 7))
    edges = np.cumsum(rng.uniform(0.5, 1.5, bands))
    sequence = [0, *(rng.permutation(4) + 1), 0, 1][:bands]
    return np.array(sequence, np.uint8)[np.searchsorted(edges / edges[-1], t.ravel()).clip(0, bands - 1)].reshape(S, S)


def dots(rng: np.random.Generator, S: int) -> np.ndarray:
    x, y = _axes(S)
    n, brick = int(rng.choice([4, 6, 8])), rng.uniform() < 0.6
    row = np.floor(y * n)
    u = x * n + 0.5 * (row % 2) * brick
    column = np.floor(u).astype(int) % n
    d = np.hypot(u % 1 - 0.5, (y * n) % 1 - 0.5)
    ink = np.zeros((S, S), np.uint8)
    r = rng.uniform(0.2, 0.4)
    kind = int(rng.integers(3))
    which = [1 + (column + row.astype(int)) % 2, 1 + row.astype(int) % 2, np.ones((S, S), int)][kind]
    ink[d < r] = which[d < r]
    if rng.uniform() < 0.5:
        ink[d < r * 0.5] = 3
    corner = np.hypot((u + 0.5) % 1 - 0.5, (y * n + 0.5) % 1 - 0.5)
    if not brick and rng.uniform() < 0.7:
        ink[corner < 0.12] = 4
    return ink


def stripes(rng: np.random.Generator, S: int) -> np.ndarray:
    x, y = _axes(S)
    n = int(rng.integers(2, 5))
    kind = int(rng.integers(4))

    def bands(t: np.ndarray, count: int, sequence: list[int]) -> np.ndarray:
        edges = np.cumsum(widths[:count])
        return np.array(sequence[:count], np.uint8)[np.searchsorted(edges / edges[-1], (t % 1).ravel()).clip(0, count - 1)].reshape(S, S)

    widths = rng.uniform(0.3, 1.6, 8)
    sequence = [0, 1, 0, 2, 3, 0, 4, 1]
    if kind == 0:  # upright, level or diagonal
        kx, ky = [(n, 0), (0, n), (n, n), (n, -n)][int(rng.integers(4))]
        return bands(kx * x + ky * y, int(rng.integers(3, 8)), sequence)
    if kind == 1:  # plaid: two directions over each other
        a = bands(n * x, 5, [0, 1, 0, 2, 0])
        b = bands(n * y, 5, [0, 1, 0, 2, 0])
        return np.where((a > 0) & (b > 0), 3, np.maximum(a, b)).astype(np.uint8)
    n *= 2
    i, j = np.floor(x * n).astype(int), np.floor(y * n).astype(int)
    if kind == 2:  # checker, with small squares inside one colour
        ink = ((i + j) % 2).astype(np.uint8)
        inner = (np.abs(x * n % 1 - 0.5) < 0.2) & (np.abs(y * n % 1 - 0.5) < 0.2)
        return np.where(inner & (ink == 0), 2, ink).astype(np.uint8) if rng.uniform() < 0.5 else ink
    u, v = x * n % 1, y * n % 1  # triangles
    upper = np.where((i + j) % 2 == 0, u + v < 1, u > v)
    return np.where(upper, 1 + (i % 2) + 2 * (j % 2), 0).astype(np.uint8)


def contours(rng: np.random.Generator, S: int) -> np.ndarray:
    f = _noise(rng, S, int(rng.integers(2, 4)))
    if rng.uniform() < 0.5:  # paper-cut layers
        levels = np.quantile(f, np.linspace(0, 1, 6)[1:-1])
        return rng.permutation(5).astype(np.uint8)[np.searchsorted(levels, f.ravel()).reshape(S, S)]
    levels = f * rng.uniform(1.8, 3.0)
    gy = (np.roll(levels, -1, 0) - np.roll(levels, 1, 0)) / 2
    gx = (np.roll(levels, -1, 1) - np.roll(levels, 1, 1)) / 2
    far = np.abs(levels - np.round(levels)) / (np.hypot(gx, gy) + 1e-4)  # px to the nearest line
    ink = np.where(levels > 0.5, 2, 0) if rng.uniform() < 0.6 else np.zeros((S, S), int)
    return np.where(far < S * rng.uniform(0.006, 0.010), 1, ink).astype(np.uint8)


def azulejo(rng: np.random.Generator, S: int) -> np.ndarray:
    x, y = _axes(S)
    n = int(rng.choice([2, 2, 3]))
    i, j = np.floor(x * n).astype(int), np.floor(y * n).astype(int)
    u, v = np.abs(2 * (x * n % 1) - 1), np.abs(2 * (y * n % 1) - 1)
    r, a = np.hypot(u, v), np.arctan2(v, u)
    corner = np.hypot(1 - u, 1 - v)
    ink = np.zeros((S, S), np.uint8)
    if rng.uniform() < 0.5:
        ink[(u + v) < rng.uniform(0.95, 1.15)] = 4
    petals = 2 * int(rng.integers(1, 3))
    rose = np.abs(np.cos(petals * a)) if rng.uniform() < 0.5 else np.abs(np.sin(petals * a))
    size = rng.uniform(0.65, 0.9)
    ink[r < size * (0.35 + 0.65 * rose**0.7)] = 1
    ink[r < 0.75 * size * (0.3 + 0.7 * rose)] = 2
    if rng.uniform() < 0.6:
        ink[np.maximum(u, v) + 0.4 * np.minimum(u, v) < rng.uniform(0.25, 0.4)] = 3
    ink[r < rng.uniform(0.10, 0.18)] = 0
    big = rng.uniform(0.34, 0.5)
    ink[corner < big] = 3
    ink[corner < big * 0.72] = 0
    ink[corner < big * 0.45] = 1
    if rng.uniform() < 0.4:
        ink[np.maximum(u, v) > 0.955] = 3
    if rng.uniform() < 0.3:
        ink = np.where((i + j) % 2 == 1, np.array([0, 3, 4, 1, 2], np.uint8)[ink], ink) if n % 2 == 0 else ink
    return ink


def pebbles(rng: np.random.Generator, S: int) -> np.ndarray:
    x, y = _axes(S)
    side = int(rng.integers(4, 8))
    places = (np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2) + 0.5) / side
    places = (places + rng.uniform(-0.42, 0.42, places.shape) / side) % 1
    tree = cKDTree(places, boxsize=1.0)
    where = np.stack([x.ravel(), y.ravel()], 1) % 1
    distance, index = tree.query(where, k=3)
    # A smooth minimum over two borders rounds the corners of the cells.
    d1, d2 = (distance[:, 1] - distance[:, 0]) * side, (distance[:, 2] - distance[:, 0]) * side
    gap = d1 * d2 / (d1 + d2 + 1e-6)
    inks = rng.choice([1, 2, 3, 4], len(places), p=[0.4, 0.25, 0.2, 0.15])
    edge = rng.uniform(0.06, 0.14)
    ink = np.where(gap > edge, inks[index[:, 0]], 0)
    if rng.uniform() < 0.35:
        ink = np.where(gap > edge + 0.2, 1 + inks[index[:, 0]] % 4, ink)
    return ink.astype(np.uint8).reshape(S, S)


# English name, Chinese name and the function that draws it.
CLASSES: dict[str, tuple[str, Callable[[np.random.Generator, int], np.ndarray]]] = {
    "terrazzo": ("水磨石", terrazzo), "memphis": ("孟菲斯", memphis), "botanical": ("枝叶", botanical),
    "fans": ("扇形", fans), "waves": ("波浪", waves), "dots": ("圆点", dots), "stripes": ("条纹格子", stripes),
    "contours": ("等高线", contours), "azulejo": ("花砖", azulejo), "pebbles": ("卵石", pebbles),
}


def coverage(kind: str, rng: np.random.Generator, size: int = 256) -> np.ndarray:
    """uint8 [5, size, size]: how many of a pixel's four quarters each ink covers, 0…4."""
    ink = CLASSES[kind][1](rng, 2 * size)
    cells = ink.reshape(size, 2, size, 2)
    return np.stack([(cells == k).sum((1, 3)) for k in range(INKS)]).astype(np.uint8)


def paint(inks: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """float32 [h, w, 3] in 0…1 from coverage [5, h, w] and colours [5, 3]."""
    return np.tensordot(inks.astype(np.float32) / 4, colours, axes=(0, 0))
