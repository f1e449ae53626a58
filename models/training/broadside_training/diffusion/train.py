"""Train text encoder and denoiser: python -m broadside_training.diffusion.train --budget MINUTES [--device cuda] [--resume]

Rectified flow on the latents that `encode` wrote: x_t = (1 − σ)·x₀ + σ·ε, the model says ε − x₀, σ mostly high.
"""
import numpy as np
import torch
from torch.nn import functional as F

from .. import run
from ..corpus import backgrounds, layouts, palettes, styles, subjects, vocabulary
from ..corpus.build import sheet
from ..corpus.memory import keep_freed_memory
from ..corpus.paths import CACHE
from .encode import LATENT, load_autoencoder
from .muon import Muon
from .sample import conditions, sample, tokens
from .text import TextEncoder
from .train_autoencoder import to_pictures
from .unet import Denoiser


# How much more often words are seen that a long run left unread. What a word looks like does not change by it.
WEAK = {
    "style": {"duotone": 3, "watercolor": 3, "cartoon": 2.5, "riso": 2, "glossy": 1.5, "flat": 1.5},
    "background": {"gradient": 2, "grid": 2, "halftone": 2, "topographic": 2, "sprigs": 2, "fans": 2, "confetti": 2},
}
CONDITION = ("text.", "denoiser.time", "denoiser.words", "denoiser.settle", "denoiser.last")


class Model(torch.nn.Module):
    """Both networks that learn together."""

    def __init__(self):
        super().__init__()
        self.text = TextEncoder(vocabulary.SIZE)
        self.denoiser = Denoiser()
        # Muon makes every direction of a matrix equally strong, which drowns the words: conditions learn with Adam.
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2 and ("film" in name or name.startswith(CONDITION)):
                parameter.plain = True

    def forward(self, sample, timestep, ids, reference):
        return self.denoiser(sample, timestep, self.text(ids), reference)


class Corpus:
    """Latents, reference latents with coverage, and words of CACHE/<name>."""

    def __init__(self, name):
        folder = CACHE / name
        self.words = torch.from_numpy(np.fromfile(folder / "words.i64", np.int64).reshape(-1, 6))
        load = lambda file: torch.from_numpy(np.fromfile(folder / file, np.float16).reshape(-1, *LATENT))
        self.latents, self.hints = load("latents.f16"), load("hint-latents.f16")
        self.coverage = torch.from_numpy(np.fromfile(folder / "coverage.u8", np.uint8).reshape(-1, 1, 32, 32))
        self.structures = None
        if (folder / "structure-latents.f16").exists():  # the first pictures have a second reference, with the background's structure
            self.structures = load("structure-latents.f16")
            self.words = self.words[: len(self.structures)]
        self.hash = (folder / "hash.txt").read_text().strip()
        self.weights = self.words.new_ones(len(self.words), dtype=torch.float32)
        for name, (role, names) in {"style": (1, styles.NAMES), "background": (3, backgrounds.NAMES)}.items():
            for word, times in WEAK[name].items():
                self.weights[self.words[:, role] == vocabulary.START[name] + names.index(word)] *= times

    def batch(self, count, generator, device):
        """(x₀, word ids, reference [b, 9, 32, 32]), before anything is dropped."""
        i = torch.multinomial(self.weights, count, replacement=True, generator=generator)
        hint = self.hints[i]
        if self.structures is not None:
            hint = torch.where((torch.rand(count, generator=generator) < 0.75)[:, None, None, None], self.structures[i], hint)
        reference = torch.cat([hint.float(), self.coverage[i].float() / 255], 1)
        return self.latents[i].float().to(device), self.words[i].to(device), reference.to(device)


def drop(ids, reference, generator):
    """Forget conditions now and then: single words, all words, the reference, everything (for guidance)."""
    u = torch.rand(ids.shape, generator=generator).to(ids.device)
    #                    subject style palette background layout finish
    chance = torch.tensor([0.2, 0.08, 0.08, 0.08, 0.3, 0.05], device=ids.device)
    ids = ids.masked_fill(u < chance, vocabulary.PAD)
    w = torch.rand(len(ids), generator=generator).to(ids.device)
    ids = ids.masked_fill((w < 0.12)[:, None], vocabulary.PAD)
    keep = ~((w < 0.07) | ((w > 0.12) & (w < 0.16)))
    return ids, reference * keep[:, None, None, None]


def noise_levels(count, generator, high_share):
    """σ in 0…1: a logit-normal, and for a share a level close to pure noise.

    A 32×32 latent still shows its palette and its pattern at σ = 0.9 (the mean of a thousand places has little noise), so
    nearly all that the words decide is decided above that. A plain logit-normal hardly ever trains there. Edges and surfaces
    are decided at the other end, so once the words are read the share may fall.
    """
    middle = torch.sigmoid(0.1 + high_share + 1.2 * torch.randn(count, generator=generator))
    high = 1 - 0.16 * torch.rand(count, generator=generator) ** 1.5
    return torch.where(torch.rand(count, generator=generator) < high_share, high, middle)


# A fixed sheet that shows the same prompts at every checkpoint.
def showcase(count=32, among=None):
    rng = np.random.default_rng(5)
    among = subjects.TRAINED if among is None else among
    return [
        {
            "subject": int(among[rng.integers(len(among))]),
            "style": i % len(styles.NAMES),
            "palette": int(rng.integers(len(palettes.NAMES))),
            "background": int(rng.integers(len(backgrounds.NAMES))),
            "layout": int(rng.integers(1, len(layouts.NAMES))) if rng.random() < 0.4 else -1,
        }
        for i in range(count)
    ]


@torch.no_grad()
def show(model, autoencoder, path, steps=10, guidance=2.5, shift=3.0, **options):
    prompts = showcase(40) + showcase(16, subjects.HELD_OUT)
    seeds = range(100, 100 + len(prompts))
    device = next(model.parameters()).device
    with run.autocast(device):
        z = sample(model.denoiser, model.text, tokens(prompts), conditions(autoencoder, prompts, seeds), seeds, steps, guidance, shift, **options)
        pictures = to_pictures(autoencoder.decoder(z))
    sheet(pictures, path, columns=8)


def main():
    parser = run.parser("diffusion.train", default_budget=60)
    parser.add_argument("--corpus", default="posters")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--adam-lr", type=float, default=3e-3)
    parser.add_argument("--sheets", type=float, default=8, metavar="MINUTES", help="between sample sheets")
    parser.add_argument("--high", type=float, default=0.4, metavar="SHARE", help="of pictures that are trained close to pure noise")
    parser.add_argument("--fresh-optimizer", action="store_true", help="with --resume: keep the weights, start the optimizer anew")
    args = parser.parse_args()
    keep_freed_memory()
    work = run.Run(args)
    corpus = Corpus(args.corpus)
    autoencoder = load_autoencoder()
    model = Model().to(work.device, memory_format=torch.channels_last)
    optimizer = Muon(model.parameters(), lr=args.lr, adam_lr=args.adam_lr)
    ema, generator, step = run.Ema(model, 0.998), torch.Generator().manual_seed(args.seed), 0
    state = work.load()
    if state:
        model.load_state_dict(state["model"]); ema.load_state_dict(state["ema"]); step = state["step"]
        if not args.fresh_optimizer:
            optimizer.load_state_dict(state["optimizer"])
        generator.manual_seed(args.seed + step)
    print(len(corpus.words), "pictures", sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    last, average, saved = work.budget.spent(), None, work.budget.spent()
    while work.budget.left() > 0:
        part = work.budget.fraction()
        optimizer.rate(min(1, (step + 1) / 60) * (1 if part < 0.5 else max(0.02, 1 - (part - 0.5) / 0.5)))
        x, ids, reference = corpus.batch(args.batch, generator, work.device)
        ids, reference = drop(ids, reference, generator)
        sigma = noise_levels(len(x), generator, args.high).to(work.device)
        noise = torch.randn(x.shape, generator=generator).to(work.device)
        s = sigma[:, None, None, None]
        with run.autocast(work.device):
            v = model((1 - s) * x + s * noise, sigma * 1000, ids, reference)
        loss = F.mse_loss(v.float(), noise - x)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        ema.update(model)
        step += 1
        average = loss.item() if average is None else average * 0.98 + loss.item() * 0.02
        if step % 25 == 0:
            work.log(step, loss=average, rate=step * args.batch / work.budget.spent())
        over = work.budget.left() == 0
        if over or work.budget.spent() - saved > 180:
            saved = work.budget.spent()
            work.save({"model": model.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "corpus": corpus.hash, "pictures": step * args.batch})
        if over or work.budget.spent() - last > args.sheets * 60:
            last = work.budget.spent()
            show(ema.model, autoencoder, work.folder / f"sheet-{step:06d}.png")


if __name__ == "__main__":
    main()
