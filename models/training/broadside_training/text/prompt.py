"""The control format: a Jinja template over the brief's fields, the special tokens it uses, and the tokenizer."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import jinja2
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from .channels import CHANNELS
from .grammar import Brief
from .lexicon import FRAMEWORKS, LANGUAGES, category_list, lexicon

BOS, EOS, PAD = "<bos>", "<eos>", "<pad>"
LINE = "<line>"
VOCABULARY_SIZE = 4096

# A limit becomes one token: the largest step that is not over it. Few steps, so that each is well learned.
STEPS = {
    "words": (3, 4, 5, 6, 7, 8, 10, 12),
    "characters": (8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 36, 40, 48, 60, 70, 80, 100, 125, 150, 180, 220, 260),
    "width": (10, 12, 15, 18, 21, 24, 27, 30, 36, 42, 48, 54, 60, 72, 90, 108, 126),
}


def _steps(unit: str) -> str:
    """`{% if limit.max >= 12 %}12{% elif … %}…`: plain ifs, which every Jinja has."""
    clauses = [f"{'if' if i == 0 else 'elif'} limit.max >= {step} %}}{step}{{% " for i, step in enumerate(reversed(STEPS[unit]))]
    return "{% " + "".join(clauses) + f"else %}}{STEPS[unit][0]}{{% endif %}}"


def _limit_clause() -> str:
    units = [f"{'if' if i == 0 else 'elif'} limit.unit == '{unit}' %}}<{unit}:{_steps(unit)}>{{% " for i, unit in enumerate(STEPS)]
    return "{% if limit %}{% " + "".join(units) + "endif %}{% endif %}"


# An English name stands twice, without and with a space before it: the two spellings it has in a line,
# which are different tokens. The model then only ever copies.
TEMPLATE = (
    BOS
    + "<lang:{{ lang }}>"
    + "{% if channel %}<channel:{{ channel }}>{% endif %}"
    + _limit_clause()
    + "{% if framework %}<framework:{{ framework }}>{% endif %}"
    + "{% if tone %}<tone:{{ tone }}>{% endif %}"
    + "{% if category %}<category:{{ category }}>{% endif %}"
    + "{% if occasion %}<occasion:{{ occasion }}>{% endif %}"
    + "{% if audience %}<audience> {{ audience }}{% endif %}"
    + "{% if benefit %}<benefit> {{ benefit }}{% endif %}"
    + "{% if mustSay %}{% for phrase in mustSay %}<must> {{ phrase }}{% endfor %}{% endif %}"
    + "<product>{{ product }}{% if lang == 'en' %} {{ product }}{% endif %}"
    + LINE
)


def special_tokens() -> list[str]:
    return [
        PAD, BOS, EOS, LINE, "<product>", "<benefit>", "<audience>", "<must>",
        *[f"<lang:{x}>" for x in LANGUAGES],
        *[f"<channel:{x.id}>" for x in CHANNELS],
        *[f"<{unit}:{step}>" for unit, steps in STEPS.items() for step in steps],
        *[f"<framework:{x}>" for x in FRAMEWORKS],
        *[f"<tone:{x}>" for x in lexicon("en").tones],
        *[f"<category:{x.id}>" for x in category_list()],
        *[f"<occasion:{x}>" for x in lexicon("en").occasions],
    ]


@cache
def _template() -> jinja2.Template:
    return jinja2.Environment(autoescape=False).from_string(TEMPLATE)


def fields(brief: Brief) -> dict:
    """The brief as the studio gives it to the template."""
    return {
        "lang": brief.lang, "channel": brief.channel, "framework": brief.framework, "tone": brief.tone,
        "category": brief.category, "product": brief.product, "audience": brief.audience, "occasion": brief.occasion,
        "benefit": brief.benefit, "mustSay": brief.must,
        "limit": {"max": brief.limit.max, "unit": brief.limit.unit} if brief.limit else None,
    }


def render(brief: Brief) -> str:
    return _template().render(**fields(brief))


def train_tokenizer(texts: list[str], path: Path, seed: int = 0) -> Tokenizer:
    """Byte-level BPE: any name can be written. Han characters and digits stand alone, so a name is split the same
    way in the brief and in the line, whatever stands beside it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        # Not the Digits splitter: what counts as a digit there ("½") differs between runtimes.
        pre_tokenizers.Split(Regex(r"[0-9\u3400-\u4dbf\u4e00-\u9fff]"), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY_SIZE, special_tokens=special_tokens(), min_frequency=4,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    shuffled = list(texts)
    random.Random(seed).shuffle(shuffled)
    tokenizer.train_from_iterator(shuffled, trainer)
    tokenizer.save(str(path))
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))
