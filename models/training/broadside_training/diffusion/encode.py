"""Encode a corpus once, so that the denoiser never waits for pixels: python -m broadside_training.diffusion.encode NAME

Writes CACHE/NAME/latents.f16 and hint-latents.f16, both [N, 8, 32, 32]. References without a subject stay zero.
"""
import argparse
import time

import numpy as np
import torch

from .. import run
from ..corpus.memory import keep_freed_memory
from ..corpus.paths import CACHE
from .autoencoder import CHANNELS, Autoencoder
from .train_autoencoder import to_tensor

LATENT = (CHANNELS, 32, 32)
MENDING = 3  # blocks that refine_decoder adds


def load_autoencoder(device="cpu", refined=False):
    """The trained autoencoder; `refined`: with the decoder of `refine_decoder`, where there is one."""
    weights = lambda run: torch.load(CACHE / run / "checkpoint.pt", map_location=device, weights_only=True)["ema"]["model"]
    refined = refined and (CACHE / "diffusion-refine_decoder" / "checkpoint.pt").exists()
    model = Autoencoder(mending=MENDING if refined else 0)
    model.load_state_dict(weights("diffusion-train_autoencoder"), strict=not refined)
    if refined:
        model.decoder.load_state_dict(weights("diffusion-refine_decoder"))
    return model.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)


@torch.no_grad()
def encode(model, pictures, device, batch=32):
    """uint8 [N, 256, 256, 3] → float16 latents [N, 8, 32, 32]."""
    out = np.empty((len(pictures), *LATENT), np.float16)
    for i in range(0, len(pictures), batch):
        with run.autocast(torch.device(device)):
            out[i : i + batch] = model.encoder(to_tensor(pictures[i : i + batch]).to(device)).float().cpu().numpy()
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args()
    keep_freed_memory()
    if args.threads:
        torch.set_num_threads(args.threads)
    folder, model, started = CACHE / args.name, load_autoencoder(args.device), time.time()
    words = np.fromfile(folder / "words.i64", np.int64).reshape(-1, 6)
    images = np.memmap(folder / "images.u8", np.uint8, "r").reshape(-1, 256, 256, 3)
    hints = np.memmap(folder / "hints.u8", np.uint8, "r").reshape(-1, 256, 256, 3)
    latents = np.memmap(folder / "latents.f16", np.float16, "w+", shape=(len(words), *LATENT))
    references = np.memmap(folder / "hint-latents.f16", np.float16, "w+", shape=(len(words), *LATENT))
    step = 512
    for i in range(0, len(words), step):
        latents[i : i + step] = encode(model, images[i : i + step], args.device)
        part = encode(model, hints[i : i + step], args.device)
        part[words[i : i + step, 0] == 0] = 0
        references[i : i + step] = part
        print(f"{min(i + step, len(words))}/{len(words)} encoded, {time.time() - started:.0f} s", flush=True)
    print("mean", float(latents[:512].astype(np.float32).mean()), "deviation", float(latents[:512].astype(np.float32).std()))


if __name__ == "__main__":
    main()
