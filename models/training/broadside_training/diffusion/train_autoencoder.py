"""Train the autoencoder: python -m broadside_training.diffusion.train_autoencoder --budget MINUTES [--resume]

Reads CACHE/ae (corpus.build ae --hints --everything): pictures and reference pictures, in random 128 px crops.
"""
import math

import numpy as np
import torch
from torch.nn import functional as F

from .. import run
from ..corpus.build import sheet
from ..corpus.paths import CACHE
from ..corpus.memory import keep_freed_memory
from .autoencoder import Autoencoder
from .muon import Muon

CROP = 128
NOISE = 0.12  # the largest deviation added to latents, so that the decoder forgives the denoiser
FIND_SCALE = 0.25  # part of the budget


def open_pictures(folder):
    pictures = np.memmap(CACHE / folder / "images.u8", np.uint8, "r").reshape(-1, 256, 256, 3)
    refs = np.memmap(CACHE / folder / "hints.u8", np.uint8, "r").reshape(-1, 256, 256, 3)
    return pictures, refs


def crops(rng, pictures, refs, count, size=CROP):
    """Random crops [count, 3, size, size] in −1…1, one in six of a reference on grey (the encoder must know those too)."""
    out = np.empty((count, size, size, 3), np.uint8)
    for i in range(count):
        source = refs if rng.random() < 1 / 6 else pictures
        y, x = rng.integers(0, 257 - size, 2)
        crop = source[rng.integers(128, len(source)), y : y + size, x : x + size]
        out[i] = crop[:, ::-1] if rng.random() < 0.5 else crop
    return to_tensor(out)


def to_tensor(pictures):
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


def to_pictures(x):
    return ((x.float().clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()


def gradients(x):
    return x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :]


def loss_of(y, x):
    """L1 + L2 + L1 of the picture's gradients: flat areas flat, edges where they belong."""
    d = y - x
    gx, gy = gradients(d)
    return d.abs().mean() + 2.0 * d.pow(2).mean() + 0.7 * (gx.abs().mean() + gy.abs().mean())


def psnr(y, x):
    return 10 * math.log10(4 / (y.clamp(-1, 1) - x).pow(2).mean().item())


@torch.no_grad()
def evaluate(model, pictures, device, count=64):
    """PSNR in dB on the first pictures of the corpus, which no crop is taken from, and their reconstructions."""
    x = to_tensor(pictures[:count]).to(device)
    with run.autocast(device):
        y = torch.cat([model(part) for part in x.split(16)]).float()
    return psnr(y, x), y


def main():
    parser = run.parser("diffusion.train_autoencoder", default_budget=25)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--freeze-encoder", action="store_true", help="with --resume: train the decoder alone, so that latents made meanwhile stay valid")
    args = parser.parse_args()
    keep_freed_memory()
    work = run.Run(args)
    pictures, refs = open_pictures("ae")
    model = Autoencoder().to(work.device, memory_format=torch.channels_last)
    optimizer = Muon(model.parameters(), lr=args.lr, adam_lr=1e-3)
    ema, rng, step = run.Ema(model, 0.998), np.random.default_rng(args.seed), 0
    state = work.load()
    if state:
        model.load_state_dict(state["model"]); ema.load_state_dict(state["ema"]); step = state["step"]
        if args.freeze_encoder:
            model.encoder.load_state_dict(ema.model.encoder.state_dict())
            model.encoder.requires_grad_(False)
            optimizer = Muon(model.parameters(), lr=args.lr, adam_lr=1e-3)
        elif not state.get("frozen"):
            optimizer.load_state_dict(state["optimizer"])
        rng = np.random.default_rng(args.seed + step)
    print(sum(p.numel() for p in model.encoder.parameters()), sum(p.numel() for p in model.decoder.parameters()), "parameters")
    last_sheet = 0.0
    while work.budget.left() > 0:
        part = work.budget.fraction()
        optimizer.rate(min(1, (step + 1) / 60) * (1 if part < 0.4 else max(0.02, 1 - (part - 0.4) / 0.6)))
        x = crops(rng, pictures, refs, args.batch).to(work.device)
        # Normalising by each batch finds the scale; from then on it is fixed, or no decoder could tell absolute colours.
        model.encoder.norm.train(part < FIND_SCALE and not args.freeze_encoder)
        with run.autocast(work.device):
            z = model.encoder(x)
            y = model.decoder(z + torch.randn_like(z) * (NOISE * torch.rand(len(z), 1, 1, 1, device=z.device)))
        deviation, mean = torch.std_mean(z.float(), (0, 2, 3))
        loss = loss_of(y.float(), x)
        if not args.freeze_encoder:
            loss = loss + 0.02 * ((deviation - 1).square().mean() + mean.square().mean())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        ema.update(model)
        step += 1
        if step % 50 == 0:
            work.log(step, loss=loss.item(), psnr=psnr(y.float().detach(), x), deviation=deviation.mean().item(), rate=step * args.batch / work.budget.spent())
        if work.budget.spent() - last_sheet > 150 or work.budget.left() == 0:
            last_sheet = work.budget.spent()
            db, made = evaluate(ema.model, pictures, work.device)
            work.log(step, heldout=db)
            both = np.concatenate([pictures[:32], to_pictures(made[:32])])
            sheet(both, work.folder / "sheet.png", columns=8)
            work.save({"model": model.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "psnr": db, "frozen": args.freeze_encoder})


if __name__ == "__main__":
    main()
