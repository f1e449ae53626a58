"""Draws briefs and the lines that answer them; keeps some category × tone pairs and some names for evaluation.

    python -m broadside_training.text.corpus 20 --lang en     prints twenty of them
"""

from __future__ import annotations

import argparse
import hashlib
import random
from dataclasses import dataclass, replace
from pathlib import Path

from ..package import corpus_hash
from .channels import BY_ID, CHANNELS, Limit, count, fits
from .grammar import Brief, write
from .lexicon import FRAMEWORKS, LANGUAGES, category_list, lexicon, source_files
from .names import product_name

# Long copy is harder and rarer in life; it gets its share by weight.
WEIGHTS = {"google-rsa-headline": 10, "google-rsa-description": 12, "google-rsa-path": 2, "meta-primary": 14,
           "meta-headline": 9, "meta-description": 5, "poster-headline": 10, "tagline": 12, "call-to-action": 4,
           "packaging-label": 7, "packaging-blurb": 9, "xiaohongshu-title": 7, "taobao-title": 6}
CHINESE_ONLY = ("xiaohongshu-title", "taobao-title")


@dataclass(frozen=True)
class Sample:
    brief: Brief
    line: str
    tone: str


def pair_held_out(category: str, tone: str) -> bool:
    """One category × tone pair in twelve is never trained on, in any language."""
    return hashlib.sha256(f"{category}/{tone}".encode()).digest()[0] % 12 == 0


def draw(rng: random.Random, held: bool = False, lang: str | None = None, channel: str | None = None) -> Sample:
    """One sample; `held` draws from what training never sees: held-out pairs with held-out names."""
    while True:
        sample = _draw(rng, held, lang, channel)
        if sample is not None:
            return sample


def _draw(rng: random.Random, held: bool, lang: str | None, channel_id: str | None) -> Sample | None:
    lang = lang or rng.choice(LANGUAGES)
    lex = lexicon(lang)
    if channel_id is None:
        weights = [w * (0.25 if c in CHINESE_ONLY and lang == "en" else 1) for c, w in WEIGHTS.items()]
        channel_id = rng.choices(list(WEIGHTS), weights)[0]
    channel = BY_ID[channel_id]
    category = "" if not held and rng.random() < 0.06 else rng.choice(category_list()).id
    tone = rng.choice(list(lex.tones))
    if category and pair_held_out(category, tone) != held:
        return None
    long = channel.kind == "body"
    limit = _limit(rng, channel.limit[lang], long)
    roomy = limit.unit != "words" and limit.max >= (28 if lang == "en" else 16)
    benefit = must = occasion = audience = ""
    if roomy or rng.random() < 0.15:
        if rng.random() < (0.5 if long else 0.3):
            benefit = _benefit(rng, lang, category)
        if rng.random() < (0.22 if long else 0.12):
            must = rng.choice(lex.musts)
    if rng.random() < 0.38:
        occasion = rng.choice(list(lex.occasions))
    if rng.random() < (0.35 if long else 0.2):
        phrase = rng.choice(list(lex.audiences))
        audience = phrase if rng.random() < 0.7 else rng.choice(lex.audiences[phrase])
    musts = [must] if must else []
    if must and long and limit.max > 100 and rng.random() < 0.25:
        musts.append(rng.choice([m for m in lex.musts if m != must]))
    framework = rng.choice(FRAMEWORKS) if long or rng.random() < 0.3 else ""
    brief = Brief(lang=lang, product=product_name(rng, lang, category or None, held), channel=channel_id,
                  framework=framework, tone=tone if rng.random() < 0.9 or held else "", category=category,
                  audience=audience, occasion=occasion, benefit=benefit, must=musts, limit=limit)
    line = write(brief, tone, rng, limit)
    if line is None:
        return None
    brief = _forget_untold(rng, brief, line)
    # The limit is told most of the time; a free line was written to the channel's own.
    shown = brief if rng.random() < 0.85 or limit != channel.limit[lang] else replace(brief, limit=None)
    if framework == "free" and rng.random() < 0.5:
        shown = replace(shown, framework="")
    return Sample(shown, line, tone)


def _forget_untold(rng: random.Random, brief: Brief, line: str) -> Brief:
    """What a line did not find room for mostly leaves the brief too, so that what is asked for is what is said."""
    low = line.casefold()
    if brief.benefit and brief.benefit.casefold() not in low and rng.random() < 0.75:
        brief = replace(brief, benefit="")
    if brief.audience and brief.audience.casefold() not in low and rng.random() < 0.75:
        brief = replace(brief, audience="")
    told = [must for must in brief.must if must.casefold() in low]
    return replace(brief, must=told) if rng.random() < 0.8 else brief


def _benefit(rng: random.Random, lang: str, category: str) -> str:
    lex = lexicon(lang)
    if category and rng.random() < 0.5:
        return rng.choice(lex.categories[category]["gain"])
    return rng.choice(lex.benefits).replace("{n}", str(rng.choice((2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20, 24, 30, 36, 40, 48, 60, 90, 120))))


def _limit(rng: random.Random, usual: Limit, long: bool) -> Limit:
    """Usually the channel's own limit, sometimes a tighter or a wider one."""
    if rng.random() < 0.75:
        return usual
    if usual.unit == "words":
        return Limit(max(3, usual.max + rng.choice((-2, -1, 1, 2))), "words")
    return Limit(max(8, round(usual.max * rng.choice((0.7, 0.8, 0.9, 1.2, 1.4)))), usual.unit)


def fingerprint() -> str:
    """sha256 over the lexicon and the code that draws from it."""
    here = Path(__file__).resolve().parent
    return corpus_hash(*source_files(), *(here / name for name in ("channels.py", "corpus.py", "grammar.py", "lexicon.py", "names.py")))


def main() -> None:
    p = argparse.ArgumentParser(prog="python -m broadside_training.text.corpus")
    p.add_argument("count", type=int, nargs="?", default=20)
    p.add_argument("--lang", choices=LANGUAGES)
    p.add_argument("--channel", choices=[c.id for c in CHANNELS])
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--held", action="store_true", help="draw from the held-out side")
    args = p.parse_args()
    rng = random.Random(args.seed)
    for _ in range(args.count):
        sample = draw(rng, args.held, args.lang, args.channel)
        b = sample.brief
        asked = ", ".join(str(x) for x in (b.framework, sample.tone, b.category, b.occasion, b.audience, b.benefit, *b.must) if x)
        print(f"{b.channel:22} {count(sample.line, 'width'):4}  {sample.line}    [{asked}]")


if __name__ == "__main__":
    main()
