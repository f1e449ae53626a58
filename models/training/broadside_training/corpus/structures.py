"""The bank of background structures that the package carries beside its subjects: the same backgrounds, in greys."""
import numpy as np
from PIL import Image

from . import backgrounds, compose, styles, subjects

VARIANTS = 8
NAMES = [name for name in backgrounds.NAMES if name != "plain"]  # a plain ground is the empty grey itself


def references(name: str) -> list[int]:
    """Which drawings of references.rgba.gz are variants of this background: they follow the subjects."""
    if name not in NAMES:
        return []
    first = subjects.COUNT + NAMES.index(name) * VARIANTS
    return list(range(first, first + VARIANTS))


def style_offset(name: str) -> int | None:
    """How far after a subject's usual drawing the one of this style stands in references.rgba.gz; None: it has none of its own."""
    drawing_set = styles.STYLES[name][1]
    if drawing_set not in subjects.STYLE_SETS:
        return None
    return subjects.COUNT + len(NAMES) * VARIANTS + subjects.STYLE_SETS.index(drawing_set) * subjects.COUNT


def bank(size: int = 128) -> np.ndarray:
    """Everything in references.rgba.gz, straight RGBA [N, size, size, 4] uint8: subjects, structures, then the subjects of each set of a style."""
    return np.concatenate([subjects.references(size), drawings(size), *(subjects.references(size, name) for name in subjects.STYLE_SETS)])


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
