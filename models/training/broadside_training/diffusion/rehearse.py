"""Latents as the denoiser makes them, of pictures that are known: python -m broadside_training.diffusion.rehearse NAME --pictures N

Corpus latents are noised to a level at which the picture is still this picture, and denoised from there as the studio does
(its steps, its guidance, its references). What comes out has the denoiser's own errors. Writes CACHE/NAME/rehearsed.f16
[N, 8, 32, 32], for refine_decoder.
"""
import argparse
import time

import numpy as np
import torch

from ..corpus.memory import keep_freed_memory
from ..corpus.paths import CACHE
from .encode import LATENT
from .export import DEFAULTS, load_model

# (steps, shift, how many of the last steps): the default schedule, and the one of four steps. From σ ≤ 0.75 on shape, place and colours stay.
ENDINGS = [(DEFAULTS["steps"], DEFAULTS["flowShift"], last) for last in range(1, 7)] + [(4, 3, 1), (4, 3, 2)]


def sigmas(steps, shift):
    """The studio's schedule, from 1 to 0 [steps + 1]."""
    t = torch.linspace(1, 0, steps + 1)
    return shift * t / (1 + (shift - 1) * t)


@torch.no_grad()
def rehearse(model, latents, ids, reference, ending, generator):
    """Latents [b, 8, 32, 32] noised to where an ending begins, and denoised over it."""
    steps, shift, last = ending
    schedule = sigmas(steps, shift)[-last - 1 :]
    noise = torch.randn(latents.shape, generator=generator)
    x = (1 - schedule[0]) * latents + schedule[0] * noise
    words = model.text(ids)
    for now, after in zip(schedule[:-1], schedule[1:]):
        t = (now * 1000).expand(len(x))
        free = model.denoiser(x, t, torch.zeros_like(words), torch.zeros_like(reference))
        v = free + DEFAULTS["guidance"] * (model.denoiser(x, t, words, reference) - free)
        x = x + (after - now) * v
    return x


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--pictures", type=int, default=6000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=16)
    args = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(args.threads)
    folder, started = CACHE / args.name, time.time()
    model, state = load_model()
    model = model.to(memory_format=torch.channels_last)
    read = lambda file, kind, shape: np.memmap(folder / file, kind, "r").reshape(-1, *shape)
    words, latents, hints = read("words.i64", np.int64, (6,)), read("latents.f16", np.float16, LATENT), read("structure-latents.f16", np.float16, LATENT)
    coverage = read("coverage.u8", np.uint8, (1, 32, 32))
    out = np.memmap(folder / "rehearsed.f16", np.float16, "w+", shape=(args.pictures, *LATENT))
    generator = torch.Generator().manual_seed(state["step"])
    for i in range(0, args.pictures, args.batch):
        part = slice(i, min(i + args.batch, args.pictures))
        tensor = lambda a: torch.from_numpy(a[part].astype(np.float32))
        reference = torch.cat([tensor(hints), tensor(coverage) / 255], 1)
        ending = ENDINGS[i // args.batch % len(ENDINGS)]
        out[part] = rehearse(model, tensor(latents), torch.from_numpy(words[part].copy()), reference, ending, generator).numpy()
        if i // args.batch % 20 == 0:
            print(f"{i}/{args.pictures} {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
