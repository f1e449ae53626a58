"""Measures of sets of pictures over classifier features, as the field defines them; check.py holds them against others' code.

Ours are called corpus-IS, corpus-FID, corpus-KID: the features are the judge's (trained on our corpus), not Inception's, so
the numbers compare versions of our models with each other and with nothing else. Features are [n, d] float64.
"""
import numpy as np


def frechet_distance(real, made):
    """FID (Heusel et al. 2017, arXiv 1706.08500): distance of two Gaussians fitted to features [n, d], [m, d]. ≥ 0, smaller is nearer."""
    a, b = np.cov(real, rowvar=False), np.cov(made, rowvar=False)
    values, vectors = np.linalg.eigh(a)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ b @ root).clip(0)).sum()
    return float(((real.mean(0) - made.mean(0)) ** 2).sum() + np.trace(a) + np.trace(b) - 2 * cross)


def kernel_distance(real, made):
    """KID (Bińkowski et al. 2018, arXiv 1801.01401): unbiased squared MMD under the kernel (x·y/d + 1)³; about 0 for equal sets."""
    def kernel(x, y):
        return (x @ y.T / x.shape[1] + 1) ** 3

    n, m = len(real), len(made)
    a, b = kernel(real, real), kernel(made, made)
    within = (a.sum() - np.trace(a)) / (n * (n - 1)) + (b.sum() - np.trace(b)) / (m * (m - 1))
    return float(within - 2 * kernel(real, made).mean())


def inception_score(probabilities, splits=10):
    """IS (Salimans et al. 2016, arXiv 1606.03498) of class probabilities [n, k], pictures in random order: mean over splits, 1 … k."""
    scores = []
    for part in np.array_split(probabilities, splits):
        part = part.clip(1e-16)
        scores.append(np.exp((part * (np.log(part) - np.log(part.mean(0)))).sum(1).mean()))
    return float(np.mean(scores))


def precision_recall(real, made, k=5):
    """(precision, recall) of Kynkäänniemi et al. 2019 (arXiv 1904.06991): share of made pictures within a real one's distance to its
    k-th neighbour, and the other way round. 0 … 1."""
    def distances(x, y):
        square = (x**2).sum(1)[:, None] + (y**2).sum(1)[None] - 2 * x @ y.T
        return np.sqrt(square.clip(0))

    def covered(points, by):
        radius = np.sort(distances(by, by), axis=1)[:, k]  # the nearest is the point itself
        return float((distances(points, by) <= radius[None]).any(1).mean())

    return covered(made, real), covered(real, made)
