"""Train the judge: python -m broadside_training.judge.train --budget MINUTES [--resume]

Reads CACHE/judge and CACHE/ae (corpus.build NAME --hints --everything): pictures with seeds that the denoiser never sees.
Half of each batch are drawings of any set pasted on other pictures in odd inks, which teach the subject alone.
Nothing trains on the judge.
"""
import numpy as np
import torch
from torch.nn import functional as F

from .. import run
from ..corpus import subjects, vocabulary
from ..corpus.memory import keep_freed_memory
from ..corpus.paths import CACHE
from ..diffusion.muon import Muon
from .model import HEADS, SIZE, Judge

HELD_OUT = 512  # pictures at the start of CACHE/judge that only measure


def load(name):
    """(pictures [N, 3, 128, 128] uint8, labels [N, heads] with −100 for none)."""
    folder = CACHE / name
    words = np.fromfile(folder / "words.i64", np.int64).reshape(-1, 6)
    pictures = np.memmap(folder / "images.u8", np.uint8, "r").reshape(-1, 256, 256, 3)
    small = np.empty((len(words), 3, SIZE, SIZE), np.uint8)
    for i in range(len(words)):
        p = pictures[i].astype(np.uint16)
        small[i] = ((p[0::2, 0::2] + p[1::2, 0::2] + p[0::2, 1::2] + p[1::2, 1::2] + 2) // 4).transpose(2, 0, 1)
    labels = np.stack([np.where(words[:, k] > 0, words[:, k] - vocabulary.START[role], -100) for k, role in enumerate(HEADS)], 1)
    return torch.from_numpy(small), torch.from_numpy(labels)


def drawings():
    """All drawings [sets, subjects, 4, 64, 64] float16, premultiplied."""
    out = []
    for name in subjects.SETS:
        d = torch.from_numpy(subjects.drawings(name)).permute(0, 3, 1, 2)
        out.append(torch.cat([F.avg_pool2d(part.float() / 255, 4) for part in d.split(32)]).half())
    return torch.stack(out)


def paste(pictures, bank, generator):
    """Random drawings over pictures [b, 3, 128, 128] in 0…1: random place, size, and sometimes two inks instead of their colours."""
    b = len(pictures)
    r = lambda *s: torch.rand(*s, generator=generator)
    which, subject = torch.randint(0, len(bank), (b,), generator=generator), torch.randint(0, bank.shape[1], (b,), generator=generator)
    drawing = bank[which, subject].float()
    ink = (r(b) < 0.5)[:, None, None, None]
    alpha = drawing[:, 3:]
    tone = (drawing[:, :3].mean(1, keepdim=True) / alpha.clamp(min=1e-3)).clamp(0, 1)
    tone = ((tone - r(b, 1, 1, 1)) * (1 + 6 * r(b, 1, 1, 1)) + 0.5).clamp(0, 1)
    a, c = r(b, 3, 1, 1), r(b, 3, 1, 1)
    drawing = torch.cat([torch.where(ink, (a + (c - a) * tone) * alpha, drawing[:, :3]), alpha], 1)
    zoom = 1 / (0.32 + 0.6 * r(b))
    turn = 0.12 * torch.randn(b, generator=generator)
    theta = torch.zeros(b, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1], theta[:, 1, 0], theta[:, 1, 1] = zoom * turn.cos(), -zoom * turn.sin(), zoom * turn.sin(), zoom * turn.cos()
    theta[:, :, 2] = (r(b, 2) - 0.5) * 0.7 * zoom[:, None]
    placed = F.grid_sample(drawing, F.affine_grid(theta, (b, 4, SIZE, SIZE), align_corners=False), align_corners=False)
    return placed[:, :3] + pictures * (1 - placed[:, 3:]), subject


def augment(x, generator):
    """Small shifts and changes of brightness; nothing that would change a palette's name."""
    dy, dx = torch.randint(-6, 7, (2,), generator=generator).tolist()
    x = F.pad(x, (6, 6, 6, 6), mode="replicate")[:, :, 6 + dy : 6 + dy + SIZE, 6 + dx : 6 + dx + SIZE]
    return (x * (1 + 0.03 * torch.randn(len(x), 1, 1, 1, generator=generator)) + 0.015 * torch.randn(x.shape, generator=generator)).clamp(0, 1)


@torch.no_grad()
def accuracy(model, pictures, labels):
    model.eval()
    logits = [model(p.float() / 127.5 - 1) for p in pictures.split(64)]
    out = {}
    for k, name in enumerate(HEADS):
        guess = torch.cat([l[name] for l in logits]).argmax(1)
        known = labels[:, k] >= 0
        out[name] = (guess[known] == labels[known, k]).float().mean().item()
    model.train()
    return out


def main():
    parser = run.parser("judge.train", default_budget=10)
    parser.add_argument("--batch", type=int, default=48)
    args = parser.parse_args()
    keep_freed_memory()
    work = run.Run(args)
    parts = [load("judge"), load("ae")]
    pictures, labels = torch.cat([p for p, _ in parts]), torch.cat([l for _, l in parts])
    held, held_labels, pictures, labels = pictures[:HELD_OUT], labels[:HELD_OUT], pictures[HELD_OUT:], labels[HELD_OUT:]
    bank = drawings()
    model = Judge().to(work.device, memory_format=torch.channels_last)
    optimizer = Muon(model.parameters(), lr=0.02, adam_lr=2e-3)
    ema, generator, step = run.Ema(model, 0.995), torch.Generator().manual_seed(args.seed + 77), 0
    state = work.load()
    if state:
        model.load_state_dict(state["model"]); ema.load_state_dict(state["ema"]); step = state["step"]
        optimizer.load_state_dict(state["optimizer"])
    half, tested = args.batch // 3, work.budget.spent()
    while work.budget.left() > 0:
        part = work.budget.fraction()
        optimizer.rate(min(1, (step + 1) / 40) * (1 if part < 0.4 else max(0.02, 1 - (part - 0.4) / 0.6)))
        i = torch.randint(0, len(pictures), (args.batch,), generator=generator)
        x, y = pictures[i].float() / 255, labels[i].clone()
        pasted, subject = paste(x[:half], bank, generator)
        x = augment(torch.cat([pasted, x[half:]]), generator) * 2 - 1
        y[:half] = -100
        y[:half, 0] = subject
        with run.autocast(work.device):
            logits = model(x.to(work.device, memory_format=torch.channels_last))
        loss = sum(F.cross_entropy(logits[name].float(), y[:, k].to(work.device), ignore_index=-100) * (2 if name == "subject" else 1) for k, name in enumerate(HEADS))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        ema.update(model)
        step += 1
        if step % 50 == 0:
            work.log(step, loss=loss.item(), rate=step * args.batch / work.budget.spent())
        if work.budget.spent() - tested > 100 or work.budget.left() == 0:
            tested = work.budget.spent()
            scores = accuracy(ema.model, held, held_labels)
            work.log(step, **scores)
            work.save({"model": model.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "accuracy": scores})


if __name__ == "__main__":
    main()
