"""config.vocabulary: what the studio needs to turn a writer's own words into the fields that the model knows."""

from __future__ import annotations

from .channels import CHANNELS, Limit
from .lexicon import LANGUAGES, category_list, lexicon

FRAMEWORK_NAMES = {
    "free": ("Free", "自由", ["free", "none"], ["自由", "不限"]),
    "aida": ("AIDA", "AIDA", ["aida", "attention interest desire action"], ["AIDA", "注意兴趣欲望行动"]),
    "pas": ("PAS", "PAS", ["pas", "problem agitate solve"], ["PAS", "问题激化解决", "痛点"]),
    "fab": ("FAB", "FAB", ["fab", "features advantages benefits"], ["FAB", "特点优势好处"]),
    "4u": ("4U", "4U", ["4u", "useful unique urgent ultra-specific"], ["4U"]),
    "bab": ("Before–after–bridge", "前后桥", ["bab", "before after bridge"], ["前后桥", "前后对比"]),
}


def vocabulary() -> dict:
    en, zh = lexicon("en"), lexicon("zh")
    return {
        "languages": list(LANGUAGES),
        "channels": [
            {"id": c.id, "name": c.name, "limit": {lang: _limit(c.limit[lang]) for lang in LANGUAGES}, "namesProduct": c.named}
            for c in CHANNELS
        ],
        "frameworks": [
            {"id": id, "name": {"en": name_en, "zh": name_zh}, "words": {"en": words_en, "zh": words_zh}}
            for id, (name_en, name_zh, words_en, words_zh) in FRAMEWORK_NAMES.items()
        ],
        "tones": [_entry(id, id.capitalize(), zh.tones[id]["words"][0], en.tones[id]["words"], zh.tones[id]["words"]) for id in en.tones],
        "occasions": [
            _entry(id, id.replace("-", " ").capitalize(), zh.occasions[id]["words"][0], en.occasions[id]["words"], zh.occasions[id]["words"])
            for id in en.occasions
        ],
        # Audiences are told to the model as words, so any will do; these are the ones it has read about.
        "audiences": [
            {"lang": lex.language, "phrase": phrase, "words": words}
            for lex in (en, zh) for phrase, words in lex.audiences.items()
        ],
        "categories": [_entry(c.id, c.name["en"], c.name["zh"], c.words["en"], c.words["zh"]) for c in category_list()],
    }


def _entry(id: str, name_en: str, name_zh: str, words_en: list[str], words_zh: list[str]) -> dict:
    return {"id": id, "name": {"en": name_en, "zh": name_zh}, "words": {"en": words_en, "zh": words_zh}}


def _limit(limit: Limit) -> dict:
    return {"max": limit.max, "unit": limit.unit}
