"""Where subjects stand. Placements are [cx, cy, size] in fractions of width, height and shorter side.

The same tables are written into the package, so that the studio draws its references where training drew them.
"""
import numpy as np

JITTER = {"position": 0.04, "size": 0.08}


def _grid(columns, rows, size, stagger=False):
    return [
        [(c + 0.5 + (0.5 if stagger and r % 2 else 0)) / columns, (r + 0.5) / rows, size]
        for r in range(rows)
        for c in range(columns if not (stagger and r % 2) else columns - 1)
    ]


# name: (variants, english words, chinese words)
LAYOUTS = {
    "default": ([[[0.5, 0.5, 0.68]], [[0.5, 0.5, 0.6]], [[0.5, 0.5, 0.76]]], "centred, centered, in the centre, in the center", "居中, 中央"),
    "lower third": ([[[0.5, 0.7, 0.5]], [[0.5, 0.72, 0.44]]], "lower third, at the bottom", "下方, 底部, 下三分之一"),
    "left": ([[[0.29, 0.5, 0.5]], [[0.3, 0.56, 0.54]]], "on the left, left side", "左侧, 左边"),
    "right": ([[[0.71, 0.5, 0.5]], [[0.7, 0.56, 0.54]]], "on the right, right side", "右侧, 右边"),
    "pattern": ([_grid(3, 3, 0.25), _grid(2, 2, 0.38), _grid(3, 3, 0.25, True)], "pattern, repeat pattern, repeating pattern, repeated", "重复图案, 平铺, 满版"),
    "row": ([[[0.19, 0.5, 0.28], [0.5, 0.5, 0.28], [0.81, 0.5, 0.28]], [[0.18, 0.62, 0.26], [0.5, 0.44, 0.36], [0.82, 0.62, 0.26]]], "in a row, three in a row, row of three", "一排, 排成一排"),
    "scattered": (
        [
            [[0.28, 0.3, 0.38], [0.74, 0.22, 0.26], [0.7, 0.66, 0.42], [0.24, 0.76, 0.28]],
            [[0.7, 0.32, 0.4], [0.25, 0.22, 0.27], [0.3, 0.66, 0.42], [0.76, 0.78, 0.27]],
            [[0.5, 0.5, 0.4], [0.17, 0.2, 0.24], [0.82, 0.18, 0.26], [0.18, 0.8, 0.26], [0.83, 0.81, 0.24]],
        ],
        "scattered, floating, falling",
        "散落, 散布, 漂浮",
    ),
    "framed": ([[[0.5, 0.5, 0.54]], [[0.5, 0.52, 0.5]]], "framed, in a frame, with a border", "边框, 带边框, 画框"),
    "split": ([[[0.5, 0.5, 0.62]], [[0.5, 0.52, 0.56]]], "split, split background, two halves", "拼色, 双拼, 对半分割"),
    "close-up": ([[[0.5, 0.56, 1.12]], [[0.62, 0.6, 1.2]], [[0.38, 0.6, 1.2]]], "close-up, close up, oversized, huge", "特写, 超大"),
}
NAMES = list(LAYOUTS)


def place(name: str, rng) -> list[tuple[float, float, float]]:
    """A variant of a layout with the jitter that the studio applies too."""
    variants = LAYOUTS[name][0]
    position, size = JITTER["position"], JITTER["size"]
    return [
        (cx + rng.uniform(-position, position), cy + rng.uniform(-position, position), s * (1 + rng.uniform(-size, size)))
        for cx, cy, s in variants[rng.integers(len(variants))]
    ]


def paste(drawing, placements, canvas=256, rotate=0.0):
    """Premultiplied RGBA drawing [N, N, 4] uint8 placed on an empty canvas → float32 [canvas, canvas, 4] in 0…1."""
    from PIL import Image

    layer = np.zeros((canvas, canvas, 4), np.float32)
    source = Image.fromarray(drawing, "RGBA")
    for cx, cy, size in placements:
        side = max(8, int(round(size * canvas)))
        image = source.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0) if side < drawing.shape[0] else source.resize((side, side), Image.Resampling.BICUBIC)
        if rotate:
            image = image.rotate(rotate, Image.Resampling.BILINEAR, fillcolor=(0, 0, 0, 0))
        x, y = int(round(cx * canvas - side / 2)), int(round(cy * canvas - side / 2))
        x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + side, canvas), min(y + side, canvas)
        if x1 <= x0 or y1 <= y0:
            continue
        part = np.asarray(image)[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32) / 255
        window = layer[y0:y1, x0:x1]
        window *= 1 - part[..., 3:]
        window += part
    return layer
