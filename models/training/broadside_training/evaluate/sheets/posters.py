"""poster-diffusion: the fixed prompts of prompts.tsv, each with its own fixed seed."""
from pathlib import Path

import numpy as np

from ..pipeline import Package
from . import logos

FIRST_SEED = 7000


def asked() -> list[tuple[str, str, str]]:
    """(prompt, negative prompt, reference) of each cell."""
    lines = (Path(__file__).parent / "prompts.tsv").read_text(encoding="utf-8").splitlines()
    cells = [(*line.split("\t"), "", "")[:3] for line in lines if line and not line.startswith("#")]
    if len(cells) != 64:
        raise ValueError(f"prompts.tsv has {len(cells)} prompts, a sheet has 64")
    return cells


def seed(cell: int) -> int:
    """A prompt and its twin with a negative prompt have one seed."""
    return FIRST_SEED + (cell - 1 if asked()[cell][1] else cell)


def draw(folder: Path, threads: int = 1) -> np.ndarray:
    """uint8 [64, 256, 256, 3]."""
    maker = Package(folder, threads)
    pictures = []
    for cell, (prompt, negative, reference) in enumerate(asked()):
        ids, unknown = maker.tokenize(prompt)
        avoided, strange = maker.tokenize(negative)
        if unknown or strange:
            print(f"cell {cell}, {prompt!r}: this version does not know {unknown + strange}")
        drawing = logos.drawing(reference) if reference else None
        pictures.append(maker.make(ids, seed(cell), negative=avoided, drawing=drawing))
    return np.stack(pictures)
