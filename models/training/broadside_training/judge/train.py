"""Train the judge: python -m broadside_training.judge.train --budget CPU_MINUTES [--resume] [--only subject|style|scene]

Reads CACHE/judge and CACHE/ae (corpus.build NAME --everything): pictures with seeds that the denoiser never sees. Half of
the subject judge's batches are drawings of any set pasted on other pictures in odd inks. Nothing trains on the judge.
"""
import json
import time

import numpy as np
import torch
from torch.nn import functional as F

from .. import run
from ..corpus import compose, subjects, vocabulary
from ..corpus.memory import keep_freed_memory
from ..corpus.paths import CACHE
from .model import HEADS, ROLES, SIZES, Reader, look, shrink

HELD_OUT = 384  # pictures at the start of CACHE/judge that only measure
CORPORA = {"judge": 31, "ae": 11}  # name → the seed it was built with
JITTER = 6  # px that crops are shifted by


def load(which):
    """What classifier `which` sees of all pictures [N, 3, s, s], with a rim to move them in (uint8), and word indices [N, 6] with −100 for none."""
    seen, labels = [], []
    for name, seed in CORPORA.items():
        words = np.fromfile(CACHE / name / "words.i64", np.int64).reshape(-1, 6)
        images = np.memmap(CACHE / name / "images.u8", np.uint8, "r").reshape(-1, 256, 256, 3)
        if which == "scene":
            seen.append(torch.from_numpy(np.pad(shrink(images), ((0, 0), (0, 0), (2, 2), (2, 2)), mode="edge")))
        else:
            size = SIZES[which] + JITTER
            part = np.empty((len(words), 3, size, size), np.uint8)
            for i in range(len(words)):
                spec = compose.sample_spec(np.random.default_rng([seed, i]), range(subjects.COUNT))
                assert vocabulary.ids(spec) == words[i].tolist()
                part[i] = look(images[i], compose.places(spec)[2], size).transpose(2, 0, 1)
            seen.append(torch.from_numpy(part))
        first = np.array([vocabulary.START[role] for role in ("subject", "style", "palette", "background", "layout", "finish")])
        labels.append(torch.from_numpy(np.where(words > 0, words - first, -100)))
    return torch.cat(seen), torch.cat(labels)


def drawings():
    """All drawings [sets, subjects, 4, 64, 64] float16, premultiplied."""
    return torch.stack([torch.cat([F.avg_pool2d(part.float() / 255, 4) for part in torch.from_numpy(subjects.drawings(name)).permute(0, 3, 1, 2).split(32)]).half() for name in subjects.SETS])


def paste(ground, bank, generator):
    """Random drawings over crops [b, 3, 64, 64] in 0…1, filling most of them, sometimes in two inks instead of their colours."""
    b = len(ground)
    r = lambda *s: torch.rand(*s, generator=generator)
    which, subject = torch.randint(0, len(bank), (b,), generator=generator), torch.randint(0, bank.shape[1], (b,), generator=generator)
    drawing = bank[which, subject].float()
    alpha = drawing[:, 3:]
    tone = (drawing[:, :3].mean(1, keepdim=True) / alpha.clamp(min=1e-3)).clamp(0, 1)
    tone = ((tone - r(b, 1, 1, 1)) * (1 + 5 * r(b, 1, 1, 1)) + 0.5).clamp(0, 1)
    a, c = r(b, 3, 1, 1), r(b, 3, 1, 1)
    inked = torch.cat([(a + (c - a) * tone) * alpha, alpha], 1)
    drawing = torch.where((r(b) < 0.5)[:, None, None, None], inked, drawing)
    zoom, turn = 1.12 * (1 + 0.08 * torch.randn(b, generator=generator)), 0.08 * torch.randn(b, generator=generator)
    theta = torch.zeros(b, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1], theta[:, 1, 0], theta[:, 1, 1] = zoom * turn.cos(), -zoom * turn.sin(), zoom * turn.sin(), zoom * turn.cos()
    theta[:, :, 2] = (r(b, 2) - 0.5) * 0.2
    placed = F.grid_sample(drawing, F.affine_grid(theta, (b, 4, *ground.shape[2:]), align_corners=False), align_corners=False)
    return placed[:, :3] + ground * (1 - placed[:, 3:]), subject


def soften(x, generator):
    """Some blur and some light, as made pictures differ from drawn ones; nothing that would change a palette's name."""
    blurred = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    x = x.lerp(blurred, 0.8 * torch.rand(len(x), 1, 1, 1, generator=generator))
    return (x * (1 + 0.03 * torch.randn(len(x), 1, 1, 1, generator=generator))).clamp(0, 1)


def window(x, size, generator):
    dy, dx = torch.randint(0, x.shape[-1] - size + 1, (2,), generator=generator).tolist()
    return x[:, :, dy : dy + size, dx : dx + size]


class Part:
    """One of the three classifiers in training, and how it is fed and scored."""

    def __init__(self, name, device):
        self.name, self.size, self.device = name, SIZES[name], device
        self.seen, self.labels = load(name)
        self.model = Reader(name).to(device, memory_format=torch.channels_last)
        self.bank = drawings() if name == "subject" else None
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=2e-3, betas=(0.9, 0.98), weight_decay=0.01)
        self.ema = run.Ema(self.model, 0.99)

    def loss(self, count, generator):
        i = torch.randint(HELD_OUT, len(self.labels), (count,), generator=generator)
        y = self.labels[i].to(self.device)
        x = window(self.seen[i].float() / 255, self.size, generator)
        if self.name == "subject":
            half = count // 2
            pasted, subject = paste(x[:half].roll(1, 0), self.bank, generator)
            x = torch.cat([pasted, x[half:]])
            y[:half, 0] = subject.to(self.device)
        elif self.name == "style":
            y[:, 1].masked_fill_(y[:, 0] < 0, -100)  # a style cannot be seen without a subject
        x = soften(x, generator)
        with run.autocast(self.device):
            out = self.model((x * 2 - 1).to(self.device, memory_format=torch.channels_last))
        return sum(F.cross_entropy(logits.float(), y[:, ROLES.index(head)], ignore_index=-100) for head, logits in out.items())

    @torch.no_grad()
    def score(self):
        """Share right on the held-out corpus pictures, by head."""
        y, edge = self.labels[:HELD_OUT], (self.seen.shape[-1] - self.size) // 2
        x = self.seen[:HELD_OUT, :, edge : edge + self.size, edge : edge + self.size]
        out = [self.ema.model(p.float() / 127.5 - 1) for p in x.split(64)]
        known = y[:, 0] >= 0
        return {head: (torch.cat([o[head] for o in out]).argmax(1) == y[:, ROLES.index(head)])[known].float().mean().item() for head in out[0]}


def main():
    parser = run.parser("judge.train", default_budget=10)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--only", choices=tuple(HEADS))
    args = parser.parse_args()
    keep_freed_memory()
    work = run.Run(args)
    for name in [args.only] if args.only else list(HEADS):
        part = Part(name, work.device)
        generator, step = torch.Generator().manual_seed(args.seed + 77), 0
        # Processor time, not wall clock: the judge runs beside other training and must not lose its learning rate by waiting.
        total, before, started = args.budget * 60 * (1 if args.only else 1 / len(HEADS)), 0.0, time.process_time()
        state = work.load(f"{name}.pt")
        if state:
            part.model.load_state_dict(state["model"]); part.ema.load_state_dict(state["ema"]); part.optimizer.load_state_dict(state["optimizer"])
            step, before = state["step"], state["spent"]
            generator.manual_seed(args.seed + step)
        spent = lambda: before + time.process_time() - started
        saved = spent()
        while spent() < total:
            f = spent() / total
            for group in part.optimizer.param_groups:
                group["lr"] = 2e-3 * min(1, (step + 1) / 40) * (1 if f < 0.3 else max(0.02, 1 - (f - 0.3) / 0.7))
            loss = part.loss(args.batch, generator)
            part.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            part.optimizer.step()
            part.ema.update(part.model)
            step += 1
            if step % 50 == 0:
                print(name, step, f"{spent():.0f} s loss {loss.item():.3f} {step * args.batch / spent():.0f}/s", flush=True)
            if spent() - saved > 50 or spent() >= total:
                saved, scores = spent(), part.score()
                print(name, step, json.dumps(scores), flush=True)
                work.save({"model": part.model.state_dict(), "ema": part.ema.state_dict(), "optimizer": part.optimizer.state_dict(), "step": step, "spent": spent(), "accuracy": scores}, f"{name}.pt")


if __name__ == "__main__":
    main()
