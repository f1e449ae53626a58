"""Every version of every package that was ever shipped, from the history of this repository, as tables in models/README.md:

    python -m broadside_training.evaluate.history
"""
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .. import package as packages

MODELS = Path(__file__).resolve().parents[3]
SHEETS = MODELS / "sheets"
# What other commands write into models/README.md stands below this line and is kept.
VARIANTS = "## Variants that were measured"
# The measures that tell versions apart; the cards have all of them.
COLUMNS = {
    "poster-diffusion": {"subjectTop1": "subject", "style": "style", "palette": "palette", "background": "background", "layout": "layout", "corpusFid": "corpus-FID", "corpusKid": "corpus-KID"},
    "pattern-gan": {"corpusFid": "corpus-FID", "classTop1": "class", "seedVariety": "variety", "seamRatio": "seam"},
    "mood-vae": {"reconstructionDb": "reconstruction, dB", "priorFid": "prior corpus-FID"},
    "poster-upscaler": {"x4GainOverBicubicDb": "×4 over bicubic, dB", "x4GainOverRealesrDb": "×4 over realesr, dB", "x2GainOverBicubicDb": "×2 over bicubic, dB"},
    "copy-lm": {"perplexity": "perplexity", "adherence": "adherence", "mustSaid": "must-say", "benefitSaid": "benefit", "distinct2En": "distinct-2 EN", "distinct2Zh": "distinct-2 中文", "tokensPerSecond": "tokens/s"},
}
HEAD = """# Models

`starter/` holds the five packages that ship; each has a card with material, licence, run, measures and known weaknesses.
`tiny/` holds graphs of a few kilobytes for tests. `training/` makes the starters (Python, never needed to run the studio).

Below is every version that was shipped, newest first, with what its own evaluation measured on the day (`python -m
broadside_training.evaluate.history` writes these tables from the repository's history). A dash: that version was not measured so.
The row of 9267 steps of poster-diffusion is the first by a judge that sees 128 px instead of 64 and reads clean styles at 93 % (85 % before) and
backgrounds at 85 % (67 %). By this judge the version before had style 0.6167, palette 0.8417, background 0.6833, corpus-FID 1.3717.
From the row of 14069 steps on there are 13 styles instead of eleven, with a judge that was trained on for them (clean styles 95 %, subjects 95 %).
From the row of 14540 steps on, pattern-gan is measured by a reader that knows 92 % of unseen drawings (55 % before). By it the version before
had corpus-FID 8.768, class 0.927, seam 1.196, and a variety of seeds of 0.597 of the corpus's (0.875 now).

Each version has a sheet: 64 pictures from fixed prompts and seeds (copy-lm: 64 lines from fixed briefs), made from its package by
`python -m broadside_training.evaluate.sheets`; cell by cell two sheets show the same wish. Nothing in them is picked.

- poster-diffusion: subjects, styles of one cat, palettes of one rose, backgrounds of one teapot, layouts of one lemon, everything
  at once; then each prompt without and with a negative one; last a reference drawing with no word for the subject. The
  prompts are in `training/broadside_training/evaluate/sheets/prompts.tsv`.
- pattern-gan: a class per row, six seeds, then two more laid 2×2, where a seam would show.
- mood-vae: two rows of samples, four of pictures beside their reconstructions, two of walks between pictures.
- poster-upscaler: crops at 100 %, left ×4 by bicubic, right by the model.
"""


@dataclass(frozen=True)
class Version:
    """A state of a package that was shipped."""

    commit: str
    date: str
    manifest: dict


def git(*words):
    return subprocess.run(["git", *words], cwd=MODELS, check=True, capture_output=True, text=True).stdout


def versions(package):
    """Each state of the weights, newest first; of equal weights the last measured."""
    path, seen = f"models/starter/{package}/model.json", set()
    for line in git("log", "--format=%h %cs", "--", f"starter/{package}/model.json").splitlines():
        commit, date = line.split()
        try:
            manifest = json.loads(git("show", f"{commit}:{path}"))
        except subprocess.CalledProcessError:
            continue  # taken away in that commit
        weights = tuple(sorted(f["sha256"] for name, f in manifest["files"].items() if name.endswith(".onnx")))
        if weights not in seen:
            seen.add(weights)
            yield Version(commit, date, manifest)


def sheet(package, manifest):
    """The contact sheet of a version, or None."""
    digest = packages.package_hash(manifest)[:8]
    return next((SHEETS / package).glob(f"*-{digest}.*"), None)


def extract(package, version, into):
    """Writes the package as it was into a folder of `into`; gives that folder."""
    folder = into / package
    for name in ["model.json", *version.manifest["files"]]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        found = subprocess.run(["git", "show", f"{version.commit}:models/starter/{package}/{name}"], cwd=MODELS, check=True, capture_output=True)
        target.write_bytes(found.stdout)
    return folder


def table(package, columns):
    lines = ["| date | steps | minutes | " + " | ".join(columns.values()) + " | sheet |", "|---|" + "---|" * (len(columns) + 3)]
    for version in versions(package):
        run, metrics = version.manifest.get("run", {}), version.manifest.get("metrics", {})
        drawn = sheet(package, version.manifest)
        cells = [version.date, str(run.get("steps", "–")), str(round(run["seconds"] / 60)) if "seconds" in run else "–"]
        cells += [f"{metrics[k]:g}" if k in metrics else "–" for k in columns]
        cells.append(f"[{drawn.stem[-8:]}]({drawn.relative_to(MODELS).as_posix()})" if drawn else "–")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def variants():
    """The last section as it is: heading → text."""
    readme = MODELS / "README.md"
    _, _, section = readme.read_text(encoding="utf-8").partition(VARIANTS)
    head, *parts = section.split("\n### ")
    return {"": head.strip(), **{part.split("\n", 1)[0].strip(): part.split("\n", 1)[1].strip() for part in parts}}


def write(measured=None):
    """models/README.md anew; the last section stays as it is, but for `measured`: heading → text."""
    parts = [HEAD] + [f"## {package}\n\n{table(package, columns)}\n" for package, columns in COLUMNS.items()]
    kept = {**variants(), **(measured or {})}
    if any(kept.values()):
        parts.append(f"{VARIANTS}\n\n{kept.pop('')}\n")
        parts += [f"### {heading}\n\n{text}\n" for heading, text in kept.items()]
    (MODELS / "README.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    write()
