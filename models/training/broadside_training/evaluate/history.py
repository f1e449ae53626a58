"""Every version of every package that was ever shipped, from the history of this repository, as tables in models/README.md:

    python -m broadside_training.evaluate.history
"""
import json
import subprocess
from pathlib import Path

MODELS = Path(__file__).resolve().parents[3]
# The measures that tell versions apart; the cards have all of them.
COLUMNS = {
    "poster-diffusion": {"subjectTop1": "subject", "style": "style", "palette": "palette", "background": "background", "layout": "layout", "corpusFid": "corpus-FID", "corpusKid": "corpus-KID"},
    "pattern-gan": {"corpusFid": "corpus-FID", "classTop1": "class", "seamRatio": "seam"},
    "mood-vae": {"reconstructionDb": "reconstruction, dB", "priorFid": "prior corpus-FID"},
    "poster-upscaler": {"x4GainOverBicubicDb": "×4 over bicubic, dB", "x4GainOverRealesrDb": "×4 over realesr, dB", "x2GainOverBicubicDb": "×2 over bicubic, dB"},
    "copy-lm": {"perplexity": "perplexity", "adherence": "adherence", "mustSaid": "must-say", "benefitSaid": "benefit", "distinct2En": "distinct-2 EN", "distinct2Zh": "distinct-2 中文", "tokensPerSecond": "tokens/s"},
}
HEAD = """# Models

`starter/` holds the five packages that ship; each has a card with material, licence, run, measures and known weaknesses.
`tiny/` holds graphs of a few kilobytes for tests. `training/` makes the starters (Python, never needed to run the studio).

Below is every version that was shipped, newest first, with what its own evaluation measured on the day (`python -m
broadside_training.evaluate.history` writes these tables from the repository's history). A dash: that version was not measured so.
"""


def git(*words):
    return subprocess.run(["git", *words], cwd=MODELS, check=True, capture_output=True, text=True).stdout


def versions(package):
    """(date, manifest) of each state of the weights, newest first; of equal weights the last measured."""
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
            yield date, manifest


def table(package, columns):
    rows = list(versions(package))
    run = [r.get("run", {}) for _, r in rows]
    lines = ["| date | steps | minutes | " + " | ".join(columns.values()) + " |", "|---|" + "---|" * (len(columns) + 2)]
    for (date, manifest), r in zip(rows, run):
        metrics = manifest.get("metrics", {})
        cells = [f"{metrics[k]:g}" if k in metrics else "–" for k in columns]
        lines.append(f"| {date} | {r.get('steps', '–')} | {round(r['seconds'] / 60) if 'seconds' in r else '–'} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parts = [HEAD] + [f"## {package}\n\n{table(package, columns)}\n" for package, columns in COLUMNS.items()]
    (MODELS / "README.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
