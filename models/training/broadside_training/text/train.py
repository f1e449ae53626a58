"""Trains copy-lm and writes the package.

    python -m broadside_training.text.train --budget 40 --device cpu --threads 1 --resume
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .. import run as runs
from .corpus import draw, fingerprint
from .model import CopyModel, Shape
from .optimizer import Muon
from .prompt import EOS, load_tokenizer, render, train_tokenizer

SHARD = 5000
BATCH_TOKENS = 3072
MUON_RATE, ADAM_RATE = 0.02, 0.004
SAVE_EVERY = 60.0


def main() -> None:
    p = runs.parser("text", 40)
    p.add_argument("--samples", type=int, default=160_000, help="size of the drawn corpus")
    p.add_argument("--width", type=int, default=256, help="of the residual stream; heads are 32 wide")
    p.add_argument("--layers", type=int, default=6)
    p.add_argument("--batch", type=int, default=BATCH_TOKENS, help="tokens per step")
    p.add_argument("--no-package", action="store_true", help="leave models/starter alone")
    args = p.parse_args()
    run = runs.Run(args)
    corpus = load_corpus(run.folder, args.samples, args.seed, max(1, args.threads))
    state = run.load()
    shape = Shape(**state["shape"]) if state else Shape(
        width=args.width, layers=args.layers, heads=args.width // 32, hidden=args.width * 11 // 4 // 32 * 32)
    model = CopyModel(shape).to(run.device)
    ema = runs.Ema(model, 0.99)
    matrices = [p for name, p in model.layers.named_parameters() if p.ndim == 2 and "smear" not in name]
    others = [p for p in model.parameters() if not any(p is m for m in matrices)]
    optimizers = [Muon(matrices, lr=MUON_RATE, weight_decay=0.01),
                  torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.98), weight_decay=0.0)]
    step, corpus_hash = 0, fingerprint()
    if state:
        model.load_state_dict(state["model"])
        ema.load_state_dict(state["ema"])
        for optimizer, saved in zip(optimizers, state.get("optimizers", [])):
            optimizer.load_state_dict(saved)
        step = state["step"]
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {len(corpus)} samples, "
          f"{corpus.tokens / 1e6:.1f} M tokens", flush=True)

    def save() -> None:
        run.save({"shape": shape.state(), "model": model.state_dict(), "ema": ema.state_dict(), "step": step,
                  "optimizers": [o.state_dict() for o in optimizers], "corpus": corpus_hash})

    saved_at, losses = run.budget.spent(), []
    batches = corpus.batches(args.batch, args.seed + step)
    while run.budget.left() > 0:
        rate = schedule(run.budget.fraction(), step)
        for optimizer, top in zip(optimizers, (MUON_RATE, ADAM_RATE)):
            for group in optimizer.param_groups:
                group["lr"] = top * rate
        ids, starts = next(batches)
        ids, starts = ids.to(run.device), starts.to(run.device)
        loss = line_loss(model, ids, starts, run.device)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        if step % 2 == 0:
            ema.update(model)
        losses.append(loss.item())
        step += 1
        if step % 50 == 0:
            run.log(step, loss=float(np.mean(losses[-50:])), rate=rate, tokens_per_second=corpus.seen / max(1e-9, run.budget.spent()))
        if run.budget.spent() - saved_at > SAVE_EVERY:
            save()
            saved_at = run.budget.spent()
    save()
    if not args.no_package:
        from .package import write

        write(ema.model, run.folder / "tokenizer.json", run.facts(corpus_hash, step))


def line_loss(model: CopyModel, ids: torch.Tensor, starts: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Cross-entropy over the line alone: the brief is given, names in it cannot be foreseen."""
    at = torch.arange(ids.shape[1] - 1, device=device)[None]
    target = ids[:, 1:]
    wanted = (at + 1 >= starts[:, None]) & (target != 0)
    with runs.autocast(device):
        hidden = model.hidden(ids[:, :-1])[wanted]
        logits = model.logits(hidden)
    return F.cross_entropy(logits.float(), target[wanted])


def schedule(fraction: float, step: int) -> float:
    """A short warm-up, a plateau, and a linear fall over the second half of the budget."""
    warm = min(1.0, (step + 1) / 60)
    return warm * min(1.0, max(0.02, (1 - fraction) / 0.55))


class Corpus:
    """Token rows (brief + line + end), each with the place where its line starts."""

    def __init__(self, rows: list[np.ndarray], starts: np.ndarray):
        self.rows, self.starts = rows, starts
        self.lengths = np.array([len(r) for r in rows])
        self.tokens = int(self.lengths.sum())
        self.seen = 0

    def __len__(self) -> int:
        return len(self.rows)

    def batches(self, tokens: int, seed: int):
        """Endless batches of rows of like length, padded with 0, in random order."""
        rng = np.random.default_rng(seed)
        while True:
            # Noise on the length: rows meet different neighbours in every pass.
            order = np.argsort(self.lengths + rng.random(len(self.rows)) * 6)
            groups, group, widest = [], [], 0
            for i in order:
                widest = max(widest, int(self.lengths[i]))
                if group and widest * (len(group) + 1) > tokens:
                    groups.append(group)
                    group, widest = [], int(self.lengths[i])
                group.append(int(i))
            rng.shuffle(groups)
            for group in groups:
                width = max(len(self.rows[i]) for i in group)
                ids = np.zeros((len(group), width), np.int64)
                for j, i in enumerate(group):
                    ids[j, : len(self.rows[i])] = self.rows[i]
                self.seen += int(sum(len(self.rows[i]) for i in group))
                yield torch.from_numpy(ids), torch.from_numpy(self.starts[group])


def load_corpus(folder: Path, samples: int, seed: int, processes: int) -> Corpus:
    """Draws the corpus once and keeps it, as text, beside the checkpoints; drawn again when the lexicon changes."""
    path = folder / f"corpus-{fingerprint()[:12]}-{seed}-{samples}.jsonl"
    if not path.exists():
        shards = [(seed * 1_000_003 + i, min(SHARD, samples - i * SHARD)) for i in range(math.ceil(samples / SHARD))]
        temporary = path.with_suffix(".tmp")
        with open(temporary, "w", encoding="utf-8") as file:
            if processes > 1:
                with multiprocessing.Pool(processes) as pool:
                    for text in pool.imap(_shard, shards):
                        file.write(text)
            else:
                for shard in shards:
                    file.write(_shard(shard))
        temporary.rename(path)
    pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    tokens = folder / "tokenizer.json"
    # The tokenizer belongs to the weights: a resumed run keeps it even when the corpus grew.
    tokenizer = load_tokenizer(tokens) if tokens.exists() else train_tokenizer([brief + line for brief, line in pairs[:60_000]], tokens)
    briefs = tokenizer.encode_batch([brief for brief, _ in pairs])
    lines = tokenizer.encode_batch([line + EOS for _, line in pairs])
    rows = [np.array(b.ids + l.ids, np.int32) for b, l in zip(briefs, lines)]
    return Corpus(rows, np.array([len(b.ids) for b in briefs]))


def _shard(task: tuple[int, int]) -> str:
    seed, size = task
    rng = random.Random(seed)
    samples = (draw(rng) for _ in range(size))
    return "".join(json.dumps([render(s.brief), s.line], ensure_ascii=False) + "\n" for s in samples)


if __name__ == "__main__":
    main()
