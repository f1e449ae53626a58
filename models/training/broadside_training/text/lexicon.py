"""Reads the hand-written lexicon: plain text files in `lexicon/`, described in its README."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent / "lexicon"
LANGUAGES = ("en", "zh")
CATEGORY_FILES = ("food", "beauty", "fashion", "tech", "home", "leisure")
GENERAL = "general"
FRAMEWORKS = ("free", "aida", "pas", "fab", "4u", "bab")

Block = dict[str, list[str]]


@dataclass(frozen=True)
class Lexicon:
    """One language's words and patterns."""

    language: str
    categories: dict[str, Block]            # slot → phrases, by category id
    general: Block                          # slot → phrases that fit anything
    tones: dict[str, Block]                 # head, tag, cta, hook, solve, close (zh: note), words, marks
    frames: dict[str, list[str]]            # part of a framework → sentences
    occasions: dict[str, Block]             # words, at, tag, say
    audiences: dict[str, list[str]]         # phrase for a line → words in a brief
    musts: list[str]
    benefits: list[str]                     # may hold "{n}", a number


@dataclass(frozen=True)
class Category:
    id: str
    name: dict[str, str]
    words: dict[str, list[str]]


@cache
def lexicon(language: str) -> Lexicon:
    folder = ROOT / language
    categories: dict[str, Block] = {}
    for name in CATEGORY_FILES:
        categories.update(_blocks(folder / f"{name}.txt"))
    return Lexicon(
        language=language,
        categories=categories,
        general=_blocks(folder / "general.txt")[GENERAL],
        tones=_blocks(folder / "tones.txt"),
        frames=_lists(folder / "frames.txt"),
        occasions=_blocks(folder / "occasions.txt"),
        audiences={k: _commas(v) for k, v in (line.split(":", 1) for line in _lines(folder / "audiences.txt"))},
        musts=_lines(folder / "musts.txt"),
        benefits=_lines(folder / "benefits.txt"),
    )


@cache
def category_list() -> list[Category]:
    rows = [[part.strip() for part in line.split("|")] for line in _lines(ROOT / "categories.txt")]
    return [Category(id, {"en": en, "zh": zh}, {"en": _commas(words_en), "zh": _commas(words_zh)})
            for id, en, zh, words_en, words_zh in rows]


@cache
def mark_pattern(language: str, tone: str) -> re.Pattern[str]:
    """Finds a tone's marks in a line: whole words in English, substrings in Chinese."""
    marks = sorted(lexicon(language).tones[tone]["marks"], key=len, reverse=True)
    body = "|".join(re.escape(mark) for mark in marks)
    return re.compile(rf"(?<![a-z])(?:{body})(?![a-z])" if language == "en" else body, re.IGNORECASE)


def has_mark(language: str, tone: str, text: str) -> bool:
    return mark_pattern(language, tone).search(text.replace("’", "'")) is not None


def source_files() -> list[Path]:
    """Every file of the lexicon, for the corpus hash."""
    return sorted(ROOT.rglob("*.txt"))


def _lines(path: Path) -> list[str]:
    rows = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row and not row.startswith("#")]


def _blocks(path: Path) -> dict[str, Block]:
    """[id] headings with `slot: a | b | c` lines. `words` of tones and occasions are separated by commas."""
    blocks: dict[str, Block] = {}
    current: Block = {}
    for line in _lines(path):
        if line.startswith("["):
            current = blocks.setdefault(line[1:-1], {})
            continue
        key, value = line.split(":", 1)
        current[key] = _commas(value) if key == "words" else [part.strip() for part in value.split(" | ")]
    return blocks


def _lists(path: Path) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    current: list[str] = []
    for line in _lines(path):
        if line.startswith("["):
            current = lists.setdefault(line[1:-1], [])
        else:
            current.append(line.removeprefix("- "))
    return lists


def _commas(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
