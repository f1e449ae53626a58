"""Measures the shipped package on held-out briefs, sampling as it ships; --write puts the numbers into model.json and the card.

    python -m broadside_training.text.evaluate --write
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from .. import run as runs
from ..evaluate import copy_measures
from ..package import read_manifest
from . import rules
from .channels import BY_ID, CHANNELS, fits, shows_language
from .corpus import CHINESE_ONLY, Sample, draw
from .lexicon import has_mark
from .package import DEFAULTS, FOLDER, Decoder, finish
from .prompt import EOS, load_tokenizer, render

MAX_TOKENS = 220
EVALUATION_SEED = 20_261_122


class Writer:
    """Brief in, line out, through ONNX Runtime: what the studio does, in Python."""

    def __init__(self, folder: Path, threads: int = 1):
        self.config = read_manifest(folder)["config"]
        self.tokenizer = load_tokenizer(folder / "tokenizer.json")
        self.eos = self.tokenizer.token_to_id(EOS)
        c = self.config
        self.decoder = Decoder(folder / "model.onnx", c["layers"], c["heads"], c["headDim"], threads)
        self.tokens = 0
        self.seconds = 0.0

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def write(self, prompt: str, rng: np.random.Generator, settings: dict) -> str:
        self.decoder.reset()
        logits = self.decoder.feed(np.array([self.ids(prompt)]))
        ids: list[int] = []
        start = time.perf_counter()
        while len(ids) < MAX_TOKENS:
            token = sample(logits[0], rng, settings)
            self.tokens += 1
            if token == self.eos:
                break
            ids.append(token)
            logits = self.decoder.feed(np.array([[token]]))
        self.seconds += time.perf_counter() - start
        return self.tokenizer.decode(ids, skip_special_tokens=True).strip()

    def log_likelihood(self, prompt: str, line: str) -> tuple[float, int]:
        self.decoder.reset()
        logits = self.decoder.feed(np.array([self.ids(prompt)]))[0]
        total, targets = 0.0, [*self.ids(line), self.eos]
        for target in targets:
            shifted = logits - logits.max()
            total += float(shifted[target] - np.log(np.exp(shifted).sum()))
            logits = self.decoder.feed(np.array([[target]]))[0]
        return total, len(targets)


def sample(logits: np.ndarray, rng: np.random.Generator, settings: dict) -> int:
    """Temperature, top-k, top-p, min-p, in the engine's order."""
    if settings["temperature"] == 0:
        return int(logits.argmax())
    order = np.argsort(-logits)[: settings["topK"] or None]
    scaled = logits[order].astype(np.float64) / settings["temperature"]
    p = np.exp(scaled - scaled.max())
    p /= p.sum()
    keep = np.concatenate(([True], np.cumsum(p)[:-1] < settings["topP"])) & (p >= p[0] * settings["minP"])
    p = np.where(keep, p, 0)
    return int(order[rng.choice(len(p), p=p / p.sum())])


def judge(sample: Sample, line: str) -> dict[str, bool | None]:
    """What a rule can say of a line; None where the brief asks for nothing."""
    brief, low = sample.brief, line.casefold()
    channel = BY_ID[brief.channel]
    limit = brief.limit or channel.limit[brief.lang]
    result = {
        "productNamed": brief.product in line if channel.named else None,
        "tone": has_mark(brief.lang, brief.tone, line.replace(brief.product, " ")) if channel.toned and brief.tone else None,
        "language": shows_language(line, brief.lang, brief.product) if channel.kind != "path" else None,
        "withinLimit": fits(line, limit),
    }
    result["adherence"] = bool(line) and all(value is not False for value in result.values())
    talkative = channel.kind not in ("cta", "path", "tag")
    result["mustSaid"] = all(m.casefold() in low for m in brief.must) if brief.must and talkative else None
    result["benefitSaid"] = brief.benefit.casefold() in low if brief.benefit and talkative else None
    result["ownCategory"] = rules.stray(brief, line) is None
    result["spelt"] = rules.misspelt(brief, line) is None if brief.lang == "en" else None
    result["noRepetition"] = not rules.repeats(brief, line)
    result["clean"] = result["adherence"] and all(result[key] is not False for key in ("ownCategory", "spelt", "noRepetition"))
    result["audienceSaid"] = brief.audience.casefold() in low if brief.audience and channel.kind == "body" else None
    return result


def distinct2(lines: Iterable[str], lang: str) -> float:
    """Different neighbouring pairs among all: of words in English, of characters in Chinese."""
    pairs = []
    for line in lines:
        units = line.casefold().split() if lang == "en" else list(line)
        pairs += list(zip(units, units[1:]))
    return len(set(pairs)) / max(1, len(pairs))


def corpus_lines(cache: Path) -> tuple[set[str], set[str]]:
    """Every line of the drawn corpus, plain and with its product's name masked."""
    plain, masked = set(), set()
    for path in (cache / "text").glob("corpus-*.jsonl"):
        for row in path.read_text(encoding="utf-8").splitlines():
            prompt, line = json.loads(row)
            plain.add(line)
            masked.add(line.replace(product_of(prompt), "⟨P⟩"))
    return plain, masked


def product_of(prompt: str) -> str:
    name = prompt.split("<product>")[1].split("<line>")[0]
    return name[: len(name) // 2] if "<lang:en>" in prompt else name


def measure(writer: Writer, count: int, cache: Path) -> tuple[dict, list[tuple[Sample, str, dict]]]:
    rng, noise = random.Random(EVALUATION_SEED), np.random.default_rng(EVALUATION_SEED)
    channels = [c.id for c in CHANNELS]
    rows = []
    for i in range(count):
        lang = "en" if i % 2 == 0 else "zh"
        options = [c for c in channels if lang == "zh" or c not in CHINESE_ONLY]
        held = draw(rng, held=True, lang=lang, channel=options[(i // 2) % len(options)])
        line = writer.write(render(held.brief), noise, DEFAULTS)
        rows.append((held, line, judge(held, line)))
    metrics: dict[str, float | int] = {"briefs": count}
    for key in ("adherence", "productNamed", "tone", "language", "withinLimit", "mustSaid", "benefitSaid", "audienceSaid", "ownCategory", "spelt", "noRepetition", "clean"):
        verdicts = [verdict[key] for _, _, verdict in rows if verdict[key] is not None]
        metrics[key] = round(sum(verdicts) / max(1, len(verdicts)), 4)
    plain, masked = corpus_lines(cache)
    if plain:
        metrics["novel"] = round(np.mean([line not in plain for _, line, _ in rows]).item(), 4)
        metrics["novelMasked"] = round(np.mean([line.replace(s.brief.product, "⟨P⟩") not in masked for s, line, _ in rows]).item(), 4)
    for lang in ("en", "zh"):
        lines = [line for s, line, _ in rows if s.brief.lang == lang][:100]
        metrics[f"distinct2{lang.capitalize()}"] = round(distinct2(lines, lang), 4)
        cut = [copy_measures.units(line, lang) for line in lines]
        meant = [copy_measures.units(s.line, lang) for s, _, _ in rows if s.brief.lang == lang][:100]
        metrics[f"selfBleu{lang.capitalize()}"] = round(copy_measures.self_bleu(cut), 2)
        metrics[f"bleu{lang.capitalize()}"] = round(copy_measures.bleu(cut, [[m] for m in meant]), 2)
        metrics[f"rougeL{lang.capitalize()}"] = round(sum(map(copy_measures.rouge_l, cut, meant)) / len(cut), 4)
    total = tokens = 0.0
    for _ in range(min(count, 120)):
        held = draw(rng, held=True)
        score, length = writer.log_likelihood(render(held.brief), held.line)
        total, tokens = total + score, tokens + length
    metrics["perplexity"] = round(math.exp(-total / tokens), 3)
    return metrics, rows


STUDIO = Path(__file__).resolve().parents[4]  # the repository: models/training/broadside_training/text


def as_the_studio_writes(rows: list[tuple[Sample, str, dict]]) -> tuple[dict[str, float], list[tuple[Sample, str, dict]]]:
    """The same briefs, written by the studio's own pipeline, which keeps limits and must-say and draws candidates: measures and lines."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for seed, (s, _, _) in enumerate(rows):
            b, limit = s.brief, s.brief.limit or BY_ID[s.brief.channel].limit[s.brief.lang]
            said = {"category": b.category, "audience": b.audience, "occasion": b.occasion, "tone": b.tone, "benefit": b.benefit}
            brief = {"product": b.product, "mustSay": b.must, "mustNotSay": [], **{k: v for k, v in said.items() if v}}
            row = {"brief": brief, "language": b.lang, "channel": b.channel, "limit": {"max": limit.max, "unit": limit.unit}, "seed": seed}
            file.write(json.dumps(row | ({"framework": b.framework} if b.framework else {}), ensure_ascii=False) + "\n")
        file.flush()
        node = STUDIO / "node_modules" / ".bin" / "node"
        done = subprocess.run([node, STUDIO / "src-main" / "bench" / "held-out.ts", file.name], capture_output=True, check=True, text=True)
    lines = [json.loads(row)["line"] for row in done.stdout.splitlines()]
    verdicts = [judge(s, line) for (s, _, _), line in zip(rows, lines, strict=True)]
    share = lambda key: round(float(np.mean([v[key] for v in verdicts if v[key] is not None])), 4)
    kept = ("adherence", "productNamed", "tone", "withinLimit", "mustSaid", "benefitSaid", "ownCategory", "spelt", "noRepetition", "clean")
    metrics = {f"studio{key[0].upper()}{key[1:]}": share(key) for key in kept}
    written = [(s, line, verdict) for (s, _, _), line, verdict in zip(rows, lines, verdicts)]
    for lang in ("en", "zh"):
        metrics[f"studioDistinct2{lang.capitalize()}"] = round(distinct2([line for s, line, _ in written if s.brief.lang == lang][:100], lang), 4)
    return metrics, written


def speed(folder: Path) -> float:
    """Tokens per second, batch 1, through the cache: the best of many short runs, since machines are shared.

    One thread: matrices this small gain nothing from a second, and on a busy machine lose by waiting for it."""
    writer, best = Writer(folder, threads=1), 0.0
    prompt = np.array([writer.ids(render(draw(random.Random(1), channel="packaging-blurb").brief))])
    for _ in range(25):
        writer.decoder.reset()
        writer.decoder.feed(prompt)
        start = time.perf_counter()
        for i in range(40):
            writer.decoder.feed(np.array([[300 + i]]))
        best = max(best, 40 / (time.perf_counter() - start))
    return best


def examples(rows: list[tuple[Sample, str, dict]], per_language: int = 30) -> str:
    """The first lines of the run, as they came."""
    text = "\n## Lines as they came\n\nThe first that the studio wrote in the evaluation, for held-out names and category × tone pairs, unedited, good and bad:\n\n"
    for lang in ("en", "zh"):
        text += "| brief | line |\n|---|---|\n"
        for s, line, _ in [row for row in rows if row[0].brief.lang == lang][:per_language]:
            b = s.brief
            asked = ", ".join(x for x in (b.channel, b.tone, b.category, b.framework, b.occasion, b.audience, b.benefit, *b.must) if x)
            text += f"| {asked} | {line.replace('|', '¦')} |\n"
        text += "\n"
    return text


def main() -> None:
    p = argparse.ArgumentParser(prog="python -m broadside_training.text.evaluate")
    p.add_argument("--briefs", type=int, default=440)
    p.add_argument("--cache", type=Path, default=runs.DEFAULT_CACHE)
    p.add_argument("--write", action="store_true", help="write the numbers into model.json and the card")
    p.add_argument("--show", type=int, default=0, metavar="N", help="print N lines")
    args = p.parse_args()
    metrics, rows = measure(Writer(FOLDER), args.briefs, args.cache)
    studio, written = as_the_studio_writes(rows)
    metrics |= studio
    metrics["tokensPerSecond"] = round(speed(FOLDER))
    for key, value in metrics.items():
        print(f"{key:18} {value}")
    print(json.dumps(metrics))
    for s, line, verdict in written[: args.show]:
        failed = [key for key, ok in verdict.items() if ok is False]
        b = s.brief
        print(f"{b.channel:22} {b.tone:12} {b.category:14} {line}   [{b.product}; {b.occasion} {b.audience} {b.benefit} {b.must}] {failed or ''}")
    if args.write:
        manifest = read_manifest(FOLDER)
        manifest["metrics"] = metrics
        manifest["config"]["defaults"] = DEFAULTS
        finish(FOLDER, manifest, examples(written))


if __name__ == "__main__":
    main()
