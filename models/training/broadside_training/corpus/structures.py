"""The bank of background structures that the package carries beside its subjects: the same backgrounds, in greys."""
import numpy as np
from PIL import Image

from . import backgrounds, compose, subjects

VARIANTS = 8
NAMES = [name for name in backgrounds.NAMES if name != "plain"]  # a plain ground is the empty grey itself


def references(name: str) -> list[int]:
    """Which drawings of references.rgba.gz are variants of this background: they follow the subjects."""
    if name not in NAMES:
        return []
    first = subjects.COUNT + NAMES.index(name) * VARIANTS
    return list(range(first, first + VARIANTS))


def drawings(size: int = 128) -> np.ndarray:
    """Straight RGBA [len(NAMES) * VARIANTS, size, size, 4] uint8, opaque."""
    out = np.full((len(NAMES) * VARIANTS, size, size, 4), 255, np.uint8)
    for k, name in enumerate(NAMES):
        for v in range(VARIANTS):
            grey = compose.draw_structure(name, np.random.default_rng([7, k, v]))
            small = Image.fromarray((np.clip(grey, 0, 1) * 255 + 0.5).astype(np.uint8)).resize((size, size), Image.Resampling.BOX)
            # Six bits of grey are more than the encoder sees, and pack much smaller.
            out[k * VARIANTS + v, ..., :3] = (np.round(np.asarray(small, np.float32) / 4) * 4).clip(0, 255)[..., None]
    return out
