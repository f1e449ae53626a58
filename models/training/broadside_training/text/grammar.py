"""Writes one line of copy for a brief from the lexicon's patterns: slots, sub-grammars by channel, fit to the limit."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from .channels import BY_ID, Limit, fits
from .lexicon import Lexicon, has_mark, lexicon

SLOT = re.compile(r"\{(\w+)\}")
# The product stands aside while sentences get their capitals: its own spelling is never touched.
PRODUCT = "\ue000"

# What a framework is made of: (part, needed). Parts in capitals come from the tone, the others from frames.txt.
PLANS: dict[str, list[list[tuple[str, bool]]]] = {
    "free": [
        [("HOOK", True), ("SOLVE", True), ("say", False), ("desire", False), ("CLOSE", False)],
        [("say", False), ("SOLVE", True), ("desire", False), ("CLOSE", True)],
        [("interest", True), ("HOOK", False), ("desire", False), ("CLOSE", True)],
        [("HEAD", True), ("interest", True), ("desire", False), ("say", False)],
    ],
    "aida": [
        [("HOOK", True), ("say", False), ("interest", True), ("desire", False), ("CLOSE", True)],
        [("say", True), ("interest", True), ("desire", False), ("CLOSE", True)],
    ],
    "pas": [[("problem", True), ("agitate", False), ("SOLVE", True), ("say", False), ("CLOSE", False)]],
    "fab": [[("say", False), ("feature", True), ("advantage", True), ("benefit", False), ("CLOSE", True)],
            [("feature", True), ("advantage", False), ("benefit", True), ("SOLVE", True)]],
    "4u": [[("unique", True), ("useful", False), ("specific", True), ("say", False), ("CLOSE", True)],
           [("HOOK", True), ("unique", True), ("specific", False), ("useful", False), ("soon", True)]],
    "bab": [[("before", True), ("after", True), ("bridge", True), ("say", False), ("CLOSE", True)],
            [("before", True), ("SOLVE", True), ("after", True), ("CLOSE", False)]],
}


@dataclass
class Brief:
    """What the model is told. Everything but the product may be missing."""

    lang: str
    product: str
    channel: str = ""
    framework: str = ""
    tone: str = ""
    category: str = ""
    audience: str = ""
    occasion: str = ""
    benefit: str = ""
    must: list[str] = field(default_factory=list)
    limit: Limit | None = None


class Writer:
    """Fills patterns for one brief; remembers what it has used, so that a line does not repeat itself."""

    def __init__(self, brief: Brief, tone: str, rng: random.Random):
        self.brief, self.tone, self.rng = brief, tone, rng
        self.lex: Lexicon = lexicon(brief.lang)
        self.block = self.lex.categories[brief.category] if brief.category else self.lex.general
        self.voice = self.lex.tones[tone]
        self.zh = brief.lang == "zh"
        self.reset()

    def reset(self) -> None:
        self.used: set[str] = {self.brief.benefit}
        self.benefit_told = False

    # patterns and slots

    def fill(self, pattern: str) -> str:
        return SLOT.sub(lambda match: self._slot(match[1]), pattern)

    def usable(self, pattern: str) -> bool:
        slots = SLOT.findall(pattern)
        if "aud" in slots and not self.brief.audience:
            return False
        return not ("occ" in slots and not self.brief.occasion)

    def pick(self, patterns: list[str]) -> str:
        return self.fill(self.rng.choice([p for p in patterns if self.usable(p)]))

    def _slot(self, name: str) -> str:
        if name == "P":
            return PRODUCT
        if name == "dot":
            return "·"
        if name == "aud":
            return self.brief.audience
        if name == "occ":
            return self.rng.choice(self.lex.occasions[self.brief.occasion]["tag"])
        if name == "gain" and self.brief.benefit and not self.benefit_told:
            self.benefit_told = True
            return self.brief.benefit
        options = self.block[name]
        value = self.rng.choice([o for o in options if o not in self.used] or options)
        self.used.add(value)
        return value

    # sub-grammars by channel kind

    def head(self) -> str:
        patterns = self.voice["head"]
        line = self.pick(patterns)
        return self._with_extras(line)

    def note(self) -> str:
        return self._with_extras(self.pick(self.voice["note"] if self.zh else self.voice["head"]))

    def tag(self) -> str:
        return self.pick(self.voice["tag"])

    def cta(self) -> str:
        return self.pick(self.voice["cta"])

    def label(self) -> str:
        if self.rng.random() < 0.7 or self.brief.tone:
            return self._with_extras(self.pick(self.voice["head"]))
        return self.pick(self.lex.frames["label"])

    def path(self) -> str:
        occasion = self.lex.occasions[self.brief.occasion]["tag"] if self.brief.occasion else []
        if self.zh:
            return self.rng.choice([*self.block["thing"], *occasion,
                                    self.rng.choice(self.block["adj"]) + self.rng.choice(self.block["thing"])])
        words = [*self.block["thing"], *occasion, f"{self.rng.choice(self.block['adj'])} {self.rng.choice(self.block['thing'])}",
                 f"shop {self.rng.choice(self.block['thing'])}", f"new {self.rng.choice(self.block['thing'])}"]
        slug = re.sub(r"[^A-Za-z0-9]+", "-", self.rng.choice(words)).strip("-")
        return "-".join(part[:1].upper() + part[1:] for part in slug.split("-"))

    def shop(self) -> str:
        if self.zh:
            return re.sub(r" +", " ", self.pick(self.lex.frames["taobao"])).strip()
        parts = [PRODUCT, self.rng.choice(self.block["adj"]), self.rng.choice(self.block["thing"]), self.fill("{gain}")]
        if self.brief.occasion:
            parts.append(self.fill("{occ}"))
        if self.brief.audience:
            parts.append(f"for {self.brief.audience}")
        return " ".join(part if part == PRODUCT else _title(part) for part in parts)

    def body(self, limit: Limit) -> str:
        """A plan of the framework, its optional parts added one by one while they fit."""
        plan = self.rng.choice(PLANS[self.brief.framework or "free"])
        chosen: dict[float, str] = {i: self._part(name) for i, (name, needed) in enumerate(plan) if needed}
        extras: list[tuple[float, str]] = []
        text = " ".join(chosen.values())
        # What the brief asks for comes before what the plan would like to have.
        before_close = len(plan) - 1.5
        if self.brief.benefit and not self.benefit_told:
            extras.append((before_close, self._sentence(self.fill("{gain}"))))
        if self.brief.audience and self.brief.audience not in text:
            extras.append((self.rng.choice((0.5, before_close)), self.pick(self.lex.frames["audience"])))
        if self.brief.occasion and not any(name == "say" for name, needed in plan if needed):
            extras.append((self.rng.choice((-0.5, before_close)), self._part("say")))
        optional = [(i, self._part(name)) for i, (name, needed) in enumerate(plan) if not needed and name != "say"]
        self.rng.shuffle(optional)
        if self.rng.random() < 0.45:
            optional = optional[: self.rng.randint(0, 1)]
        musts = [self.fill(self.rng.choice(self.lex.frames["must"]).replace("{must}", must)) for must in self.brief.must]
        pieces = sorted(chosen.items())
        for position, sentence in [*extras, *optional]:
            trial = sorted([*pieces, (position, sentence)], key=lambda item: item[0])
            if fits(self._finish([s for _, s in trial] + musts), limit):
                pieces = trial
        sentences = [s for _, s in pieces if s]
        # A must-say stands before the closing line or at the very end.
        at = len(sentences) - 1 if len(sentences) > 1 and self.rng.random() < 0.6 else len(sentences)
        return self._join([*sentences[:at], *musts, *sentences[at:]])

    def _part(self, name: str) -> str:
        if name == "soon":
            return self.pick(self.lex.tones["urgent"]["close"])
        if name == "say":
            if not self.brief.occasion:
                return ""
            return self.pick(self.lex.occasions[self.brief.occasion]["say"])
        if name.isupper():
            return self._sentence(self.pick(self.voice[name.lower()]))
        return self._sentence(self.pick(self.lex.frames[name]))

    def _with_extras(self, line: str) -> str:
        """Adds what the brief asks for to a short line; whether it fits is seen later."""
        parts = [line]
        if self.brief.benefit and not self.benefit_told and self.rng.random() < 0.8:
            parts.append(self.fill("{gain}"))
        if self.brief.must and self.rng.random() < 0.8:
            parts.append(self.brief.must[0])
        elif self.brief.occasion and self.rng.random() < 0.75:
            occasion = self.lex.occasions[self.brief.occasion]
            if not self.zh and self.rng.random() < 0.3 and line[-1] not in ".!?":
                parts[0] = f"{line}, {self.rng.choice(occasion['at'])}"
            else:
                tag = self.rng.choice(occasion["tag"])
                # In English a season at the end ("Go, Mori, go! Winter") reads like a slip.
                if not self.zh or self.rng.random() < 0.5:
                    parts[0] = f"{tag}｜{line}" if self.zh else f"{tag}: {line}"
                else:
                    parts.append(tag)
        elif self.brief.audience and self.rng.random() < 0.75:
            parts.append(f"给{self.brief.audience}" if self.zh else f"for {self.brief.audience}")
        if len(parts) == 1:
            return parts[0]
        if self.zh:
            return self.rng.choice("｜，").join(parts)
        return ". ".join(part.rstrip(".") if not part.endswith(("!", "?")) else part for part in parts).replace("!.", "!").replace("?.", "?")

    # putting sentences together

    def _sentence(self, text: str) -> str:
        if not text or text[-1] in ".!?。！？…":
            return text
        return text + ("。" if self.zh else ".")

    def _join(self, sentences: list[str]) -> str:
        return ("" if self.zh else " ").join(s for s in sentences if s)

    def _finish(self, sentences: list[str]) -> str:
        return polish(self._join(sentences), self.brief.product, self.zh)


def write(brief: Brief, tone: str, rng: random.Random, limit: Limit, tries: int = 24) -> str | None:
    """A line that fits the limit, names the product where the channel asks for it and carries the tone's mark."""
    channel = BY_ID[brief.channel]
    writer = Writer(brief, tone, rng)
    fallback = None
    for _ in range(tries):
        writer.reset()
        raw = writer.body(limit) if channel.kind == "body" else getattr(writer, channel.kind)()
        text = polish(raw, brief.product, writer.zh, capitals=channel.kind not in ("path", "shop"))
        if not fits(text, limit) or not text:
            continue
        if channel.named and PRODUCT not in raw:
            continue
        if channel.toned and brief.tone and not has_mark(brief.lang, brief.tone, raw.replace(PRODUCT, " ")):
            continue
        if _told(brief, raw, channel.kind):
            return text
        fallback = fallback or text
    return fallback


def _told(brief: Brief, raw: str, kind: str) -> bool:
    """Whether the line says what the brief insists on. Calls to action and paths are too short to ask it of."""
    if kind in ("cta", "path", "tag"):
        return True
    low = raw.casefold()
    needed = [*brief.must, *([brief.benefit] if brief.benefit else [])]
    return all(text.casefold() in low for text in needed)


def polish(raw: str, product: str, zh: bool, capitals: bool = True) -> str:
    """Capitals at the start of sentences, single spaces, no doubled stops; then the product, exactly as given."""
    text = re.sub(r"\s+", " ", raw).strip()
    if zh:
        text = re.sub(r"([。！？])[。，]", r"\1", text)
        # A space between Latin or digits and Chinese is a typesetter's job; copy is written without.
    else:
        text = re.sub(r"([!?.])\.", r"\1", text)
        if capitals:
            text = re.sub(r"(^|[.!?] )([a-z])", lambda m: m[1] + m[2].upper(), text)
        # "Discover the The Open Line collection": the name brings its own article.
        if product.startswith("The "):
            text = re.sub(rf"\b[Tt]he {PRODUCT}", PRODUCT, text)
        # A name that ends in a stop ("Fox Co.") does not get a second one.
        if product.endswith("."):
            text = text.replace(PRODUCT + ".", PRODUCT)
    return text.replace(PRODUCT, product)


def _title(text: str) -> str:
    return " ".join(word if word in ("and", "of", "in", "the", "for", "a", "an", "with", "to") else word[:1].upper() + word[1:]
                    for word in text.split())
