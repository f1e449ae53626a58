"""Contact sheets of the shipped packages and of earlier versions, so that better and worse can be seen:

    python -m broadside_training.evaluate.sheets [model…] [--earlier]

Writes models/sheets/<model>/<date>-<first 8 of the package hash>.webp (copy-lm: .md) with ONNX Runtime from the packages alone. Prompts,
briefs and seeds are fixed, so cell by cell two sheets show the same wish. `--earlier` also makes the sheets that are missing of versions in
the repository's history. A sheet that exists is made again only for the version that ships now.
"""
import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from ... import package
from .. import history
from . import enlarged, lines, moods, patterns, posters

PICTURES = {"poster-diffusion": posters.draw, "pattern-gan": patterns.draw, "mood-vae": moods.draw, "poster-upscaler": enlarged.draw}
COLUMNS, CELL, GAP, MOST_BYTES = 8, 192, 4, 250_000


def make(model: str, folder: Path, date: str) -> Path:
    """Draws the sheet of the package in `folder`."""
    digest = package.package_hash(json.loads((folder / "model.json").read_text(encoding="utf-8")))[:8]
    path = history.SHEETS / model / f"{date}-{digest}"
    path.parent.mkdir(parents=True, exist_ok=True)
    if model == "copy-lm":
        path = path.with_suffix(".md")
        path.write_text(lines.sheet(folder, f"{model} {digest}"), encoding="utf-8")
    else:
        path = path.with_suffix(".webp")
        write_small(path, PICTURES[model](folder))
    print(path.relative_to(history.MODELS), path.stat().st_size, "bytes", flush=True)
    return path


def write_small(path: Path, cells: np.ndarray) -> None:
    """A WebP of at most MOST_BYTES, of the best quality that this allows."""
    small = np.stack([np.asarray(Image.fromarray(c).resize((CELL, CELL), Image.Resampling.LANCZOS)) if len(c) != CELL else c for c in cells])
    for quality in range(90, 20, -5):
        package.contact_sheet(path, small, COLUMNS, GAP, quality)
        if path.stat().st_size <= MOST_BYTES:
            return
    raise ValueError(f"{path} does not fit into {MOST_BYTES} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", metavar="model", help=", ".join(history.COLUMNS))
    parser.add_argument("--earlier", action="store_true", help="also versions that were shipped before")
    args = parser.parse_args()
    for model in args.models or history.COLUMNS:
        if model not in history.COLUMNS:
            parser.error(f"there is no starter {model!r}; there are {', '.join(history.COLUMNS)}")
        folder = history.MODELS / "starter" / model
        manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        make(model, folder, manifest["run"]["date"])
        for version in history.versions(model) if args.earlier else ():
            if history.sheet(model, version.manifest) is None:
                with tempfile.TemporaryDirectory() as scratch:
                    make(model, history.extract(model, version, Path(scratch)), version.date)


if __name__ == "__main__":
    main()
