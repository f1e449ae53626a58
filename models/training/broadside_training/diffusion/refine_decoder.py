"""Train the decoder on what the denoiser makes: python -m broadside_training.diffusion.refine_decoder --budget MINUTES [--resume]

A decoder that saw only latents of pictures draws a denoiser's small errors as a painterly grain. From the latents of
`rehearse` it learns to draw the picture that was meant; the rest of each batch are latents of pictures, as before, so that
reconstructing stays what it was. The encoder does not change.
"""
import numpy as np
import torch

from .. import run
from ..corpus.build import sheet
from ..corpus.memory import keep_freed_memory
from ..corpus.paths import CACHE
from .autoencoder import Decoder
from .encode import LATENT, MENDING, load_autoencoder
from .muon import Muon
from .train_autoencoder import NOISE, gradients, psnr, to_pictures, to_tensor

HELD_OUT = 96  # pictures at the start that only measure
MADE = 0.65  # part of a batch that comes from `rehearse`


def loss_of(y, x):
    """L1 of the picture and of its gradients. No square: where the latent leaves it open, a clean edge is better than a soft mean."""
    d = y - x
    gx, gy = gradients(d)
    return d.abs().mean() + gx.abs().mean() + gy.abs().mean()


def main():
    parser = run.parser("diffusion.refine_decoder", default_budget=30)
    parser.add_argument("--corpus", default="posters")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=0.01)
    args = parser.parse_args()
    keep_freed_memory()
    work = run.Run(args)
    folder = CACHE / args.corpus
    read = lambda file: np.memmap(folder / file, np.float16, "r").reshape(-1, *LATENT)
    latents, made = read("latents.f16"), read("rehearsed.f16")
    images = np.memmap(folder / "images.u8", np.uint8, "r").reshape(-1, 256, 256, 3)
    decoder = Decoder(mending=MENDING)
    decoder.load_state_dict(load_autoencoder().decoder.state_dict(), strict=False)  # new blocks begin as nothing
    decoder = decoder.to(work.device, memory_format=torch.channels_last)
    optimizer = Muon(decoder.parameters(), lr=args.lr, adam_lr=5e-4)
    ema, rng, step = run.Ema(decoder, 0.998), np.random.default_rng(args.seed), 0
    state = work.load()
    if state:
        decoder.load_state_dict(state["model"]); ema.load_state_dict(state["ema"]); optimizer.load_state_dict(state["optimizer"]); step = state["step"]
        rng = np.random.default_rng(args.seed + step)

    tensor = lambda a, i: torch.from_numpy(a[i].astype(np.float32)).to(work.device)
    saved = 0.0
    while work.budget.left() > 0:
        part = work.budget.fraction()
        optimizer.rate(min(1, (step + 1) / 60) * (1 if part < 0.3 else max(0.02, 1 - (part - 0.3) / 0.7)))
        i = rng.integers(HELD_OUT, len(made), args.batch)
        own = torch.from_numpy(rng.random(args.batch) < MADE).to(work.device)[:, None, None, None]
        clean = tensor(latents, i)
        clean = clean + torch.randn_like(clean) * (NOISE * torch.rand(len(i), 1, 1, 1, device=work.device))
        x = to_tensor(images[i]).to(work.device)
        with run.autocast(work.device):
            y = decoder(torch.where(own, tensor(made, i), clean))
        loss = loss_of(y.float(), x)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimizer.step()
        ema.update(decoder)
        step += 1
        if step % 50 == 0:
            work.log(step, loss=loss.item(), rate=step * args.batch / work.budget.spent())
        if work.budget.spent() - saved > 150 or work.budget.left() == 0:
            saved = work.budget.spent()
            held = slice(0, HELD_OUT)
            with torch.no_grad(), run.autocast(work.device):
                drawn = [torch.cat([ema.model(p) for p in tensor(z, held).split(16)]).float() for z in (latents, made)]
            x = to_tensor(images[held]).to(work.device)
            work.log(step, heldout=psnr(drawn[0], x), heldout_made=psnr(drawn[1], x), heldout_l1_made=(drawn[1] - x).abs().mean().item())
            sheet(np.concatenate([images[80:96], to_pictures(drawn[1][80:96]), to_pictures(drawn[0][80:96])]), work.folder / "sheet.png", columns=8)
            work.save({"model": decoder.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(), "step": step})


if __name__ == "__main__":
    main()
