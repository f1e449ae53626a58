"""Sampling in PyTorch, the same arithmetic as the studio's pipeline: Euler on the flow, classifier-free guidance."""
import numpy as np
import torch

from ..corpus import backgrounds, compose, layouts, styles, subjects, vocabulary
from ..corpus.build import on_grey


def reference_picture(subject, layout, background, rng, style=-1):
    """What the studio draws (in the style's own drawing set where it has one): the background's structure in grey, the subject where the layout puts it ([256, 256, 3] uint8), and coverage [32, 32] uint8."""
    ground = compose.coarse(compose.draw_structure(backgrounds.NAMES[background], rng)) if background >= 0 else None
    layer = layouts.paste(subjects.drawings(drawing_set(style))[subject], layouts.place(layout, rng)) if subject >= 0 else np.zeros((256, 256, 4), np.float32)
    return on_grey(layer, ground)


def drawing_set(style):
    wanted = styles.STYLES[styles.NAMES[style]][1] if style >= 0 else None
    return wanted if wanted in subjects.STYLE_SETS else "flat"


@torch.no_grad()
def conditions(autoencoder, prompts, seeds, structure=True):
    """References [b, 9, 32, 32] for prompts given as dicts of role → index (see vocabulary roles); zeros where there is nothing to draw."""
    from .train_autoencoder import to_tensor

    out = torch.zeros(len(prompts), 9, 32, 32)
    for i, (prompt, seed) in enumerate(zip(prompts, seeds)):
        background = prompt.get("background", -1) if structure else -1
        if prompt.get("subject", -1) < 0 and background < 0:
            continue
        layout = layouts.NAMES[max(prompt.get("layout", -1), 0)]
        picture, cover = reference_picture(prompt.get("subject", -1), layout, background, np.random.default_rng(seed), prompt.get("style", -1))
        out[i, :8] = autoencoder.encoder(to_tensor(picture[None]))[0]
        out[i, 8] = torch.from_numpy(cover.astype(np.float32) / 255)
    return out


def tokens(prompts):
    rows = [[vocabulary.START[role] + p[role] for role in vocabulary.START if p.get(role, -1) >= 0] for p in prompts]
    return torch.tensor([row + [vocabulary.PAD] * (vocabulary.LENGTH - len(row)) for row in rows])


@torch.no_grad()
def sample(denoiser, text, ids, reference, seeds, steps=10, guidance=3.0, shift=1.0, free_reference=False):
    """Latents [b, 8, 32, 32]. `free_reference`: the unconditional branch keeps the reference, so guidance acts on words alone."""
    x = torch.stack([torch.randn(8, 32, 32, generator=torch.Generator().manual_seed(int(s))) for s in seeds])
    sigmas = torch.linspace(1, 0, steps + 1)
    sigmas = shift * sigmas / (1 + (shift - 1) * sigmas)
    words, nothing = text(ids), torch.zeros(len(ids), ids.shape[1], text.embedding.embedding_dim)
    none = reference if free_reference else torch.zeros_like(reference)
    for now, after in zip(sigmas[:-1], sigmas[1:]):
        t = (now * 1000).expand(len(x))
        v = denoiser(x, t, words, reference)
        if guidance != 1:
            free = denoiser(x, t, nothing, none)
            v = free + guidance * (v - free)
        x = x + (after - now) * v
    return x
