"""The drawings that pattern-gan trains on, drawn once and kept in the cache; palettes are put on while training."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import network, patterns

# Many small different shapes: a run of minutes makes blobs of them. A long run may take them in.
LONG_RUN_ONLY = {"memphis", "botanical"}
# Order is the order of the label: it goes into the package with the names.
NAMES = [name for name in patterns.CLASSES if name not in LONG_RUN_ONLY]
PER_CLASS = 220
# Across and down, how often the drawings of a class repeat in a tile (patterns.py); where nothing is said, once.
LATTICES = {
    "fans": [(2, 2), (2, 4), (3, 3)],
    "waves": [(m, n) for m in (1, 2, 3) for n in (2, 3, 4)],
    "dots": [(2, 2), (3, 3), (4, 4)],
    "stripes": [(2, 2), (3, 3), (4, 4)],
    "azulejo": [(2, 2), (2, 2), (3, 3)],  # the few in two colourings repeat once; minutes make nothing of those
}


def lattice_chances() -> torch.Tensor:
    """[K, lattices of the network], rows summing to 1."""
    rows = [[LATTICES.get(name, [(1, 1)]).count(lattice) for lattice in network.LATTICES] for name in NAMES]
    return torch.tensor(rows).float() / torch.tensor(rows).sum(1, keepdim=True)


class Drawings:
    """All drawings of the corpus, by class: coverage in quarters, uint8 [PER_CLASS, 5, 256, 256] each.

    Inks are put in the order of the area they cover. Which ink is called 1 says nothing, and networks need not guess it.
    """

    def __init__(self, cache: Path, per_class: int = PER_CLASS):
        self.by_class = [_drawn(cache, name, per_class) for name in NAMES]
        self.order = [np.argsort(-part[:, :, ::4, ::4].sum((2, 3), dtype=np.int64), axis=1, kind="stable")
                      for part in self.by_class]

    def one(self, kind: int, i: int) -> np.ndarray:
        """uint8 [5, 256, 256], the ink with the largest area first."""
        return moved(self.by_class[kind][i][self.order[kind][i]])


def moved(inks: np.ndarray) -> np.ndarray:
    """The drawing moved round the torus: squares and stripes are drawn from the corner on, and their edges would lie
    exactly on the tile's."""
    return np.roll(inks, (40, 56), (1, 2))


def _drawn(cache: Path, name: str, count: int) -> np.ndarray:
    path = cache / "gan" / f"{name}-{count}-{source_hash()[:10]}.npy"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        first = list(patterns.CLASSES).index(name)
        temporary = path.with_suffix(".tmp.npy")
        np.save(temporary, np.stack([patterns.coverage(name, np.random.default_rng([first, i])) for i in range(count)]))
        os.replace(temporary, path)
    return np.load(path, mmap_mode="r")


def source_hash() -> str:
    """The drawing code decides the corpus: its hash names it."""
    return hashlib.sha256(Path(patterns.__file__).read_bytes()).hexdigest()


def held_out(kind: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Coverage and colours of a drawing that training never saw."""
    rng = np.random.default_rng([1_000_000 + NAMES.index(kind), seed])
    inks = patterns.coverage(kind, rng)
    return moved(inks[np.argsort(-inks.sum((1, 2), dtype=np.int64), kind="stable")]), patterns.palette(rng)


class Batches:
    """Random drawings in random palettes, at the size that the critic sees."""

    def __init__(self, drawings: Drawings, seed: int, side: int = 64):
        self.rng = np.random.default_rng(seed)
        count, f = len(drawings.by_class[0]), 256 // side
        # [K, count, 5, side, side], 0…1
        self.inks = np.stack([[drawings.one(k, i).reshape(5, side, f, side, f).mean((2, 4), dtype=np.float32) / 4
                               for i in range(count)] for k in range(len(NAMES))])

    def draw(self, classes: int, each: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """`each` drawings of each of some classes, one of every class after the other, mirrored and moved round the torus:
        inks [n,5,side,side] in 0…1, palette [n,5,3] in −1…1, label [n,K]."""
        K, n = len(NAMES), classes * each
        kinds = np.tile(self.rng.permutation(K)[:classes], each)
        inks = torch.from_numpy(self.inks[kinds, self.rng.integers(self.inks.shape[1], size=n)])
        inks = torch.stack([i.flip(2) if self.rng.random() < 0.5 else i for i in inks])
        palette = torch.from_numpy(np.stack([patterns.palette(self.rng) for _ in range(n)])) * 2 - 1
        return shift(inks, self.rng), palette, F.one_hot(torch.from_numpy(kinds), K).float()


def shift(pictures: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Each picture moved round the torus by its own amount: where a pattern starts must not matter."""
    h, w = pictures.shape[2:]
    return torch.stack([torch.roll(p, (int(rng.integers(h)), int(rng.integers(w))), (1, 2)) for p in pictures])
