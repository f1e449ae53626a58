"""Backgrounds drawn by our own code. Each takes (rng, base, over, extra) colours in 0…1 and gives [S, S, 3] float32.

Edges are about one pixel wide (distance in pixels, clamped), because a jagged corpus teaches a jagged model.
"""
import numpy as np
from PIL import Image, ImageDraw

S = 256
Y, X = np.mgrid[0:S, 0:S].astype(np.float32) + 0.5
CX, CY = X - S / 2, Y - S / 2
TAU = 2 * np.pi


def ramp(distance):
    """Signed distance in pixels → coverage 0…1."""
    return np.clip(distance + 0.5, 0, 1)


def mix(a, b, mask):
    return a + (b - a) * mask[..., None]


def rotated(angle):
    c, s = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
    return CX * c + CY * s, -CX * s + CY * c


def wave_to_mask(phase, period):
    """Square wave with soft edges: phase in turns, period in pixels."""
    return ramp((0.25 - np.abs((phase % 1) - 0.5)) * period)


def smooth_noise(rng, waves=5, low=0.6, high=2.6):
    """A gentle height field [S, S]: a few plane waves, so that no blur is needed."""
    h = np.zeros((S, S), np.float32)
    for _ in range(waves):
        angle, turns = rng.uniform(0, TAU), rng.uniform(low, high)
        h += np.sin(TAU * turns / S * (CX * np.float32(np.cos(angle)) + CY * np.float32(np.sin(angle))) + np.float32(rng.uniform(0, TAU)))
    return h / np.float32(waves**0.5)


def plain(rng, base, over, extra):
    return np.broadcast_to(base, (S, S, 3)).astype(np.float32).copy()


def sunburst(rng, base, over, extra):
    x0, y0 = rng.uniform(-30, 30), rng.choice([rng.uniform(-25, 25), 110.0], p=[0.8, 0.2])
    dx, dy = CX - np.float32(x0), CY - np.float32(y0)
    rays = int(rng.choice([8, 10, 12, 14, 16]))
    angle, radius = np.arctan2(dy, dx), np.hypot(dx, dy)
    turns = angle * np.float32(rays / TAU) + np.float32(rng.uniform())
    mask = np.clip((0.25 - np.abs((turns % 1) - 0.5)) * (radius * np.float32(TAU / rays)) + 0.5, 0, 1)
    return mix(base, over, mask)


def stripes(rng, base, over, extra):
    u, _ = rotated(rng.choice([0, np.pi / 4, np.pi / 2, -np.pi / 4]))
    period = rng.uniform(26, 54)
    image = mix(base, over, wave_to_mask(u / np.float32(period) + np.float32(rng.uniform()), period))
    if rng.random() < 0.25:
        image = mix(image, extra, ramp(2.0 - np.abs(((u / np.float32(period) + np.float32(rng.uniform())) % 1) - 0.5) * np.float32(period)))
    return image


def dots(rng, base, over, extra):
    period = rng.uniform(26, 44)
    u, v = rotated(rng.choice([0, np.pi / 4]))
    u, v = u / np.float32(period) + np.float32(rng.uniform()), v / np.float32(period) + np.float32(rng.uniform())
    d = np.hypot((u % 1) - 0.5, (v % 1) - 0.5)
    return mix(base, over, ramp((np.float32(rng.uniform(0.24, 0.34)) - d) * np.float32(period)))


def gradient(rng, base, over, extra):
    if rng.random() < 0.7:
        u, _ = rotated(rng.uniform(0, TAU))
        t = np.clip(u / 280 + 0.5, 0, 1)
    else:
        t = np.clip(np.hypot(CX, CY + np.float32(rng.uniform(-40, 40))) / 175, 0, 1)
    image = mix(base, over, np.clip(t * 1.2, 0, 1))
    return mix(image, extra, np.clip(t * 1.8 - 1.1, 0, 1) * 0.9) if rng.random() < 0.6 else image


def rings(rng, base, over, extra):
    d = np.hypot(CX - np.float32(rng.uniform(-20, 20)), CY - np.float32(rng.uniform(-20, 20)))
    period = rng.uniform(38, 62)
    return mix(base, over, wave_to_mask(d / np.float32(period) + np.float32(rng.uniform()), period))


def waves(rng, base, over, extra):
    period, length, height = rng.uniform(30, 48), rng.uniform(56, 110), rng.uniform(7, 13)
    bend = np.float32(height) * np.sin(X * np.float32(TAU / length) + np.float32(rng.uniform(0, TAU)))
    return mix(base, over, wave_to_mask((Y + bend) / np.float32(period) + np.float32(rng.uniform()), period))


def grid(rng, base, over, extra):
    period, width = rng.uniform(28, 42), rng.uniform(1.8, 2.8)
    u, v = rotated(rng.choice([0, 0, np.pi / 4]))
    line = lambda w: ramp(np.float32(width) - np.abs(((w / np.float32(period) + np.float32(rng.uniform())) % 1) - 0.5) * np.float32(period))
    return mix(base, over, np.maximum(line(u), line(v)))


def checker(rng, base, over, extra):
    period = rng.uniform(56, 92)
    u, v = rotated(rng.choice([0, np.pi / 4]))
    a = wave_to_mask(u / np.float32(period) + np.float32(rng.uniform()), period)
    b = wave_to_mask(v / np.float32(period) + np.float32(rng.uniform()), period)
    return mix(base, over, a + b - 2 * a * b)


def _canvas(base):
    """A picture at twice the size to draw on; halved, its edges are smooth."""
    image = Image.new("RGB", (2 * S, 2 * S), tuple(int(c * 255 + 0.5) for c in base))
    return image, ImageDraw.Draw(image)


def _finish(image):
    return np.asarray(image.reduce(2), np.float32) / 255


def _ink(color):
    return tuple(int(c * 255 + 0.5) for c in color)


def _spread(rng, count, gap):
    """Up to `count` points on the double-size canvas at least `gap` apart."""
    points = np.empty((0, 2))
    for _ in range(count * 3):
        p = rng.uniform(-10, 2 * S + 10, 2)
        if len(points) == 0 or np.min(np.sum((points - p) ** 2, 1)) > gap * gap:
            points = np.vstack([points, p])
            if len(points) >= count:
                break
    return points


def terrazzo(rng, base, over, extra):
    image, draw = _canvas(base)
    colors = [_ink(over), _ink(over), _ink(extra), _ink(base * 0.72)]
    for x, y in _spread(rng, 60, 52):
        n, r = rng.integers(4, 7), rng.uniform(14, 30)
        angles = np.sort(rng.uniform(0, TAU, n)) if rng.random() < 0.2 else (np.arange(n) + rng.uniform(-0.3, 0.3, n)) * TAU / n + rng.uniform(0, TAU)
        radii = r * rng.uniform(0.6, 1.1, n)
        draw.polygon([(x + a, y + b) for a, b in zip(radii * np.cos(angles), radii * np.sin(angles))], fill=colors[rng.integers(4)])
    return _finish(image)


def halftone(rng, base, over, extra):
    period = np.float32(rng.uniform(14, 19))
    u, v = rotated(np.pi / 4)
    du, dv = ((u / period) % 1) - 0.5, ((v / period) % 1) - 0.5
    w, _ = rotated(rng.choice([0, np.pi / 2, np.pi, -np.pi / 2, np.pi / 4, -np.pi / 4]))
    radius = np.clip(0.31 + w / np.float32(S) * 0.62, 0.04, 0.62)
    return mix(base, over, ramp((radius - np.hypot(du, dv)) * period))


def topographic(rng, base, over, extra):
    h = smooth_noise(rng, 4, 0.5, 1.7) * np.float32(rng.uniform(1.7, 2.4))
    gy, gx = np.gradient(h)
    distance = np.abs((h % 1) - 0.5) / np.maximum(np.hypot(gx, gy), 1e-3)
    return mix(base, over, ramp(1.5 - distance))


def layers(rng, base, over, extra):
    """Paper-cut hills: each sheet casts a soft shadow on the one behind."""
    image = plain(rng, over * 0.35 + base * 0.65, over, extra)
    count = int(rng.integers(4, 6))
    flip = rng.random() < 0.25
    y = S - Y if flip else Y
    for i in range(count):
        level = S * (0.12 + 0.78 * (i + rng.uniform(0, 0.6)) / count)
        amp, turns = rng.uniform(8, 22), rng.uniform(0.7, 1.9)
        edge = np.float32(level) + np.float32(amp) * np.sin(X[:1] * np.float32(TAU * turns / S) + np.float32(rng.uniform(0, TAU)))
        d = y - edge
        t = (i + 1) / count
        color = base + (over - base) * np.float32(t) if i % 2 == 0 or rng.random() < 0.7 else base * 0.3 + extra * 0.7
        image *= 1 - 0.28 * np.clip(1 + d / 11, 0, 1)[..., None]
        image = mix(image, color, ramp(d))
    return image


def sprigs(rng, base, over, extra):
    image, draw = _canvas(base)
    for x, y in _spread(rng, 22, 105):
        angle, length = rng.uniform(0, TAU), rng.uniform(64, 88)
        color = _ink(over if rng.random() < 0.8 else extra)
        d, n = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        start = np.array([x, y]) - d * length / 2
        draw.line([tuple(start), tuple(start + d * length)], fill=color, width=6)
        for k in range(4):
            for side in (-1, 1):
                root = start + d * length * (0.2 + 0.24 * k)
                tip = root + (d * 0.75 + n * side * 0.8) * (34 - 4 * k)
                mid = (root + tip) / 2
                across = (n * 0.75 - d * 0.8 * side) * 9
                draw.polygon([tuple(root), tuple(mid + across), tuple(tip), tuple(mid - across)], fill=color)
    return _finish(image)


def memphis(rng, base, over, extra):
    image, draw = _canvas(base)
    colors = [_ink(over), _ink(extra), _ink(base * 0.6)]
    for x, y in _spread(rng, 24, 92):
        color, kind, r, a = colors[rng.integers(3)], rng.integers(5), rng.uniform(20, 30), rng.uniform(0, TAU)
        if kind == 0:
            draw.polygon([(x + r * np.cos(a + k * TAU / 3), y + r * np.sin(a + k * TAU / 3)) for k in range(3)], fill=color)
        elif kind == 1:
            draw.ellipse([x - r * 0.7, y - r * 0.7, x + r * 0.7, y + r * 0.7], outline=color, width=9)
        elif kind == 2:
            c, s = np.cos(a), np.sin(a)
            draw.line([(x + c * t - s * z, y + s * t + c * z) for t, z in zip(np.linspace(-38, 38, 6), [-10, 10] * 3)], fill=color, width=9, joint="curve")
        elif kind == 3:
            draw.ellipse([x - r * 0.55, y - r * 0.55, x + r * 0.55, y + r * 0.55], fill=color)
        else:
            c, s = np.cos(a) * r, np.sin(a) * r
            draw.line([(x - c, y - s), (x + c, y + s)], fill=color, width=11)
    return _finish(image)


def fans(rng, base, over, extra):
    """Art-deco fans (seigaiha): rows of scales, each row over the one above it."""
    r = np.float32(rng.choice([34, 42]))
    band = np.float32(r / 3)
    shift_x, shift_y = np.float32(rng.uniform(0, 2 * r)), np.float32(rng.uniform(0, r))
    best = np.full((S, S), 1e9, np.float32)
    done = np.zeros((S, S), bool)
    y = Y + shift_y
    row = np.ceil(y / (r / 2))
    for k in (1, 0, -1):  # the lowest scale that covers a pixel is on top
        n = row + k
        x = X + shift_x + (n % 2) * r
        d = np.hypot((x % (2 * r)) - r, y - n * r / 2)
        hit = (d < r) & ~done
        best = np.where(hit, d, best)
        done |= hit
    best = np.where(done, best, 0)
    return mix(base, over, ramp((0.25 - np.abs(((best / band) % 1) - 0.5)) * band))


def confetti(rng, base, over, extra):
    image, draw = _canvas(base)
    colors = [_ink(over), _ink(over), _ink(extra)]
    for x, y in _spread(rng, 70, 46):
        a, w, h = rng.uniform(0, TAU), rng.uniform(12, 17), rng.uniform(5, 8)
        u, v = np.array([np.cos(a), np.sin(a)]) * w, np.array([-np.sin(a), np.cos(a)]) * h
        p = np.array([x, y])
        draw.polygon([tuple(p + u + v), tuple(p + u - v), tuple(p - u - v), tuple(p - u + v)], fill=colors[rng.integers(3)])
    return _finish(image)


# name: (function, english words, chinese words)
BACKGROUNDS = {
    "plain": (plain, "plain, solid, plain background", "纯色, 纯色背景"),
    "sunburst": (sunburst, "sunburst, sun rays, rays, starburst", "放射光芒, 放射, 光芒"),
    "stripes": (stripes, "stripes, striped, stripe", "条纹, 斜纹"),
    "dots": (dots, "dots, polka dots, polka dot, dotted", "波点, 圆点"),
    "gradient": (gradient, "gradient", "渐变"),
    "rings": (rings, "concentric rings, rings, circles", "同心圆, 圆环"),
    "waves": (waves, "waves, wavy, wavy lines", "波浪, 波浪纹"),
    "grid": (grid, "grid, grid lines", "网格, 格子线"),
    "checker": (checker, "checkerboard, checkered, chequered, checker", "棋盘格, 格子"),
    "terrazzo": (terrazzo, "terrazzo", "水磨石"),
    "halftone": (halftone, "halftone gradient, halftone background, dot gradient", "网点渐变, 网点背景"),
    "topographic": (topographic, "topographic, contour lines, topographic lines", "等高线"),
    "layers": (layers, "paper layers, layered hills, hills", "层叠山丘, 纸层, 山丘"),
    "sprigs": (sprigs, "leaves, botanical, sprigs, foliage", "枝叶, 叶子, 植物纹"),
    "memphis": (memphis, "memphis, geometric shapes, geometric", "孟菲斯, 几何图形, 几何"),
    "fans": (fans, "art deco fans, art deco, scallops, seigaiha", "扇形纹, 装饰艺术, 青海波"),
    "confetti": (confetti, "confetti", "彩纸屑, 彩屑"),
}
NAMES = list(BACKGROUNDS)


def draw(name, rng, base, over, extra):
    return BACKGROUNDS[name][0](rng, base, over, extra)
