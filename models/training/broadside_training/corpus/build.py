"""Render a corpus to a file: python -m broadside_training.corpus.build NAME --pictures N --seed N [--hints]

Writes CACHE/NAME: images.u8 [N, 256, 256, 3], hints.u8 [N, 256, 256, 3] (the reference on grey), coverage.u8 [N, 32, 32],
words.npy [N, 6] token ids, and hash.txt. A short sheet of the first pictures goes beside them.
"""
import argparse
import hashlib
import multiprocessing
import time

import numpy as np
from PIL import Image

from . import compose, subjects, vocabulary
from .backgrounds import S
from .memory import keep_freed_memory
from .paths import CACHE


def on_grey(layer, ground=None):
    """Reference layer → picture [S, S, 3] uint8 on mid grey or on a background's structure [S, S], and coverage [32, 32] uint8 (box average of alpha)."""
    picture = layer[..., :3] + (0.5 if ground is None else ground[..., None]) * (1 - layer[..., 3:])
    coverage = layer[..., 3].reshape(S // 8, 8, S // 8, 8).mean((1, 3))
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8), (np.clip(coverage, 0, 1) * 255 + 0.5).astype(np.uint8)


def _work(job):
    folder, first, last, total, seed, hints, everything = job
    images = np.memmap(folder / "images.u8", np.uint8, "r+", shape=(total, S, S, 3))
    refs = np.memmap(folder / "hints.u8", np.uint8, "r+", shape=(total, S, S, 3)) if hints else None
    cover = np.memmap(folder / "coverage.u8", np.uint8, "r+", shape=(total, S // 8, S // 8)) if hints else None
    words = np.memmap(folder / "words.i64", np.int64, "r+", shape=(total, 6))
    for i in range(first, last):
        rng = np.random.default_rng([seed, i])
        spec = compose.sample_spec(rng, range(subjects.COUNT) if everything else None)
        images[i], layer = compose.render(spec, rng if hints else None)
        words[i] = vocabulary.ids(spec)
        if hints:
            refs[i], cover[i] = on_grey(layer)
    return last - first


def sheet(pictures, path, columns=16):
    rows = len(pictures) // columns
    image = np.asarray(pictures[: rows * columns]).reshape(rows, columns, S, S, 3).transpose(0, 2, 1, 3, 4).reshape(rows * S, columns * S, 3)
    Image.fromarray(image).resize((columns * S // 2, rows * S // 2), Image.Resampling.BOX).save(path)


def build(name, pictures, seed, hints, everything=False, workers=2):
    folder = CACHE / name
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {"images.u8": S * S * 3, "words.i64": 48}
    if hints:
        shapes |= {"hints.u8": S * S * 3, "coverage.u8": (S // 8) ** 2}
    for file, width in shapes.items():
        with open(folder / file, "wb") as out:
            out.truncate(pictures * width)
    started, chunk = time.time(), 64
    for set_name in subjects.SETS:
        subjects.drawings(set_name)  # read once, shared with the workers by fork
    jobs = [(folder, i, min(i + chunk, pictures), pictures, seed, hints, everything) for i in range(0, pictures, chunk)]
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        done = 0
        for count in pool.imap_unordered(_work, jobs):
            done += count
            if done % 2048 < chunk:
                print(f"{done}/{pictures} pictures, {done / (time.time() - started):.0f}/s", flush=True)
    words = np.fromfile(folder / "words.i64", np.int64).reshape(-1, 6)
    digest = hashlib.sha256()
    images = np.memmap(folder / "images.u8", np.uint8, "r", shape=(pictures, S, S, 3))
    digest.update(words.tobytes())
    for i in range(0, pictures, 97):
        digest.update(images[i].tobytes())
    (folder / "hash.txt").write_text(digest.hexdigest() + "\n")
    sheet(images[:96], folder / "sheet.png")
    if hints:
        sheet(np.memmap(folder / "hints.u8", np.uint8, "r", shape=(pictures, S, S, 3))[:32], folder / "hints.png")
    print("done", folder.name, digest.hexdigest()[:12], f"{time.time() - started:.0f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--pictures", type=int, default=1024)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hints", action="store_true")
    parser.add_argument("--everything", action="store_true", help="also the held-out subjects (for the judge and the autoencoder)")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    keep_freed_memory()
    build(args.name, args.pictures, args.seed, args.hints, args.everything, args.workers)
