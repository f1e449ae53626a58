"""Trains mood-vae: python -m broadside_training.vae.train --budget 12 [--device cuda] [--resume]

Works on pictures of 64²: moods are soft, and the networks only see and make 32².
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .. import package
from .. import run as running
from ..upscaler import material
from . import moods
from .network import CHANNELS, REFERENCE, MoodVae

RATE = 2e-3
NAT = 5e-5          # squared error (0…1 range) that one nat of information is worth
BLURRED_SHARE = 0.2


class Pool:
    """Pictures to learn from: every batch a few are drawn anew, for drawing takes as long as learning."""

    def __init__(self, rng: np.random.Generator, blurred: moods.Blurred, size: int = 256):
        self.rng, self.blurred = rng, blurred
        self.pictures = np.stack([self._new() for _ in range(size)])
        self.oldest = 0

    def _new(self) -> np.ndarray:
        return self.blurred.draw(self.rng) if self.rng.uniform() < BLURRED_SHARE else moods.draw(self.rng, 64, 64)

    def batch(self, n: int) -> np.ndarray:
        """float32 [n, 64, 64, 3] in 0…1; mirrored at random."""
        for _ in range(n // 2):
            self.pictures[self.oldest] = self._new()
            self.oldest = (self.oldest + 1) % len(self.pictures)
        pictures = self.pictures[self.rng.choice(len(self.pictures), n, replace=False)]
        return np.ascontiguousarray(pictures[:, :, ::-1] if self.rng.uniform() < 0.5 else pictures)


def main() -> None:
    p = running.parser("vae.train", default_budget=14)
    p.add_argument("--batch", type=int, default=16)
    args = p.parse_args()
    args.name = "vae"
    run = running.Run(args)
    model = MoodVae().to(run.device, memory_format=torch.channels_last)
    ema = running.Ema(model, 0.998)
    optimizer = torch.optim.Adam(model.parameters(), RATE, betas=(0.9, 0.99))
    step = 0
    if state := run.load():
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        ema.load_state_dict(state["ema"])
        step = state["step"]
    rng = np.random.default_rng([args.seed, step])
    blurred = moods.Blurred(material.corpus(args.cache))

    pool = Pool(rng, blurred)

    def save() -> None:
        run.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "ema": ema.state_dict(), "step": step})

    saved = run.budget.spent()
    while run.budget.left() > 0:
        part = run.budget.fraction()
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 50) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * part)))
        pictures = pool.batch(args.batch)
        small = torch.from_numpy(pictures).permute(0, 3, 1, 2) * 2 - 1
        small = small.to(run.device, memory_format=torch.channels_last)
        with running.autocast(run.device):
            mean, log_variance = model.posterior(small)
            noise = torch.randn_like(mean.float())
            made = model.decoder.small(model.places(mean.float() + noise * (log_variance / 2).exp()))
        # Errors count on the 0…1 range: half of what −1…1 gives.
        error = F.mse_loss(made.float(), small) / 4
        information = 0.5 * (mean.float().square() + log_variance.exp() - 1 - log_variance).sum((1, 2, 3)).mean()
        # Information is let in first and charged for later: an empty posterior is hard to leave.
        loss = error / NAT + information * min(1.0, 0.05 + step / 400)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 50.0)
        optimizer.step()
        ema.update(model)
        step += 1
        if step % 50 == 0:
            run.log(step, psnr=-10 * math.log10(error.item()), nats=information.item())
        if run.budget.spent() - saved > 90:
            save()
            sheet(ema.model, run)
            saved = run.budget.spent()
    save()
    sheet(ema.model, run)

    from .export import export

    export(args.cache, run.facts(package.corpus_hash(moods.source(), blurred.small), step))


@torch.no_grad()
def sheet(model: MoodVae, run: running.Run) -> None:
    """Three pairs of rows: unseen moods and their reconstruction; then samples of the prior."""
    rng = np.random.default_rng(999_999)
    rows: list[torch.Tensor] = []
    for _ in range(2):
        small = torch.from_numpy(np.stack([moods.draw(rng, 64, 64) for _ in range(10)])).permute(0, 3, 1, 2) * 2 - 1
        small = small.to(run.device)
        mean, _ = model.posterior(small)
        rows += [small, model.decoder.small(model.places(mean))]
    z = torch.randn(50, CHANNELS, REFERENCE, REFERENCE, generator=torch.Generator().manual_seed(5)).to(run.device)
    rows += list(model.decoder.small(z).split(10))
    image = torch.cat([torch.cat(list(row.cpu()), 2) for row in rows], 1)
    image = F.interpolate(image[None], scale_factor=2.0, mode="bicubic")[0]
    Image.fromarray(((image.permute(1, 2, 0) + 1) * 127.5).clamp(0, 255).round().to(torch.uint8).numpy()).save(run.folder / "sheet.png")


if __name__ == "__main__":
    main()
