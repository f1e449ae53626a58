"""The words of the model: one token per meaning, English and Chinese sharing it. Written into the package as vocabulary.json."""
from . import backgrounds, layouts, palettes, structures, styles, subjects
from .compose import FINISH_NAMES, Spec

PAD = 0
LENGTH = 16
IGNORE = {
    "en": "a an the on of with and in at to for background backgrounds poster illustration picture image style colours colors color colour palette".split(),
    "zh": "的 在 上 和 与 一只 一个 一杯 一朵 一条 一张 一座 一碗 一块 一瓶 一辆 一颗 一把 一片 一幅 背景 风格 风 色调 配色 海报 插画 图案".split(),
}
IRREGULAR = {"mango": "mangoes", "tomato": "tomatoes", "wolf": "wolves", "cherry": "cherries", "fish": "fish", "sheep": "sheep", "cactus": "cacti", "maple leaf": "maple leaves", "loaf": "loaves"}

# Words that tell the model nothing: the reference drawing says them (the studio's arrangement.ts). Their id is the padding's.
MEASURES = "只 个 颗 朵 条 匹 头 杯 瓶 把 辆 艘 架 棵 片 串 盒 块 座 张 枚 根 支 件 碗".split()
COUNTS = {"2": ("two, 2, a pair of, a couple of", "两 2"), "3": ("three, 3", "三 3"), "4": ("four, 4", "四 4"), "5": ("five, 5", "五 5")}
RELATIONS = {
    "under": ("under, below, beneath, underneath", "下, 下面, 底下, 之下"),
    "on": ("on, on top of, atop", "上, 上面, 之上"),
    "above": ("above, over", "上空"),
    "beside": ("beside, next to", "旁, 旁边, 边上"),
    "before": ("in front of", "前面, 面前"),
    "behind": ("behind", "后面, 身后, 背后"),
    "in": ("in, inside", "里, 里面, 之中"),
}


def plural(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith("s") and not word.endswith("ss"):
        return word
    if word.endswith(("s", "sh", "ch", "x", "z")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def _split(words: str) -> list[str]:
    return [w.strip() for w in words.split(",")]


def _build():
    tokens, start = [], {}

    def add(role, name, en, zh, **more):
        start.setdefault(role, len(tokens) + 1)
        tokens.append({"id": len(tokens) + 1, "role": role, "name": name, "en": en, "zh": [w.lower() for w in zh], **more})

    for name, (_, _, en, zh) in styles.STYLES.items():
        offset = structures.style_offset(name)
        add("style", name, _split(en), _split(zh), **({"referenceOffset": offset} if offset else {}))
    for name, (_, en, zh) in palettes.PALETTES.items():
        add("palette", name, _split(en), _split(zh), colors=palettes.hexes(name))
    for name, (_, en, zh) in backgrounds.BACKGROUNDS.items():
        found = structures.references(name)
        add("background", name, _split(en), _split(zh), **({"references": found} if found else {}))
    for name, (_, en, zh) in layouts.LAYOUTS.items():
        add("layout", name, _split(en), _split(zh))
    for name, (en, zh) in styles.FINISHES.items():
        add("finish", name, _split(en), _split(zh))
    taken = {w for t in tokens for w in t["en"]}
    named = {w for words in subjects.ENGLISH for w in words}
    for i in range(subjects.COUNT):
        en = list(subjects.ENGLISH[i])
        for word in list(en):
            more = plural(word)
            if more not in taken and more not in named and more not in en:
                en.append(more)
        add("subject", subjects.ENGLISH[i][0], en, subjects.CHINESE[i], reference=i)
    silent = []
    for name, (en, zh) in COUNTS.items():
        counted = [number + measure for number in zh.split() for measure in MEASURES]
        silent.append({"id": PAD, "role": "count", "name": name, "en": _split(en), "zh": counted})
    for name, (en, zh) in RELATIONS.items():
        silent.append({"id": PAD, "role": "relation", "name": name, "en": _split(en), "zh": []})
        silent.append({"id": PAD, "role": "relation", "name": name, "en": [], "zh": _split(zh), "postposed": True})
    for language in ("en", "zh"):
        seen = {}
        for token in tokens + silent:
            for word in token[language]:
                assert word not in seen, f"{word!r} means both {seen[word]} and {token['name']}"
                seen[word] = token["name"]
    return tokens, silent, start


TOKENS, SILENT, START = _build()
SIZE = len(TOKENS) + 1


def ids(spec: Spec) -> list[int]:
    """Token ids of every word of a picture. The default layout has a word too, but nobody needs to say it."""
    found = []
    for role, index in (("subject", spec.subject), ("style", spec.style), ("palette", spec.palette), ("background", spec.background), ("layout", spec.layout), ("finish", spec.finish)):
        found.append(START[role] + index if index >= 0 else PAD)
    return found  # always six, in this order; PAD where there is none


def manifest() -> dict:
    return {"pad": PAD, "tokens": TOKENS + SILENT, "ignore": IGNORE}
