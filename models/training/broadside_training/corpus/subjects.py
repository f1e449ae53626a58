"""Subjects: names from subjects.tsv and their drawings in four sets, rendered by models/training/subjects/render.mjs."""
import json
from functools import lru_cache

import numpy as np

from .paths import CACHE, SUBJECTS_TSV

SETS = ("flat", "glossy", "contrast", "noto")
STYLE_SETS = ("glossy", "contrast")  # sets that one style is drawn from, with a reference of their own in the package


def _rows():
    lines = SUBJECTS_TSV.read_text("utf8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


ROWS = _rows()
ICONS = [row[0] for row in ROWS]
ENGLISH = [[w.strip() for w in row[1].split(",")] for row in ROWS]
CHINESE = [[w.strip() for w in row[2].split(",")] for row in ROWS]
COUNT = len(ROWS)

# Every tenth subject is never trained on by the denoiser: it tells what a reference drawing alone can do.
HELD_OUT = [i for i in range(COUNT) if i % 10 == 7]
TRAINED = [i for i in range(COUNT) if i % 10 != 7]


@lru_cache(maxsize=None)
def drawings(name: str) -> np.ndarray:
    """Premultiplied RGBA [COUNT, 256, 256, 4] uint8 of one set."""
    info = json.loads((CACHE / "subjects" / "icons.json").read_text())
    assert info["icons"] == ICONS, "subjects.tsv changed: run subjects/render.mjs again"
    size = info["size"]
    straight = np.fromfile(CACHE / "subjects" / f"{name}.rgba", np.uint8).reshape(COUNT, size, size, 4)
    out = straight.copy()
    for i in range(COUNT):
        out[i, ..., :3] = (straight[i, ..., :3].astype(np.uint16) * straight[i, ..., 3:] + 127) // 255
    return out


def references(size: int = 128, name: str = "flat") -> np.ndarray:
    """The clean drawings of a set that the package carries: straight RGBA [COUNT, size, size, 4] uint8."""
    from PIL import Image

    out = np.zeros((COUNT, size, size, 4), np.uint8)
    for i, drawing in enumerate(drawings(name)):
        small = np.asarray(Image.fromarray(drawing, "RGBA").resize((size, size), Image.Resampling.BOX)).astype(np.float32)
        alpha = small[..., 3:]
        out[i, ..., :3] = np.clip(np.where(alpha > 0, small[..., :3] * 255 / np.maximum(alpha, 1), 0) + 0.5, 0, 255)
        out[i, ..., 3] = alpha[..., 0]
    if name in STYLE_SETS:  # shading packs badly, and six bits are more than the encoder sees
        out[..., :3] = np.minimum(np.round(out[..., :3] / 4.0) * 4, 255)
    return out
