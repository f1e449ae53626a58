"""mood-vae: two rows of samples, four of pictures each beside its reconstruction, two of walks between pictures."""
from pathlib import Path

import numpy as np

from ... import package
from ...vae import moods

FIRST_SEED = 6000
SAMPLES, PAIRS, WALKS, COLUMNS, SIDE = 16, 16, 2, 8, 256


def draw(folder: Path, threads: int = 1) -> np.ndarray:
    """uint8 [64, 256, 256, 3]."""
    config = package.read_manifest(folder)["config"]
    encoder, decoder = (package.session(folder / config["sessions"][name], threads) for name in ("encoder", "decoder"))
    side = SIDE // config["latent"]["downscale"]

    def encode(picture):
        return encoder.run(None, {"image": (picture * 2 - 1).transpose(2, 0, 1)[None].astype(np.float32)})[0]

    def decode(latent):
        return (decoder.run(None, {"latent": latent.astype(np.float32)})[0][0].transpose(1, 2, 0) + 1) / 2

    rng = lambda i: np.random.default_rng(FIRST_SEED + i)
    cells = [decode(rng(i).standard_normal((1, config["latent"]["channels"], side, side))) for i in range(SAMPLES)]
    kinds = list(moods.MOODS)
    pictures = [moods.draw(np.random.default_rng([FIRST_SEED, i]), SIDE, SIDE, kinds[i % len(kinds)]) for i in range(PAIRS)]
    latents = [encode(picture) for picture in pictures]
    for picture, latent in zip(pictures, latents):
        cells += [picture, decode(latent)]
    for i in range(WALKS):
        a, b = latents[2 * i], latents[2 * i + 1]
        cells += [decode(a + (b - a) * t) for t in np.linspace(0, 1, COLUMNS)]
    return (np.stack(cells) * 255).clip(0, 255).round().astype(np.uint8)
