"""Trains pattern-gan: python -m broadside_training.gan.train --budget 40 [--device cuda] [--resume]

First an encoder places drawings of the corpus in latent space and the generator learns to draw them again: regular
patterns come out regular early, and the critic never sees noise. Then adversarial: what prior samples look like is for
the critic alone to say, and a little redrawing stays to hold the modes in place.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .. import run as running
from . import corpus
from .network import LATENT, SHARPNESS, STYLES, Critic, Encoder, Generator

RATE = 2e-3
R1_EVERY, R1_WEIGHT = 16, 0.02
CRITIC_FROM = 0.3   # of the budget: before, the generator only redraws
PARTS = 0.5          # weight of the critic's verdict on each place beside that on the whole tile
REDRAW, COLOUR, KL = 3.0, 3.0, 3e-4


def mixed_styles(generator: Generator, z: torch.Tensor, other: torch.Tensor, label: torch.Tensor,
                 rng: np.random.Generator) -> torch.Tensor:
    """[b,STYLES,STYLE]: in half of the pictures some rows come from another latent, so rows learn to mix."""
    w, w2 = generator.styles(z, label), generator.styles(other, label)
    swap = torch.zeros(len(z), STYLES, 1, dtype=torch.bool)
    for i in range(len(z)):
        kind = rng.uniform()
        if kind < 0.3:
            swap[i, -1] = True                        # another palette
        elif kind < 0.5:
            swap[i, int(rng.integers(1, STYLES)):] = True
    return torch.where(swap.to(w.device), w2, w)


def main() -> None:
    p = running.parser("gan.train", default_budget=40)
    p.add_argument("--batch", type=int, default=8)
    args = p.parse_args()
    args.name = "gan"
    run = running.Run(args)
    like = {"device": run.device}
    drawings = corpus.Drawings(args.cache)
    K = len(corpus.NAMES)

    generator = Generator(K).to(**like, memory_format=torch.channels_last)
    critic = Critic(K).to(**like, memory_format=torch.channels_last)
    encoder = Encoder(K).to(**like, memory_format=torch.channels_last)
    ema = running.Ema(generator, 0.997)
    g_opt = torch.optim.Adam([*generator.parameters(), *encoder.parameters()], RATE, betas=(0.0, 0.99))
    d_opt = torch.optim.Adam(critic.parameters(), RATE / 2, betas=(0.5, 0.99))
    parts = {"generator": generator, "critic": critic, "encoder": encoder, "ema": ema,
             "g_opt": g_opt, "d_opt": d_opt}
    step = 0
    if state := run.load():
        for name, part in parts.items():
            part.load_state_dict(state[name])
        step = state["step"]
    batches = corpus.Batches(drawings, seed=args.seed + step)
    rng = np.random.default_rng(args.seed + step + 1)

    def save() -> None:
        run.save({**{name: part.state_dict() for name, part in parts.items()}, "step": step})

    saved = drawn = run.budget.spent()
    while run.budget.left() > 0:
        part = run.budget.fraction()
        adversarial = part > CRITIC_FROM
        rate = RATE * min(1.0, 0.15 + 0.85 * (1 - part) / 0.3) * min(1.0, (step + 1) / 50)
        # No momentum against a critic that moves; redrawing alone goes faster with it.
        g_opt.param_groups[0]["betas"] = (0.0 if adversarial else 0.8, 0.99)
        # Weights of equalised layers are large, so steps are too; redrawing alone bears the largest.
        g_opt.param_groups[0]["lr"] = rate * (2 if adversarial else 5)
        d_opt.param_groups[0]["lr"] = rate / 2
        image, coverage, palette, label = (t.to(**like) for t in batches.draw(args.batch))
        real = corpus.shift(image, rng).contiguous(memory_format=torch.channels_last)
        values: dict[str, float] = {}
        g_loss = torch.zeros(()).to(**like)
        if adversarial:
            # ---- made pictures, once for both sides
            z, other = torch.randn(2, args.batch, LATENT).to(**like)
            with running.autocast(run.device):
                w = mixed_styles(generator, z, other, label, rng)
                scores = generator.synthesis.shapes(w)
                colours = generator.synthesis.palette(w[:, -1])
            fake = corpus.shift(generator.synthesis.paint(scores, colours), rng)
            fake = fake.contiguous(memory_format=torch.channels_last)

            # ---- critic
            with running.autocast(run.device):
                r_whole, r_parts = critic(real, label)
                f_whole, f_parts = critic(fake.detach(), label)
                d_loss = (F.softplus(-r_whole).mean() + F.softplus(f_whole).mean()
                          + PARTS * (F.softplus(-r_parts).mean() + F.softplus(f_parts).mean()))
            values |= {"d": d_loss.item(), "real": r_whole.mean().item(), "fake": f_whole.mean().item()}
            if step % R1_EVERY == 0:
                points = real.detach().requires_grad_(True)
                whole, local = critic(points, label)
                slope, = torch.autograd.grad(whole.sum() + local.mean(1).sum(), points, create_graph=True)
                penalty = slope.square().sum((1, 2, 3)).mean()
                d_loss = d_loss + penalty * (R1_WEIGHT / 2 * R1_EVERY)
                values["r1"] = penalty.item()
            d_opt.zero_grad(set_to_none=True)
            d_loss.backward()
            d_opt.step()

            # ---- what the critic now says of the same pictures
            critic.requires_grad_(False)
            with running.autocast(run.device):
                f_whole, f_parts = critic(fake, label)
                g_loss = F.softplus(-f_whole).mean() + PARTS * F.softplus(-f_parts).mean()
            critic.requires_grad_(True)
            values["g"] = g_loss.item()

        # ---- redrawing; beside the critic every other step is enough to hold the modes in place
        if not adversarial or step % 2 == 1:
            some = slice(0, args.batch // 2 if adversarial else args.batch)
            coverage, palette, label = coverage[some], palette[some], label[some]
            with running.autocast(run.device):
                mean, log_variance = encoder(coverage.contiguous(memory_format=torch.channels_last), palette, label)
                place = mean + torch.randn_like(mean) * (log_variance / 2).exp()
                w = generator.styles(place, label)
                again, again_colours = generator.synthesis.shapes(w), generator.synthesis.palette(w[:, -1])
            redrawn = -(coverage * F.log_softmax(again.float() * SHARPNESS, 1)).sum(1).mean()
            coloured = F.mse_loss(again_colours.float(), palette)
            kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
            values |= {"redrawn": redrawn.item(), "coloured": coloured.item(), "kl": kl.item()}
            weight = REDRAW * (1 if not adversarial else max(0.1, 0.5 * (1 - part)))
            g_loss = g_loss + weight * (redrawn + COLOUR * coloured + KL * min(1.0, 0.1 + part / CRITIC_FROM) * kl)
        g_opt.zero_grad(set_to_none=True)
        g_loss.backward()
        g_opt.step()
        ema.update(generator)
        step += 1

        if step % 40 == 1:
            run.log(step, **values)
        if run.budget.spent() - drawn > 150:
            sheet(ema.model, run)
            drawn = run.budget.spent()
        if run.budget.spent() - saved > 240:
            save()
            saved = run.budget.spent()
    ema.model.mapping.measure_means()
    save()
    sheet(ema.model, run)

    from .export import export

    export(args.cache, run.facts(corpus.source_hash(), step))


@torch.no_grad()
def sheet(generator: Generator, run: running.Run, columns: int = 8) -> None:
    """Eight tiles of each class, at half size, always from the same latents."""
    K = len(corpus.NAMES)
    z = torch.randn(columns, LATENT, generator=torch.Generator().manual_seed(3)).to(run.device)
    rows = []
    for k in range(K):
        label = F.one_hot(torch.full((columns,), k), K).float().to(run.device)
        rows.append(torch.cat(list(F.avg_pool2d(generator(z, label), 2).cpu()), 2))
    image = ((torch.cat(rows, 1).permute(1, 2, 0) + 1) * 127.5).clamp(0, 255).round().to(torch.uint8).numpy()
    Image.fromarray(image).save(run.folder / "sheet.png")


if __name__ == "__main__":
    main()
