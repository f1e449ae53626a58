"""Drawing styles. Each turns a placed subject (premultiplied layer [S, S, 4], 0…1) into another such layer.

`pal` is the five palette colours (main, second, accent, dark, light); `base` is what the subject stands on.
"""
import numpy as np
from scipy.ndimage import uniform_filter

from .backgrounds import S, X, Y, mix, ramp, rotated, smooth_noise

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def luma(color):
    return float(np.dot(color, LUMA))


def blur(a, size):
    """Two box blurs: near enough to a gaussian, and quick."""
    return uniform_filter(uniform_filter(a, size, mode="constant"), size, mode="constant")


def dilate(alpha, px):
    """Grow a coverage mask by about px pixels with smooth edges."""
    return np.clip((uniform_filter(uniform_filter(alpha, px + 1 | 1, mode="constant"), px + 1 | 1, mode="constant") - 0.06) * 9, 0, 1)


def shift(a, dx, dy):
    """Move a mask by whole pixels, emptiness coming in."""
    out = np.zeros_like(a)
    h, w = a.shape[:2]
    out[max(dy, 0) : h + min(dy, 0), max(dx, 0) : w + min(dx, 0)] = a[max(-dy, 0) : h - max(dy, 0), max(-dx, 0) : w - max(dx, 0)]
    return out


def tone(layer):
    """Brightness of the drawing [S, S], stretched to use 0…1 inside the subject."""
    alpha = layer[..., 3]
    l = layer[..., :3] @ LUMA / np.maximum(alpha, 1e-3)
    inside = alpha > 0.5
    if not inside.any():
        return l
    v = l[inside]
    low, high = v.mean() - 1.6 * v.std() - 0.04, v.mean() + 1.6 * v.std() + 0.04
    return np.clip((l - low) / (high - low), 0, 1)


def edges(layer):
    """Strength of colour edges in the drawing [S, S], about two pixels wide."""
    c = layer[..., :3]
    e = np.zeros(c.shape[:2], np.float32)
    gx = np.abs(c[:, 2:] - c[:, :-2]).max(-1)
    gy = np.abs(c[2:] - c[:-2]).max(-1)
    e[:, 1:-1] = gx
    e[1:-1] = np.maximum(e[1:-1], gy)
    return e


def solid(color, alpha):
    return np.dstack([alpha[..., None] * color, alpha]).astype(np.float32)


def over(top, bottom):
    return top + bottom * (1 - top[..., 3:])


def flat(layer, rng, pal, base):
    return layer


def cartoon(layer, rng, pal, base):
    """Bold dark outline and two-step shading."""
    alpha = layer[..., 3]
    ink = np.array([0.09, 0.07, 0.11], np.float32)
    color = layer.copy()
    color[..., :3] = np.clip(color[..., :3] * 1.04, 0, 1)
    shade = np.clip((blur(shift(alpha, -9, -11), 9) - 0.5) * 6, 0, 1)  # lit from the top left
    color[..., :3] *= (0.74 + 0.26 * shade)[..., None]
    inner = np.clip(uniform_filter(edges(layer), 3) * 2.6 - 0.45, 0, 1) * alpha
    color[..., :3] = color[..., :3] * (1 - inner[..., None]) + ink * (inner * alpha)[..., None]
    return over(color, solid(ink, dilate(alpha, 5)))


def line_art(layer, rng, pal, base):
    alpha = layer[..., 3]
    light, dark = (pal[4], pal[3])
    rim = np.clip(dilate(alpha, 4) - np.clip((uniform_filter(alpha, 3) - 0.86) * 8, 0, 1), 0, 1)
    lines = np.maximum(rim, np.clip(uniform_filter(edges(layer), 3) * 3.4 - 0.3, 0, 1) * alpha)
    return over(solid(dark, lines), solid(light, dilate(alpha, 3)))


def stencil(layer, rng, pal, base):
    """One ink: the high-contrast drawing, in the palette colour that stands out most."""
    ink = max((pal[3], pal[4], pal[2]), key=lambda c: abs(luma(c) - luma(base)) + 0.15 * rng.random())
    return solid(ink, layer[..., 3])


def duotone(layer, rng, pal, base):
    t = tone(layer)
    low, high = pal[3], (pal[2] if rng.random() < 0.5 and luma(pal[2]) > 0.45 else pal[4])
    color = low + (high - low) * t[..., None]
    return np.dstack([color * layer[..., 3:], layer[..., 3]]).astype(np.float32)


def riso(layer, rng, pal, base):
    """Two inks printed out of register on paper: where they overlap, they multiply."""
    alpha, t = layer[..., 3], tone(layer)
    dx, dy = int(rng.choice([-6, -5, 5, 6])), int(rng.integers(-4, 5))
    dark = shift(np.clip((0.52 - t) * 5 + 0.5, 0, 1) * alpha, dx, dy)
    paper = dilate(alpha, 3)
    screen = 0.72 + 0.28 * np.clip((0.42 - np.hypot(((X / 10) % 1) - 0.5, ((Y / 10) % 1) - 0.5)) * 6, 0, 1)
    ink1 = pal[2] if luma(pal[2]) > 0.3 else pal[1]
    first = pal[4] * (1 - (1 - ink1) * (alpha * screen)[..., None])
    color = first * (1 - (1 - np.maximum(pal[3], 0.06)) * (dark * 0.94)[..., None])
    cover = np.maximum(paper, dark)
    return np.dstack([color * cover[..., None], cover]).astype(np.float32)


def halftone(layer, rng, pal, base):
    alpha, t = layer[..., 3], tone(layer)
    u, v = rotated(np.pi / 4)
    d = np.hypot(((u / 10) % 1) - 0.5, ((v / 10) % 1) - 0.5)
    ink = ramp((0.12 + 0.62 * (1 - blur(t, 3)) - d) * 10)
    fill = pal[2] if luma(pal[2]) > 0.5 and rng.random() < 0.5 else pal[4]
    rim = np.clip(dilate(alpha, 4) - alpha, 0, 1)
    return over(solid(pal[3], np.maximum(ink * alpha, rim)), solid(fill, dilate(alpha, 3)))


def engraving(layer, rng, pal, base):
    """Hatching whose lines swell where the drawing is dark."""
    alpha, t = layer[..., 3], tone(layer)
    u, v = rotated(rng.choice([0.0, 0.35, -0.35]))
    phase = v / 9.5 + 0.18 * np.sin(u / 19)
    ink = ramp((0.08 + 0.46 * (1 - blur(t, 3)) - np.abs((phase % 1) - 0.5)) * 9.5)
    rim = np.clip(dilate(alpha, 4) - alpha, 0, 1)
    return over(solid(pal[3], np.maximum(ink * alpha, rim)), solid(pal[4], dilate(alpha, 3)))


def paper_cut(layer, rng, pal, base):
    """Sheets of paper: few tones, a lit rim on each sheet, a wide border and a strong shadow."""
    alpha = layer[..., 3:]
    color = layer[..., :3] / np.maximum(alpha, 1e-3)
    l = color @ LUMA
    soft = blur(l * layer[..., 3], 5)
    relief = np.clip((soft - shift(soft, 3, 4)) * 1.5, -0.22, 0.22)
    color = np.clip(np.round(color * 5) / 5 * 0.94 + 0.04 + relief[..., None], 0, 1)
    cut = np.dstack([color * alpha, layer[..., 3]])
    sheet = dilate(layer[..., 3], 11)
    cast = blur(shift(sheet, 5, 8), 9) * 0.55
    inner = blur(shift(layer[..., 3], 2, 3), 5) * 0.3
    paper = over(solid(np.zeros(3, np.float32), inner * sheet), solid(np.array([0.99, 0.97, 0.93], np.float32), sheet))
    return over(cut, over(paper, solid(np.zeros(3, np.float32), cast))).astype(np.float32)


def bleed(layer, rng, px):
    """The layer with edges that wander by up to about px pixels, as wet paint does."""
    dx, dy = (smooth_noise(rng, 9, 5, 15) * np.float32(px / 2) for _ in range(2))
    x, y = (np.clip(np.round(a - 0.5 + d), 0, S - 1).astype(np.intp) for a, d in ((X, dx), (Y, dy)))
    return layer[y, x]


def watercolor(layer, rng, pal, base):
    """Thin paint on white paper: pigment that gathers at the rims and in clouds, colours that run, a ragged wash around it."""
    wet = uniform_filter(bleed(layer, rng, 3), (3, 3, 1), mode="constant")
    alpha = wet[..., 3]
    pigment = np.clip(0.62 + 0.2 * smooth_noise(rng, 7, 1.5, 6), 0.3, 0.95)
    pigment = np.clip(pigment + 0.75 * np.clip(alpha - blur(alpha, 11), 0, 1), 0, 1)[..., None]
    color = np.clip(uniform_filter(wet, (7, 7, 1), mode="constant")[..., :3] * 0.5 + wet[..., :3] * 0.5, 0, 1)
    paint = color * pigment + alpha[..., None] * 0.985 * (1 - pigment)
    grain = (1 + 0.035 * rng.standard_normal((S // 2, S // 2)).astype(np.float32)).repeat(2, 0).repeat(2, 1)[..., None]
    wash = np.clip(blur(bleed(dilate(layer[..., 3], 13)[..., None], rng, 7)[..., 0], 5) * 1.6 - 0.3, 0, 1)
    return over(np.dstack([np.clip(paint * grain, 0, 1), alpha]), solid(np.array([0.985, 0.98, 0.96], np.float32), wash)).astype(np.float32)


def neon(layer, rng, pal, base):
    """A sign: glowing tubes along the drawing's outline and edges, on a dark plate."""
    alpha = layer[..., 3]
    vivid = sorted((c / max(float(c.max()), 0.2) for c in pal[[0, 1, 2, 4]]), key=lambda c: float(c.min()))[:2]
    first, second = vivid if rng.random() < 0.6 else vivid[::-1]
    outline = np.clip(dilate(alpha, 4) - np.clip((uniform_filter(alpha, 3) - 0.86) * 8, 0, 1), 0, 1)
    inner = np.clip(uniform_filter(edges(layer), 3) * 3.4 - 0.4, 0, 1) * np.clip(uniform_filter(alpha, 9) * 6 - 5, 0, 1)
    plate = dilate(alpha, 19)
    light = np.broadcast_to(pal[3] * 0.3 + 0.015, (S, S, 3))
    for lines, color in ((outline, first), (inner, second)):
        light = light + color * (blur(lines, 15) * 1.5 + blur(lines, 5) * 0.6)[..., None]
    for lines, color in ((outline, first), (inner, second)):
        light = mix(light, color * 0.7 + 0.3, lines)
    return np.dstack([np.clip(light, 0, 1) * plate[..., None], plate]).astype(np.float32)


# name: (function, drawing set it starts from or None for any, english words, chinese words)
STYLES = {
    "flat": (flat, "flat", "flat, flat illustration, flat vector, vector", "扁平, 扁平风, 扁平风格, 扁平插画, 矢量"),
    "glossy": (flat, "glossy", "glossy, 3d, soft gradient shading, shiny", "光泽, 立体, 质感"),
    "cartoon": (cartoon, None, "cartoon, comic, bold outline", "卡通, 漫画"),
    "line art": (line_art, None, "line art, line drawing, outline drawing, linework", "线稿, 线条画, 线描"),
    "stencil": (stencil, "contrast", "stencil, linocut, one ink, monochrome print", "镂空版画, 版画, 单色"),
    "duotone": (duotone, None, "duotone, two-tone", "双色调, 双色"),
    "riso": (riso, None, "riso, risograph, riso print, screen print, misregistered", "孔版印刷, 丝网印刷, 错版"),
    "halftone": (halftone, None, "halftone, pop art", "网点, 半调, 波普"),
    "engraving": (engraving, None, "engraving, engraved, etching, hatching, woodcut", "雕版, 木刻, 蚀刻"),
    "paper cut": (paper_cut, None, "paper cut, papercut, cut paper, paper craft", "剪纸, 纸艺"),
    "mosaic": (flat, None, "mosaic, tiles, pixel art", "马赛克, 像素风, 像素风格, 像素"),
    "watercolor": (watercolor, None, "watercolor, watercolour, aquarelle, hand painted", "水彩, 水彩画, 手绘"),
    "neon": (neon, None, "neon, neon sign, neon light, glowing", "霓虹, 霓虹灯, 发光"),
}
NAMES = list(STYLES)
INK_STYLES = {"line art", "stencil", "duotone", "riso", "halftone", "engraving", "neon"}


def mosaic(image, rng):
    """The whole finished picture in 8 px tiles with grout, every tile a little off its colour."""
    tiles = image.reshape(S // 8, 8, S // 8, 8, 3).mean((1, 3))
    tiles = np.clip(tiles * (1 + rng.uniform(-0.05, 0.05, tiles.shape[:2] + (1,)).astype(np.float32)), 0, 1)
    big = tiles.repeat(8, 0).repeat(8, 1)
    line = np.minimum(X % 8, Y % 8) < 1
    big[line] = big[line] * 0.72
    return big


# Finishes go on any style. name: (english words, chinese words)
FINISHES = {
    "sticker": ("sticker, die-cut sticker, white outline", "贴纸, 白边"),
    "long shadow": ("long shadow", "长阴影, 长投影"),
    "badge": ("badge, on a circle, in a circle, round badge", "圆徽章, 徽章, 圆形底"),
}


def long_shadow(alpha):
    cast = alpha
    for step in (1, 2, 4, 8, 16, 32, 64):
        cast = np.maximum(cast, shift(cast, step, step))
    return solid(np.zeros(3, np.float32), cast * 0.3)


def sticker(layer):
    sheet = dilate(layer[..., 3], 11)
    cast = blur(shift(sheet, 3, 5), 7) * 0.4
    return over(layer, over(solid(np.ones(3, np.float32), sheet), solid(np.zeros(3, np.float32), cast))).astype(np.float32)


def badge(layer, placements, color, ring):
    """A disc behind every subject."""
    disc = np.zeros((S, S, 4), np.float32)
    for cx, cy, size in placements:
        d = np.hypot(X - np.float32(cx * S), Y - np.float32(cy * S))
        r = np.float32(size * S * 0.63)
        disc = over(over(solid(color, ramp(r - 5 - d)), solid(ring, ramp(r - d))), disc)
    return over(layer, disc)
