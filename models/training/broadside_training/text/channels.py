"""Channels and how they count, as the studio's own list does (src-shared/copy/channels.ts and count.ts)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    max: int
    unit: str                                # characters | words | width


@dataclass(frozen=True)
class Channel:
    id: str
    name: dict[str, str]
    limit: dict[str, Limit]
    kind: str                                # which sub-grammar writes it: see grammar.py
    named: bool                              # a line here always names the product
    toned: bool                              # a line here carries its tone's mark


def _c(id, en, zh, limit_en, limit_zh, kind, named=True, toned=True) -> Channel:
    return Channel(id, {"en": en, "zh": zh}, {"en": Limit(*limit_en), "zh": Limit(*limit_zh)}, kind, named, toned)


CHANNELS = (
    _c("google-rsa-headline", "Google search headline", "谷歌搜索广告标题", (30, "width"), (30, "width"), "head"),
    _c("google-rsa-description", "Google search description", "谷歌搜索广告描述", (90, "width"), (90, "width"), "body"),
    _c("google-rsa-path", "Google search path", "谷歌搜索广告路径", (15, "width"), (15, "width"), "path", False, False),
    _c("meta-primary", "Meta primary text", "Meta 正文", (125, "characters"), (125, "characters"), "body"),
    _c("meta-headline", "Meta headline", "Meta 标题", (40, "characters"), (40, "characters"), "head"),
    _c("meta-description", "Meta description", "Meta 描述", (30, "characters"), (30, "characters"), "head", False),
    _c("poster-headline", "Poster headline", "海报标题", (6, "words"), (12, "characters"), "head", False),
    _c("tagline", "Tagline", "广告语", (8, "words"), (16, "characters"), "tag"),
    _c("call-to-action", "Call to action", "行动号召", (4, "words"), (8, "characters"), "cta", False),
    _c("packaging-label", "Packaging label", "包装标签", (40, "characters"), (20, "characters"), "label"),
    _c("packaging-blurb", "Packaging blurb", "包装文案", (220, "characters"), (100, "characters"), "body"),
    _c("xiaohongshu-title", "Xiaohongshu title", "小红书标题", (20, "characters"), (20, "characters"), "note"),
    _c("taobao-title", "Taobao title", "淘宝标题", (60, "width"), (60, "width"), "shop", True, False),
)

BY_ID = {channel.id: channel for channel in CHANNELS}

_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def count(text: str, unit: str) -> int:
    if unit == "characters":
        return len(text)
    if unit == "width":
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    han = len(_HAN.findall(text))
    return han + sum(1 for run in _HAN.sub(" ", text).split() if any(c.isalnum() for c in run))


def fits(text: str, limit: Limit) -> bool:
    return count(text, limit.unit) <= limit.max


def shows_language(text: str, language: str, product: str) -> bool:
    """Whether a line is in the language asked for, the product's own name aside."""
    han = bool(_HAN.search(text.replace(product, "")))
    return han if language == "zh" else not han
