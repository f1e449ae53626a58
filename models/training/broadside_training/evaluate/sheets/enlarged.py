"""poster-upscaler: pairs of crops at 100 %, left ×4 by bicubic, right by the model, from held-out art made small."""
from pathlib import Path

import numpy as np
from PIL import Image

from ... import package
from ...run import DEFAULT_CACHE
from ...upscaler import material

PICTURES, CROPS, SIDE, SCALE = 16, 2, 192, 4


def draw(folder: Path, threads: int = 1) -> np.ndarray:
    """uint8 [64, 192, 192, 3]. The pictures need the icons that upscaler.train renders."""
    config = package.read_manifest(folder)["config"]
    session = package.session(folder / config["sessions"][str(SCALE)], threads)
    cells = []
    for picture in material.test_pictures(DEFAULT_CACHE, PICTURES):
        sharp = Image.fromarray(np.asarray(picture))
        small = sharp.resize((sharp.width // SCALE, sharp.height // SCALE), Image.Resampling.BOX)
        plain = np.asarray(small.resize(sharp.size, Image.Resampling.BICUBIC))
        x = np.asarray(small, np.float32).transpose(2, 0, 1)[None] / 255
        made = session.run(None, {session.get_inputs()[0].name: x})[0][0].transpose(1, 2, 0)
        made = (made.clip(0, 1) * 255 + 0.5).astype(np.uint8)
        for y, x in busiest(np.asarray(sharp)):
            cells += [p[y:y + SIDE, x:x + SIDE] for p in (plain, made)]
    return np.stack(cells)


def busiest(picture: np.ndarray) -> list[tuple[int, int]]:
    """The corners of the crops of a fixed grid where most changes from pixel to pixel: an empty one tells nothing."""
    grey = picture.astype(np.float32).mean(2)
    change = np.abs(np.diff(grey, axis=0))[:, :-1] + np.abs(np.diff(grey, axis=1))[:-1]
    grid = [(y, x) for y in range(0, picture.shape[0] - SIDE + 1, SIDE) for x in range(0, picture.shape[1] - SIDE + 1, SIDE)]
    return sorted(grid, key=lambda at: -change[at[0]:at[0] + SIDE, at[1]:at[1] + SIDE].sum())[:CROPS]
