"""copy-lm: a line for each of 64 fixed briefs (briefs.jsonl: held-out names and category × tone pairs), with what the rules say of it."""
import json
from pathlib import Path

import jinja2
import numpy as np

from ... import package
from ...text.channels import Limit
from ...text.corpus import Sample
from ...text.evaluate import Writer, judge
from ...text.grammar import Brief
from ...text.prompt import fields

FIRST_SEED = 9000
FAULTS = {"productNamed": "product", "tone": "tone", "language": "language", "withinLimit": "too long", "mustSaid": "must-say", "benefitSaid": "benefit", "audienceSaid": "audience"}


def briefs() -> list[Brief]:
    rows = (Path(__file__).parent / "briefs.jsonl").read_text(encoding="utf-8").splitlines()
    return [Brief(**{**row, "limit": Limit(**row["limit"]) if row["limit"] else None}) for row in map(json.loads, rows)]


def sheet(folder: Path, title: str) -> str:
    """Markdown. The prompt is the package's own: earlier versions were told other things."""
    config, writer = package.read_manifest(folder)["config"], Writer(folder)
    prompt = jinja2.Environment(autoescape=False).from_string(config["prompt"])
    rows, clean = [], 0
    for i, brief in enumerate(briefs()):
        line = writer.write(prompt.render(**fields(brief)), np.random.default_rng(FIRST_SEED + i), config["defaults"])
        verdict = judge(Sample(brief, "", brief.tone), line)
        missed = ", ".join(word for key, word in FAULTS.items() if verdict[key] is False)
        clean += not missed
        rows.append(f"| {_cell(asked(brief))} | {_cell(line)} | {missed} |")
    head = f"# {title}\n\nFixed briefs, fixed seeds, the first line each, unedited. {clean} of {len(rows)} without a miss that a rule can see.\n\n"
    return head + "| brief | line | missed |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def asked(b: Brief) -> str:
    words = (b.channel, b.tone, b.category, b.framework, b.occasion, b.audience, b.benefit, *b.must)
    return f"**{b.product}** " + ", ".join(word for word in words if word)


def _cell(text: str) -> str:
    return text.replace("|", "¦").replace("\n", " ")
