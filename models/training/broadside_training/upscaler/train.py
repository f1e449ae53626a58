"""Trains poster-upscaler: python -m broadside_training.upscaler.train --budget 20 [--device cuda] [--resume]

Three quarters of the budget on L1 alone, the rest with a small patch critic at low weight; then writes the package.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .. import run as running
from . import material
from .network import Critic, Upscaler

LEARNING_RATE = 1.2e-3
POLISH_FROM = 0.78           # of the budget
POLISH_WEIGHT = 2e-3         # of the critic against L1: sharper edges, less than 0.1 dB lost


def main() -> None:
    p = running.parser("upscaler.train", default_budget=20)
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--patch", type=int, default=40, help="side of the small patch, px")
    args = p.parse_args()
    args.name = "upscaler"
    run = running.Run(args)
    cpu = run.device.type == "cpu"

    pictures = material.corpus(args.cache)
    model = Upscaler().to(run.device, memory_format=torch.channels_last)
    critic = Critic().to(run.device, memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), LEARNING_RATE, betas=(0.9, 0.99))
    critic_optimizer = torch.optim.Adam(critic.parameters(), 2e-4, betas=(0.5, 0.99))
    ema = running.Ema(model, 0.998)
    step = 0
    if state := run.load():
        model.load_state_dict(state["model"])
        critic.load_state_dict(state["critic"])
        optimizer.load_state_dict(state["optimizer"])
        critic_optimizer.load_state_dict(state["critic_optimizer"])
        ema.load_state_dict(state["ema"])
        step = state["step"]
    patches = material.Patches(pictures, seed=args.seed + step)

    def save() -> None:
        run.save({"model": model.state_dict(), "critic": critic.state_dict(), "optimizer": optimizer.state_dict(),
                  "critic_optimizer": critic_optimizer.state_dict(), "ema": ema.state_dict(), "step": step})

    saved = run.budget.spent()
    while run.budget.left() > 0:
        part = run.budget.fraction()
        polish = part > POLISH_FROM
        if polish:
            rate = 2e-4 * (1 - (part - POLISH_FROM) / (1 - POLISH_FROM)) + 1e-6
        else:
            rate = LEARNING_RATE * min(1, (step + 1) / 50) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * part / POLISH_FROM)))
        for group in optimizer.param_groups:
            group["lr"] = rate

        scale = 2 if step % 3 == 2 else 4
        small, sharp = patches.batch(args.batch, args.patch, scale)
        small = small.to(run.device, memory_format=torch.channels_last)
        sharp = sharp.to(run.device, memory_format=torch.channels_last)
        with running.autocast(run.device):
            made = model(small, scale)
        made = made.float()
        pixel = F.l1_loss(made, sharp)
        loss = pixel
        if polish:
            # The critic sees a middle cut: judging every pixel of ×4 patches costs more than making them.
            cut = slice(20, 20 + 96) if scale == 4 else slice(0, 80)
            real, fake = sharp[:8, :, cut, cut], made[:8, :, cut, cut]
            with running.autocast(run.device):
                critic.requires_grad_(False)
                loss = loss - POLISH_WEIGHT * critic(fake).float().mean()
                critic.requires_grad_(True)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        ema.update(model)
        step += 1

        values = {"l1": pixel.item(), "rate": rate}
        if polish:
            with running.autocast(run.device):
                judged_real, judged_fake = critic(real).float(), critic(fake.detach()).float()
                critic_loss = F.relu(1 - judged_real).mean() + F.relu(1 + judged_fake).mean()
            critic_optimizer.zero_grad(set_to_none=True)
            critic_loss.backward()
            critic_optimizer.step()
            values["critic"] = critic_loss.item()

        if step % 50 == 0:
            run.log(step, **values)
        if run.budget.spent() - saved > 120:
            save()
            sheet(ema.model, run)
            saved = run.budget.spent()
    save()
    sheet(ema.model, run)

    from .export import export

    export(args.cache, run.facts(corpus_hash(args.cache), step))


def corpus_hash(cache) -> str:
    from ..package import corpus_hash as digest

    return digest(np.asarray(material.corpus(cache)))


@torch.no_grad()
def sheet(model: Upscaler, run: running.Run) -> None:
    """A picture of progress on held-out art: small copy, bicubic, made, original; prints the gain over bicubic."""
    rows, gains = [], []
    for picture in material.test_pictures(run.args.cache, 4):
        sharp = torch.from_numpy(np.array(picture[160:480, 160:480])).permute(2, 0, 1)[None].float() / 255
        small = (material.reduce(sharp, 4, "area") * 255).round() / 255
        made = model(small.to(run.device), 4).cpu().clamp(0, 1)
        bicubic = F.interpolate(small, scale_factor=4, mode="bicubic", align_corners=False).clamp(0, 1)
        gains.append(10 * math.log10(F.mse_loss(bicubic, sharp) / F.mse_loss(made, sharp)))
        near = F.interpolate(small, scale_factor=4, mode="nearest")
        rows.append(torch.cat([near, bicubic, made, sharp], 3)[0])
    image = (torch.cat(rows, 1).permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    Image.fromarray(image).save(run.folder / "sheet.png")
    print("gain over bicubic, dB:", " ".join(f"{g:.2f}" for g in gains), flush=True)


if __name__ == "__main__":
    main()
