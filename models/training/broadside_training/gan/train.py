"""Trains pattern-gan: python -m broadside_training.gan.train --budget 52 [--device cuda] [--resume]

Adversarial from the first step: non-saturating loss, R1 on drawings (Mescheder et al. 2018), styles mixed between latents
(Karras et al. 2019), averaged weights. The critic sees groups of one class, so that sameness shows.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .. import run as running
from . import corpus
from .network import GROUP, LATENT, STYLES, Critic, Generator

RATE, CRITIC_RATE = 2.5e-3, 6e-4
R1_EVERY, R1_WEIGHT = 16, 0.3
PARTS = 0.5  # weight of the critic's verdict on each place beside that on the whole tile


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
    p = running.parser("gan.train", default_budget=52)
    p.add_argument("--classes", type=int, default=4, help=f"in a batch, {GROUP} tiles of each")
    args = p.parse_args()
    args.name = "gan"
    run = running.Run(args)
    like = {"device": run.device}
    drawings = corpus.Drawings(args.cache)
    K, n = len(corpus.NAMES), args.classes * GROUP

    generator = Generator(K, corpus.lattice_chances()).to(**like, memory_format=torch.channels_last)
    critic = Critic(K).to(**like, memory_format=torch.channels_last)
    ema = running.Ema(generator, 0.998)
    g_opt = torch.optim.Adam(generator.parameters(), RATE, betas=(0.0, 0.99))
    d_opt = torch.optim.Adam(critic.parameters(), CRITIC_RATE, betas=(0.0, 0.99))
    parts = {"generator": generator, "critic": critic, "ema": ema, "g_opt": g_opt, "d_opt": d_opt}
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
        # Smaller steps at the end settle what the two agree on.
        rate = min(1.0, (step + 1) / 50) * min(1.0, 0.1 + 0.9 * (1 - run.budget.fraction()) / 0.3)
        g_opt.param_groups[0]["lr"], d_opt.param_groups[0]["lr"] = RATE * rate, CRITIC_RATE * rate
        inks, palette, label = (t.to(**like) for t in batches.draw(args.classes, GROUP))
        inks = inks.contiguous(memory_format=torch.channels_last)

        # ---- made tiles, once for both sides
        z, other = torch.randn(2, n, LATENT).to(**like)
        with running.autocast(run.device):
            w = mixed_styles(generator, z, other, label, rng)
            scores, colours = generator.synthesis.shapes(w), generator.synthesis.palette(w[:, -1]).float()
        made = corpus.shift(generator.synthesis.ink_maps(scores), rng).contiguous(memory_format=torch.channels_last)

        # ---- critic
        with running.autocast(run.device):
            r_whole, r_parts = critic(inks, palette, label)
            f_whole, f_parts = critic(made.detach(), colours.detach(), label)
        d_loss = (F.softplus(-r_whole).mean() + F.softplus(f_whole).mean()
                  + PARTS * (F.softplus(-r_parts).mean() + F.softplus(f_parts).mean()))
        values = {"d": d_loss.item(), "real": r_whole.mean().item(), "fake": f_whole.mean().item()}
        if step % R1_EVERY == 0:
            at = inks.detach().requires_grad_(True), palette.detach().requires_grad_(True)
            whole, local = critic(*at, label)
            slopes = torch.autograd.grad(whole.sum() + local.mean(1).sum(), at, create_graph=True)
            penalty = sum(s.square().flatten(1).sum(1) for s in slopes).mean()
            d_loss = d_loss + penalty * (R1_WEIGHT / 2 * R1_EVERY)
            values["r1"] = penalty.item()
        d_opt.zero_grad(set_to_none=True)
        d_loss.backward()
        d_opt.step()

        # ---- what the critic now says of the same tiles
        critic.requires_grad_(False)
        with running.autocast(run.device):
            f_whole, f_parts = critic(made, colours, label)
        g_loss = F.softplus(-f_whole).mean() + PARTS * F.softplus(-f_parts).mean()
        critic.requires_grad_(True)
        values["g"] = g_loss.item()
        g_opt.zero_grad(set_to_none=True)
        g_loss.backward()
        g_opt.step()
        ema.update(generator)
        step += 1

        if step % 48 == 1:  # steps that also have the penalty
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
