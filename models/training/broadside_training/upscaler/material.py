"""Sharp pictures to learn from, and what makes small copies of them worse.

Pictures are flat art: icons on drawn backgrounds, words, thin lines, shapes, gradients. A fifth of the icons is
held out: `held_out(name)` decides by the name alone, so training and evaluation agree without a list.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont

SIZE = 640
WORDS = ("Fresh Summer SALE Coffee & Tea 2026 open late Market organic 50% Jazz night Gallery No. 7 handmade "
         "POSTER bakery 12:30 Zürich limited Edition mg/kg natural SOAP free range Quality since 1984 Hello "
         "taste the best extra virgin Grand Opening @studio #one Festival lemonade g 250 ml VOL. 3").split()


def held_out(name: str) -> bool:
    """True for the icons that training never sees (about one in five)."""
    return hashlib.sha256(name.encode()).digest()[0] < 51


def icons(cache: Path) -> dict[str, Path]:
    """Names and PNG files of the rendered icons; renders them with Node when the cache has none."""
    folder = cache / "upscaler" / "icons"
    if not folder.exists():
        script = Path(__file__).with_name("render_icons.mjs")
        temporary = folder.with_name("icons.tmp")
        shutil.rmtree(temporary, ignore_errors=True)
        subprocess.run(["node", str(script), str(temporary), str(SIZE)], check=True)
        os.replace(temporary, folder)
    return {p.stem: p for p in sorted(folder.glob("*.png"))}


def corpus(cache: Path, count: int = 320) -> np.ndarray:
    """uint8 [count, SIZE, SIZE, 3] training pictures; drawn once, then read from the cache as needed."""
    path = cache / "upscaler" / f"corpus-{count}.npy"
    if not path.exists():
        files = [p for name, p in icons(cache).items() if not held_out(name)]
        pictures = np.stack([draw(np.random.default_rng(seed), files) for seed in range(count)])
        temporary = path.with_suffix(".tmp.npy")
        np.save(temporary, pictures)
        os.replace(temporary, path)
    return np.load(path, mmap_mode="r")


def test_pictures(cache: Path, count: int, size: int = SIZE, height: int | None = None) -> list[np.ndarray]:
    """uint8 [height, size, 3] pictures of held-out icons only, from seeds that training does not use."""
    files = [p for name, p in icons(cache).items() if held_out(name)]
    pictures = [draw(np.random.default_rng(1_000_000 + i), files, kind=i % 4) for i in range(count)]
    return [p[: height or size, :size] for p in pictures]


# ---- drawing ------------------------------------------------------------------------------------------------


def draw(rng: np.random.Generator, files: list[Path], kind: int | None = None) -> np.ndarray:
    """One uint8 [SIZE, SIZE, 3] picture, drawn at twice the size and averaged down so that edges are clean."""
    kind = int(rng.integers(4)) if kind is None else kind
    palette = _palette(rng)
    picture = _background(rng, palette)
    pen = ImageDraw.Draw(picture, "RGBA")
    S = picture.width
    if kind == 0:
        _paste_icon(rng, picture, files, rng.uniform(0.55, 0.95), (0.5, 0.48))
        _words(rng, pen, palette, S, int(rng.integers(1, 4)))
    elif kind == 1:
        for _ in range(int(rng.integers(5, 14))):
            _paste_icon(rng, picture, files, rng.uniform(0.10, 0.36), rng.uniform(0.05, 0.95, 2))
    elif kind == 2:
        _words(rng, pen, palette, S, int(rng.integers(8, 26)))
        _paste_icon(rng, picture, files, rng.uniform(0.15, 0.4), rng.uniform(0.15, 0.85, 2))
    else:
        _shapes(rng, pen, palette, S, int(rng.integers(14, 40)))
        _paste_icon(rng, picture, files, rng.uniform(0.2, 0.6), rng.uniform(0.25, 0.75, 2))
    # A final reduction by a varying filter: sources differ in how crisp their antialiasing is.
    how = [Image.Resampling.BOX, Image.Resampling.LANCZOS, Image.Resampling.BICUBIC][int(rng.integers(3))]
    return np.asarray(picture.resize((SIZE, SIZE), how))


def _palette(rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Five colours: a ground, three fills of related hue and some contrast, an ink."""
    import colorsys

    hue = rng.uniform()
    light_ground = rng.uniform() < 0.6
    ground = colorsys.hls_to_rgb(hue, rng.uniform(0.82, 0.98) if light_ground else rng.uniform(0.08, 0.4),
                                 rng.uniform(0, 0.7))
    ink = colorsys.hls_to_rgb((hue + 0.5) % 1, rng.uniform(0.02, 0.25) if light_ground else rng.uniform(0.8, 1),
                              rng.uniform(0, 0.8))
    fills = [colorsys.hls_to_rgb((hue + rng.normal(0, 0.2)) % 1, rng.uniform(0.3, 0.75), rng.uniform(0.3, 1))
             for _ in range(3)]
    return [tuple(int(255 * c) for c in colour) for colour in (ground, *fills, ink)]


def _background(rng: np.random.Generator, palette: list) -> Image.Image:
    S = 2 * SIZE
    kind = int(rng.integers(8))
    picture = Image.new("RGB", (S, S), palette[0])
    pen = ImageDraw.Draw(picture)
    if kind in (1, 2):  # gradients, straight or round
        y, x = np.mgrid[0:S, 0:S].astype(np.float32) / S
        angle = rng.uniform(0, 2 * math.pi)
        t = x * math.cos(angle) + y * math.sin(angle) if kind == 1 else np.hypot(x - rng.uniform(), y - rng.uniform())
        t = (t - t.min()) / (t.max() - t.min())
        a, b = np.array(palette[0], np.float32), np.array(palette[1], np.float32)
        picture = Image.fromarray((a + (b - a) * t[..., None] + 0.5).astype(np.uint8))
    elif kind == 3:  # sunburst
        n, cx, cy, turn = int(rng.integers(6, 20)), S * rng.uniform(), S * rng.uniform(0.3, 1), rng.uniform()
        for i in range(n):
            a0, a1 = (math.tau * (i + turn + d) / n for d in (0, 0.5))
            pen.polygon([(cx, cy), *((cx + 2 * S * math.cos(a), cy + 2 * S * math.sin(a)) for a in (a0, a1))],
                        fill=palette[1])
    elif kind == 4:  # stripes
        step, angle = rng.uniform(16, 160), rng.uniform(0, math.pi)
        c, s = math.cos(angle), math.sin(angle)
        for i in range(int(-2 * S / step), int(2 * S / step)):
            at = i * step
            px, py = S / 2 + at * c, S / 2 + at * s
            pen.line([(px - 2 * S * s, py + 2 * S * c), (px + 2 * S * s, py - 2 * S * c)],
                     fill=palette[1], width=max(2, int(step * rng.choice([0.15, 0.5]))))
    elif kind == 5:  # dots
        step = rng.uniform(24, 110)
        r = step * rng.uniform(0.12, 0.4)
        for j in range(int(S / step) + 2):
            for i in range(int(S / step) + 2):
                x, y = (i + 0.5 * (j % 2)) * step, j * step
                pen.ellipse([x - r, y - r, x + r, y + r], fill=palette[1])
    return picture


def _paste_icon(rng: np.random.Generator, picture: Image.Image, files: list[Path], size: float, at) -> None:
    S = picture.width
    icon = Image.open(files[int(rng.integers(len(files)))]).convert("RGBA")
    n = int(size * S)
    # BICUBIC up to twice the rendered size would blur: the picture is halved afterwards, which makes that good again.
    icon = icon.resize((n, n), Image.Resampling.LANCZOS)
    if rng.uniform() < 0.4:
        icon = icon.rotate(rng.uniform(-40, 40), Image.Resampling.BICUBIC)
    picture.paste(icon, (int(at[0] * S - n / 2), int(at[1] * S - n / 2)), icon)


def _words(rng: np.random.Generator, pen: ImageDraw.ImageDraw, palette: list, S: int, count: int) -> None:
    for _ in range(count):
        text = " ".join(rng.choice(WORDS, int(rng.integers(1, 4))))
        font = ImageFont.load_default(size=float(2 ** rng.uniform(4.6, 7.8)))
        stroke = int(rng.choice([0, 0, 1, 3, 6]))
        pen.text((S * rng.uniform(-0.05, 0.7), S * rng.uniform(0, 0.95)), text, font=font,
                 fill=palette[int(rng.choice([4, 4, 4, 2, 3]))], stroke_width=stroke)


def _shapes(rng: np.random.Generator, pen: ImageDraw.ImageDraw, palette: list, S: int, count: int) -> None:
    for _ in range(count):
        x, y, r = S * rng.uniform(), S * rng.uniform(), S * float(2 ** rng.uniform(-6.5, -2))
        colour, width = palette[int(rng.integers(1, 5))], int(2 ** rng.uniform(1, 4.5))
        kind = int(rng.integers(6))
        if kind == 0:
            pen.ellipse([x - r, y - r, x + r, y + r], outline=colour, width=width)
        elif kind == 1:
            pen.ellipse([x - r, y - r * 0.7, x + r, y + r * 0.7], fill=colour)
        elif kind == 2:
            pen.rounded_rectangle([x - r, y - r, x + r, y + r * rng.uniform(0.2, 1)], radius=r * 0.2,
                                  outline=colour, width=width, fill=None if rng.uniform() < 0.5 else palette[2])
        elif kind == 3:
            angles = np.sort(rng.uniform(0, math.tau, int(rng.integers(3, 8))))
            pen.polygon([(x + r * math.cos(a), y + r * math.sin(a)) for a in angles], fill=colour)
        elif kind == 4:
            t = np.linspace(0, 1, 40)
            wave = r * 0.4 * np.sin(t * rng.uniform(4, 20))
            angle = rng.uniform(0, math.tau)
            px = x + 3 * r * t * math.cos(angle) - wave * math.sin(angle)
            py = y + 3 * r * t * math.sin(angle) + wave * math.cos(angle)
            pen.line(list(zip(px.tolist(), py.tolist())), fill=colour, width=width, joint="curve")
        else:
            for i in range(int(rng.integers(3, 9))):  # parallel thin lines
                pen.line([(x, y + i * 3 * width), (x + 4 * r, y + i * 3 * width + r)], fill=colour, width=width)


# ---- making small copies ------------------------------------------------------------------------------------


class Patches:
    """Random crops of the corpus with their degraded small copies."""

    def __init__(self, pictures: np.ndarray, seed: int):
        self.pictures = pictures
        self.rng = np.random.default_rng(seed)

    def batch(self, n: int, patch: int, scale: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Small [n,3,patch,patch] and sharp [n,3,patch·scale,patch·scale], both 0…1."""
        size = patch * scale
        sharp = np.stack([self._crop(size) for _ in range(n)])
        sharp = torch.from_numpy(sharp).permute(0, 3, 1, 2).float() / 255
        return degrade(sharp, scale, self.rng), sharp

    def _crop(self, size: int) -> np.ndarray:
        rng = self.rng
        best, most = None, -1.0  # [size, size, 3]
        # Flat ground teaches nothing: of three places the one with most going on, mostly.
        for _ in range(3 if rng.uniform() < 0.85 else 1):
            picture = self.pictures[int(rng.integers(len(self.pictures)))]
            y, x = rng.integers(0, SIZE - size + 1, 2)
            crop = picture[y:y + size, x:x + size]
            busy = float(np.abs(np.diff(crop[::4, ::4].astype(np.int16), axis=0)).mean())
            if busy > most:
                best, most = crop, busy
        crop = np.rot90(best, int(rng.integers(4)))
        if rng.uniform() < 0.5:
            crop = crop[:, ::-1]
        crop = crop[..., rng.permutation(3)]
        if rng.uniform() < 0.3:
            crop = 255 - crop
        return np.ascontiguousarray(crop)


def degrade(sharp: torch.Tensor, scale: int, rng: np.random.Generator) -> torch.Tensor:
    """A small copy of each picture: reduced by one of five filters, then perhaps smoothed, noisy or JPEG; 8 bit."""
    # Pairs share what happens to them: drawing it for each alone takes half as long as a training step.
    return torch.cat([_degrade(pair, scale, rng) for pair in sharp.split(2)])


def _degrade(sharp: torch.Tensor, scale: int, rng: np.random.Generator) -> torch.Tensor:
    if rng.uniform() < 0.15:
        sharp = blur(sharp, rng.uniform(0.2, 0.35) * scale)
    small = reduce(sharp, scale, ["area", "area", "bicubic", "bilinear", "lanczos"][int(rng.integers(5))])
    kind = rng.uniform()
    if kind < 0.30:
        # What an autoencoder leaves of a picture: edges a little soft, a faint low-frequency wobble.
        small = blur(small, rng.uniform(0.35, 0.8))
        wobble = torch.from_numpy(rng.normal(0, 1, tuple(small.shape)).astype(np.float32))
        small = small + blur(wobble, 1.0) * rng.uniform(0, 0.03)
    elif kind < 0.40:
        small = small + torch.from_numpy(rng.normal(0, rng.uniform(0, 0.015), tuple(small.shape)).astype(np.float32))
    small = (small.clamp(0, 1) * 255).round()
    if rng.uniform() < 0.12:
        quality = int(rng.integers(72, 96))
        small = torch.stack([_jpeg(picture, quality) for picture in small])
    return small / 255


def _jpeg(picture: torch.Tensor, quality: int) -> torch.Tensor:
    """[3,h,w] in 0…255 through JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(picture.permute(1, 2, 0).to(torch.uint8).numpy()).save(buffer, "JPEG", quality=quality)
    return torch.from_numpy(np.array(Image.open(buffer))).permute(2, 0, 1).float()


def reduce(pictures: torch.Tensor, scale: int, filter: str) -> torch.Tensor:
    """[b,c,h,w] → [b,c,h/scale,w/scale]."""
    if filter == "area":
        return F.avg_pool2d(pictures, scale)
    if filter == "lanczos":
        t = (torch.arange(6 * scale, dtype=torch.float32) - 3 * scale + 0.5) / scale
        kernel = torch.sinc(t) * torch.sinc(t / 3)
        kernel = (kernel / kernel.sum()).to(pictures)
        c, pad = pictures.shape[1], (6 * scale - scale) // 2
        out = F.pad(pictures, (pad, pad, pad, pad), mode="replicate")
        out = F.conv2d(out, kernel.view(1, 1, -1, 1).expand(c, 1, -1, 1), stride=(scale, 1), groups=c)
        return F.conv2d(out, kernel.view(1, 1, 1, -1).expand(c, 1, 1, -1), stride=(1, scale), groups=c)
    return F.interpolate(pictures, scale_factor=1 / scale, mode=filter, antialias=True, align_corners=False)


def blur(pictures: torch.Tensor, sigma: float) -> torch.Tensor:
    """Gaussian blur of [b,c,h,w]."""
    radius = max(1, math.ceil(3 * sigma))
    t = torch.arange(-radius, radius + 1, dtype=torch.float32)
    kernel = torch.exp(-t * t / (2 * sigma * sigma))
    kernel = (kernel / kernel.sum()).to(pictures)
    c = pictures.shape[1]
    out = F.pad(pictures, (radius, radius, radius, radius), mode="replicate")
    out = F.conv2d(out, kernel.view(1, 1, -1, 1).expand(c, 1, -1, 1), groups=c)
    return F.conv2d(out, kernel.view(1, 1, 1, -1).expand(c, 1, 1, -1), groups=c)
