"""A small classifier of pattern classes and kinds of mood, in whose features distances between pictures are measured.

It exists for evaluation alone: nothing trains on it. It learns from moods of its own seeds, and from the corpus's
drawings of patterns in palettes and places of its own; what it is measured on are drawings it never saw. Trained once in a few minutes
and kept in the cache.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .gan import corpus
from .run import save_atomic
from .vae import moods

SIDE, STEPS, BATCH = 64, 2000, 32
KINDS = [*corpus.NAMES, *moods.MOODS]


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        widths = (3, 24, 48, 96, 128)
        self.layers = nn.ModuleList([nn.Sequential(nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.SiLU())
                                     for a, b in zip(widths, widths[1:])])
        self.kind, self.colours = nn.Linear(224, len(KINDS)), nn.Linear(224, 6)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """[b,3,64,64] in −1…1 → [b,224]: means of the last two layers, texture and arrangement."""
        means = []
        for layer in self.layers:
            x = layer(x)
            means.append(x.mean((2, 3)))
        return torch.cat(means[-2:], 1)


def load(cache: Path) -> Reader:
    path = cache / "reader" / "weights.pt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        save_atomic(_train(cache).state_dict(), path)
    model = Reader()
    model.load_state_dict(torch.load(path, weights_only=True))
    return model.eval()


def _train(cache: Path) -> Reader:
    torch.manual_seed(5)
    rng = np.random.default_rng(8_000_000)
    model = Reader().train()
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    tiles, K = corpus.Batches(corpus.Drawings(cache), seed=8_000_001), len(corpus.NAMES)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * (1 - step / STEPS) + 1e-5
        inks, palette, label = tiles.draw(K, BATCH // 2 // K)
        flat = torch.einsum("bihw,bic->bchw", inks, palette)
        which = rng.integers(len(moods.MOODS), size=BATCH // 2)
        soft = np.stack([moods.draw(rng, SIDE, SIDE, list(moods.MOODS)[k]) for k in which]).transpose(0, 3, 1, 2) * 2 - 1
        x = torch.cat([flat, torch.from_numpy(soft).float()])
        y = torch.cat([label.argmax(1), torch.from_numpy(which) + K])
        colours = torch.cat([x.mean((2, 3)), x.std((2, 3))], 1)
        f = model.features(x)
        loss = F.cross_entropy(model.kind(f), y) + 4 * F.mse_loss(model.colours(f), colours)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return model.eval()


class Features:
    def __init__(self, cache: Path):
        self.model = load(cache)

    @torch.no_grad()
    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        """float32 [n,3,h,w] in −1…1 → [n,224]."""
        return self.model.features(self._small(pictures)).numpy().astype(np.float64)

    @torch.no_grad()
    def pattern(self, pictures: np.ndarray) -> np.ndarray:
        """The pattern class that each picture is taken for, [n]."""
        logits = self.model.kind(self.model.features(self._small(pictures)))
        return logits[:, :len(corpus.NAMES)].argmax(1).numpy()

    @staticmethod
    def _small(pictures: np.ndarray) -> torch.Tensor:
        return F.interpolate(torch.from_numpy(np.ascontiguousarray(pictures)).float(), size=(SIDE, SIDE), mode="area")


def frechet(a: np.ndarray, b: np.ndarray, axes: np.ndarray) -> float:
    """Fréchet distance of two feature sets [n,d] along the unit vectors `axes` [d,k]."""
    a, b = a @ axes, b @ axes
    ca, cb = np.cov(a.T), np.cov(b.T)
    values, vectors = np.linalg.eigh(ca)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ cb @ root).clip(0)).sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(ca) + np.trace(cb) - 2 * cross)


def principal_axes(features: np.ndarray, count: int) -> np.ndarray:
    """[d,count] directions in which a feature set varies most: few pictures cannot fill all dimensions."""
    centred = features - features.mean(0)
    _, _, rows = np.linalg.svd(centred, full_matrices=False)
    return rows[:count].T
