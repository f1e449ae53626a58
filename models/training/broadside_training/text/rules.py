"""What a rule can hold against a line without knowing what was meant: words of another category, words that are none, phrases said twice.

All from the lexicon that the corpus is drawn from. They are for measuring alone: nothing trains on them and no line is chosen by them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache

from .grammar import Brief
from .lexicon import category_list, lexicon

# The least that counts as a phrase of a category: two words, or four Chinese characters. Its things ("espresso") count alone.
LEAST = {"en": 2, "zh": 4}
# So many words, or Chinese characters, in the same order twice in one line are a phrase said twice.
AGAIN = {"en": 3, "zh": 4}


def strings(value: object) -> Iterator[str]:
    """All strings in nested lists and dictionaries."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from strings(inner)


def length(phrase: str, lang: str) -> int:
    return len(phrase.split()) if lang == "en" else len(phrase)


@cache
def phrases(lang: str) -> dict[str, tuple[str, ...]]:
    """Category → its phrases and things, lower case."""
    return {
        name: tuple({p.lower() for p in strings(block) if length(p, lang) >= LEAST[lang]} | {p.lower() for p in block.get("thing", [])})
        for name, block in lexicon(lang).categories.items()
    }


@cache
def common(lang: str) -> str:
    """Everything that any line may say, lower case."""
    words = lexicon(lang)
    return " | ".join(strings([words.general, words.tones, words.frames, words.occasions, words.benefits, words.musts])).lower()


@cache
def known_words() -> frozenset[str]:
    """Every English word of the lexicon."""
    everything = [asdict(lexicon("en")), [[c.name, c.words] for c in category_list()]]
    return frozenset(word for text in strings(everything) for word in re.findall(r"[a-z']+", text.lower()))


def given(brief: Brief) -> str:
    return " ".join([brief.benefit or "", *(brief.must or []), brief.audience or "", brief.category or ""]).lower()


def body(brief: Brief, line: str) -> str:
    """The line in lower case without the product's name, which may be any word."""
    return line.lower().replace(brief.product.lower(), " ")


def stray(brief: Brief, line: str) -> str | None:
    """A phrase of another category that neither this one nor the brief knows."""
    text = body(brief, line)
    own = " | ".join([*strings(lexicon(brief.lang).categories.get(brief.category, {}))]).lower() + common(brief.lang) + given(brief)
    for name, theirs in phrases(brief.lang).items():
        for phrase in theirs if name != brief.category else ():
            if phrase in text and phrase not in own:
                if brief.lang == "zh" or re.search(rf"(?<![a-z]){re.escape(phrase)}(?![a-z])", text):
                    return phrase
    return None


def misspelt(brief: Brief, line: str) -> str | None:
    """An English word that stands nowhere in the lexicon or the brief. Chinese characters are always characters."""
    if brief.lang != "en":
        return None
    for word in re.findall(r"[a-z']+", body(brief, line)):
        if not {word, word.strip("'"), word.removesuffix("'s")} & known_words() and word not in given(brief):
            return word
    return None


def repeats(brief: Brief, line: str) -> bool:
    """Whether a phrase is said twice."""
    text = line.replace(brief.product, "P")
    units = re.findall(r"[a-z0-9']+", text.lower()) if brief.lang == "en" else re.findall(r"[\u4e00-\u9fff]", text)
    n = AGAIN[brief.lang]
    return any(times > 1 for times in Counter(zip(*(units[i:] for i in range(n)))).values())
