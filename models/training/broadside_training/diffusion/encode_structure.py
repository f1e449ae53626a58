"""Second references, with the background's structure in grey: python -m broadside_training.diffusion.encode_structure NAME --seed S

Writes CACHE/NAME/structure-latents.f16 [N, 8, 32, 32] for the first --pictures of a corpus built with that seed. The plain
references stay: training mixes both, so that the model also works without a structure.
"""
import argparse

import numpy as np
import torch

from ..corpus import compose, subjects
from ..corpus.build import on_grey
from ..corpus.memory import keep_freed_memory
from ..corpus.paths import CACHE
from .encode import LATENT, encode, load_autoencoder


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--pictures", type=int, default=6000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--check", action="store_true", help="write a sheet of pictures and structures and stop")
    args = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(1)
    model = load_autoencoder()
    path = CACHE / args.name / "structure-latents.f16"
    path.touch()
    total = args.pictures
    out = np.memmap(path, np.float16, "r+", shape=(total, *LATENT)) if path.stat().st_size == total * 16384 else np.memmap(path, np.float16, "w+", shape=(total, *LATENT))
    step = 50
    for first in range(args.first, total, step):
        pictures = []
        for i in range(first, min(first + step, total)):
            rng = np.random.default_rng([args.seed, i])
            spec = compose.sample_spec(rng)
            layer = compose.hint(spec, compose.places(spec)[2], rng)
            pictures.append(on_grey(layer, compose.structure(spec))[0])
        if args.check:
            from ..corpus.build import sheet

            images = np.memmap(CACHE / args.name / "images.u8", np.uint8, "r").reshape(-1, 256, 256, 3)
            sheet(np.concatenate([images[first : first + 16], np.stack(pictures[:16])]), CACHE / "structure.png", columns=16)
            return
        out[first : first + len(pictures)] = encode(model, np.stack(pictures), "cpu")
        if first % 1000 < step:
            print(first, flush=True)


if __name__ == "__main__":
    main()
