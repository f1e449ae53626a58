"""One corpus picture from one choice of words, and the reference picture that conditions on its subject."""
from dataclasses import dataclass

import numpy as np

from . import backgrounds, layouts, palettes, styles, subjects
from .backgrounds import S


@dataclass(frozen=True)
class Spec:
    """Every word of a picture, as indices (−1: none), and the seed of everything that no word decides."""

    subject: int
    style: int
    palette: int
    background: int
    layout: int
    finish: int
    noto: bool  # drawn from the Noto set rather than Fluent: a second hand, so that shapes are read from the reference
    seed: int


FINISH_NAMES = list(styles.FINISHES)


def sample_spec(rng, among=None) -> Spec:
    """A random choice of words. `among`: subjects to choose from (default: those that training may see)."""
    among = subjects.TRAINED if among is None else among
    layout = int(rng.integers(len(layouts.NAMES))) if rng.random() < 0.62 else 0
    style = int(rng.integers(len(styles.NAMES)))
    finish = int(rng.integers(len(FINISH_NAMES))) if rng.random() < 0.3 else -1
    if styles.NAMES[style] in ("paper cut", "mosaic", "watercolor", "neon") or (finish == 2 and layouts.NAMES[layout] == "close-up"):
        finish = -1  # these have a border, a surface or a light of their own; a disc larger than the picture cannot be seen
    return Spec(
        subject=int(among[rng.integers(len(among))]) if rng.random() < 0.96 else -1,
        style=style,
        palette=int(rng.integers(len(palettes.NAMES))),
        background=int(rng.integers(len(backgrounds.NAMES))),
        layout=layout,
        finish=finish,
        noto=bool(rng.random() < 0.22) and styles.STYLES[styles.NAMES[style]][1] is None,
        seed=int(rng.integers(1 << 62)),
    )


def _scheme(rng, pal, subject_color, style):
    """Which palette colours the background uses (base, over, extra): never far from the palette's main pair,
    and better the more the subject stands out from them."""
    main, second, accent, dark, light = pal
    choices = [(main, second, accent), (main, second, light), (second, main, accent), (second, main, light), (main, main * 0.8 + light * 0.2, accent)]
    if subject_color is None:
        return choices[rng.integers(len(choices))]
    contrast = np.array([np.abs(base - subject_color).sum() + 0.5 * np.abs(o - subject_color).sum() for base, o, _ in choices])
    weight = np.array([3, 1.5, 1.2, 0.8, 1.2]) * np.exp(2.0 * contrast)
    return choices[rng.choice(len(choices), p=weight / weight.sum())]


GREY = np.float32(0.5), np.float32(0.74), np.float32(0.28)  # a structure's base, over and extra


def structure(spec: Spec):
    """The background of `render(spec)` in greys [S, S] float32, at the detail that the package's bank has (128 px)."""
    rng, _, _ = places(spec)
    if rng.random() < 0.3:
        rng.normal(0, 5)
    rng.random() if spec.subject >= 0 and styles.NAMES[spec.style] not in styles.INK_STYLES else rng.integers(5)  # what _scheme draws
    return coarse(draw_structure(backgrounds.NAMES[spec.background], rng))


def draw_structure(name, rng):
    """A background in greys [S, S] float32."""
    base, over, extra = (np.full(3, g, np.float32) for g in GREY)
    return backgrounds.draw(name, rng, base, over, extra)[..., 0]


def coarse(grey):
    """[S, S] in 0…1 as it looks once stored at half size and drawn again."""
    from PIL import Image

    small = Image.fromarray((np.clip(grey, 0, 1) * 255 + 0.5).astype(np.uint8)).reduce(2)
    return np.asarray(small.resize((S, S), Image.Resampling.BILINEAR), np.float32) / 255


def drawing_set(spec: Spec) -> str:
    wanted = styles.STYLES[styles.NAMES[spec.style]][1]
    return wanted or ("noto" if spec.noto else "flat")


def places(spec: Spec):
    """(rng, palette colours, placements): the first draws of a picture, which the judge repeats to know where to look."""
    rng = np.random.default_rng(spec.seed)
    pal = palettes.COLORS[spec.palette]
    # Each picture's inks are a little off the named ones, as in print: a model that sees one exact value learns nothing about its neighbours.
    pal = np.clip(pal + rng.normal(0, 0.012, pal.shape), 0, 1).astype(np.float32)
    return rng, pal, layouts.place(layouts.NAMES[spec.layout], rng)


def render(spec: Spec, hint_rng=None):
    """The picture [S, S, 3] uint8 and, if `hint_rng` is given, its reference layer: premultiplied [S, S, 4] float32 (zeros without a subject)."""
    style, layout = styles.NAMES[spec.style], layouts.NAMES[spec.layout]
    rng, pal, placements = places(spec)
    rotate = float(rng.normal(0, 5)) if rng.random() < 0.3 else 0.0

    layer = None
    if spec.subject >= 0:
        drawing = subjects.drawings(drawing_set(spec))[spec.subject]
        layer = layouts.paste(drawing, placements, S, rotate)
        weight = layer[..., 3].sum()
        color = layer[..., :3].sum((0, 1)) / max(weight, 1)
    full_color = layer is not None and style not in styles.INK_STYLES
    base, over, extra = _scheme(rng, pal, color if full_color else None, style)

    image = backgrounds.draw(backgrounds.NAMES[spec.background], rng, base, over, extra)
    if layout == "split":
        u, _ = backgrounds.rotated(rng.choice([0, np.pi / 2, np.pi, -np.pi / 2, np.pi / 4, -np.pi / 4]))
        half = pal[2] if np.abs(pal[2] - base).sum() > 0.5 else pal[4]
        image = backgrounds.mix(image, half, backgrounds.ramp(u + np.float32(rng.uniform(-8, 8))))
    if layer is not None:
        drawn = styles.STYLES[style][0](layer, rng, pal, base).astype(np.float32)
        alpha = drawn[..., 3]
        if spec.finish == 0:
            drawn = styles.sticker(drawn)
        elif spec.finish == 1:
            drawn = styles.over(drawn, styles.long_shadow(alpha))
        elif spec.finish == 2:
            light = styles.luma(base) < 0.62 and style != "stencil"
            drawn = styles.badge(drawn, placements, pal[4] if light else pal[2] * 0.35 + pal[4] * 0.65, pal[3] if not light else pal[2])
        elif full_color and style not in ("paper cut", "watercolor"):
            cast = styles.blur(styles.shift(alpha, 2, 5), 9) * 0.32
            drawn = styles.over(drawn, styles.solid(np.zeros(3, np.float32), cast))
        image = drawn[..., :3] + image * (1 - drawn[..., 3:])
    if layout == "framed":
        edge = np.maximum(np.abs(backgrounds.CX), np.abs(backgrounds.CY))
        width = np.float32(rng.uniform(13, 20))
        outside = pal[4] if styles.luma(base) < 0.75 else pal[3]
        image = backgrounds.mix(image, pal[3] if styles.luma(base) >= 0.3 and styles.luma(outside) > 0.5 else pal[2], backgrounds.ramp(edge - (S / 2 - width - 5)))
        image = backgrounds.mix(image, outside, backgrounds.ramp(edge - (S / 2 - width)))
    if style == "mosaic":
        image = styles.mosaic(image, rng)
    picture = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
    return (picture, None) if hint_rng is None else (picture, hint(spec, placements, hint_rng))


def hint(spec: Spec, placements, rng):
    """The reference layer for a picture: a plain drawing about where the subject is, but not exactly there.

    Mostly not in the picture's own style, so that the words decide the style and the model must draw. Styles with a drawing
    set of their own often get that one, as the package's bank gives it; the rest of the time they learn from any drawing,
    which is what a user's own picture is.
    """
    if spec.subject < 0:
        return np.zeros((S, S, 4), np.float32)
    wanted = styles.STYLES[styles.NAMES[spec.style]][1]
    name = "noto" if spec.noto else "flat"
    if wanted in subjects.STYLE_SETS and rng.random() < 0.6:
        name = wanted
    elif not spec.noto and rng.random() < 0.12:
        name = "glossy" if wanted != "glossy" else "flat"
    drawing = subjects.drawings(name)[spec.subject]
    near = [(cx + rng.normal(0, 0.006), cy + rng.normal(0, 0.006), s * (1 + rng.normal(0, 0.02))) for cx, cy, s in placements]
    return layouts.paste(drawing, near, S)
