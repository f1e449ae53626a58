"""pattern-gan: a class per row; six seeds as they come, then two laid 2×2, where a seam would show."""
from pathlib import Path

import numpy as np

from ... import package

FIRST_SEED = 8000
PLAIN, TILED = 6, 2


def draw(folder: Path, threads: int = 1) -> np.ndarray:
    """uint8 [classes × 8, 256, 256, 3]."""
    config = package.read_manifest(folder)["config"]
    mapping, synthesis = (package.session(folder / config["sessions"][name], threads) for name in ("mapping", "synthesis"))
    truncation = config["defaults"]["truncation"]
    cells = []
    for kind in range(len(config["classes"])):
        label = np.eye(len(config["classes"]), dtype=np.float32)[[kind]]
        for column in range(PLAIN + TILED):
            z = np.random.default_rng(FIRST_SEED + column).standard_normal((1, config["latent"])).astype(np.float32)
            w, mean = mapping.run(["w", "w_mean"], {"z": z, "label": label})
            styles = np.repeat((mean + truncation * (w - mean))[:, None], config["styles"], 1)
            picture = ((synthesis.run(None, {"w": styles})[0][0].transpose(1, 2, 0) + 1) * 127.5).clip(0, 255)
            cells.append(picture if column < PLAIN else four(picture))
    return np.stack(cells).round().astype(np.uint8)


def four(picture: np.ndarray) -> np.ndarray:
    """2×2 of the tile in the place of one."""
    h, w, c = picture.shape
    half = picture.reshape(h // 2, 2, w // 2, 2, c).mean((1, 3))
    return np.tile(half, (2, 2, 1))
