"""Prompts as people type them, and the tokenizer that docs/model-packages.md describes (the studio has its own in TypeScript)."""
import re
import unicodedata

from . import vocabulary

EN = ["{subject}, {style}, {palette} {background}, {layout}, {finish}", "a {style} {subject} on a {palette} {background} background, {layout}, {finish}", "{palette} {background} with a {style} {subject} {layout}, {finish}", "{style} of a {subject}, {finish}, {layout}, {palette}, {background}"]
ZH = ["{palette}{background}背景上的{style}{subject},{layout},{finish}", "{style}风格的{subject},{palette},{background},{layout},{finish}", "{subject},{layout},{palette}{background},{style},{finish}"]


def write(rng, prompt: dict, language: str) -> str:
    """A prompt in words from a prompt in indices ({role: index}); synonyms and order are drawn from `rng`."""
    words = {}
    for role, first in vocabulary.START.items():
        index = prompt.get(role, -1)
        choices = vocabulary.TOKENS[first + index - 1][language] if index >= 0 else [""]
        words[role] = choices[rng.integers(len(choices))]
    patterns = EN if language == "en" else ZH
    text = patterns[rng.integers(len(patterns))].format(**words)
    return re.sub(r"(\s*,\s*)+", ", ", text).strip(" ,")


def tokenize(text: str, tokens=vocabulary.TOKENS + vocabulary.SILENT, ignored=vocabulary.IGNORE, length=vocabulary.LENGTH):
    """Text → (token ids, unknown words): NFKC, lower case, the longest phrase wins, English phrases match whole words."""
    text = unicodedata.normalize("NFKC", text).lower()
    phrases = {w: t["id"] for t in tokens for w in t["en"] + t["zh"]}
    ignore = set(ignored["en"]) | set(ignored["zh"])
    longest = max(map(len, list(phrases) + list(ignore)))
    is_word = lambda c: c.isascii() and (c.isalnum() or c in "-'")
    ids, unknown, i = [], [], 0
    while i < len(text):
        for n in range(min(longest, len(text) - i), 0, -1):
            part = text[i : i + n]
            whole = not (is_word(part[0]) and i > 0 and is_word(text[i - 1])) and not (is_word(part[-1]) and i + n < len(text) and is_word(text[i + n]))
            if whole and (part in phrases or part in ignore):
                if phrases.get(part, vocabulary.PAD) not in [vocabulary.PAD, *ids]:
                    ids.append(phrases[part])
                i += n
                break
        else:
            n = 1
            while is_word(text[i]) and i + n < len(text) and is_word(text[i + n]):
                n += 1
            if text[i : i + n].strip(" ,.;:!?-，。、；：！？\n\t"):
                unknown.append(text[i : i + n])
            i += n
    return ids[:length], unknown
