"""Measure what goes beyond one subject: python -m broadside_training.evaluate.scenes [--each N] [--write]

Counts ("three lemons"), relations ("a cat under an umbrella"), negative prompts and pictures in place of the subject's word, in English
and Chinese by turns, with subjects and seeds of their own. The judge looks at every place where a subject was asked for.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from .. import package
from ..corpus import backgrounds, palettes, prompts, styles, subjects, vocabulary
from ..corpus.paths import STARTER
from . import arrangement
from .diffusion import WORDS, Panel, card
from .pipeline import Package


def say(rng, language, role, index):
    choices = vocabulary.TOKENS[vocabulary.START[role] + index - 1][language]
    return choices[rng.integers(len(choices))]


def looks(rng, language):
    """Palette and background, so that the scene is a poster."""
    return [say(rng, language, "palette", int(rng.integers(len(palettes.NAMES)))), say(rng, language, "background", int(rng.integers(len(backgrounds.NAMES))))]


def read(maker, text):
    ids, unknown = maker.tokenize(text)
    assert not unknown, (text, unknown)
    return ids


def counts(maker, judge, each, seed=71_001):
    rng, places, wholes = np.random.default_rng(seed), [], []
    for number in (2, 3, 4, 5):
        for turn in range(each):
            language = ("en", "zh")[turn % 2]
            subject = int(rng.choice(subjects.TRAINED))
            many = {"en": f"{number} ", "zh": f"{number}个"}[language]
            ids = read(maker, ", ".join([many + say(rng, language, "subject", subject), *looks(rng, language)]))
            maker.scene = lambda place, number=number: [(0, one) for one in arrangement.group(place, number)]
            picture = maker.make(ids, seed + len(wholes))
            found = [judge.logits([picture], [[one]])["subject"].argmax().item() == subject for _, one in maker.drawn]
            places += found
            wholes.append(all(found))
    return {"countPlaces": np.mean(places), "countAll": np.mean(wholes)}


def relations(maker, judge, each, seed=72_001):
    rng, right = np.random.default_rng(seed), ([], [])
    for name in arrangement.POSES:
        for turn in range(each):
            language = ("en", "zh")[turn % 2]
            two = [int(s) for s in rng.choice(subjects.TRAINED, 2, replace=False)]
            words = vocabulary.RELATIONS[name][0 if language == "en" else 1].split(", ")
            a, b = (say(rng, language, "subject", s) for s in two)
            text = f"{a} {words[0]} {b}" if language == "en" else f"{a}在{b}{words[0]}"
            ids = read(maker, ", ".join([text, *looks(rng, language)]))
            maker.scene = lambda place, name=name: arrangement.pair(place, name)
            picture = maker.make(ids, seed + len(right[0]))
            for which, place in maker.drawn:
                right[which].append(judge.logits([picture], [[place]])["subject"].argmax().item() == two[which])
    return {"relationFigure": np.mean(right[0]), "relationLandmark": np.mean(right[1])}


def negatives(maker, judge, each, seed=73_001):
    """The prompt leaves a word open; the model chooses; then the negative prompt names what it chose."""
    rng, again = np.random.default_rng(seed), {}
    maker.scene = None
    for role, names in (("style", styles.NAMES), ("palette", palettes.NAMES)):
        again[role] = []
        for turn in range(each):
            language = ("en", "zh")[turn % 2]
            said = [say(rng, language, "subject", int(rng.choice(subjects.TRAINED))), say(rng, language, "background", int(rng.integers(len(backgrounds.NAMES))))]
            said.append(say(rng, language, "palette", int(rng.integers(len(palettes.NAMES)))) if role == "style" else say(rng, language, "style", int(rng.integers(len(styles.NAMES)))))
            ids = read(maker, ", ".join(said))
            seen = lambda **more: judge.logits([maker.make(ids, seed + turn, **more)], [maker.placements])[role].argmax().item()
            chosen = seen()
            again[role].append(seen(negative=read(maker, say(rng, language, role, chosen))) == chosen)
    return {"negativeStyle": np.mean(again["style"]), "negativePalette": np.mean(again["palette"])}


def straight(layer):
    """Premultiplied [S, S, 4] in 0…1 → straight RGBA uint8."""
    color = np.where(layer[..., 3:] > 0, layer[..., :3] / np.maximum(layer[..., 3:], 1e-3), 0)
    return (np.dstack([color, layer[..., 3]]).clip(0, 1) * 255 + 0.5).astype(np.uint8)


def sketch(subject):
    """A subject as somebody draws it in ink: lines on nothing."""
    layer = subjects.drawings("flat")[subject].astype(np.float32) / 255
    alpha = layer[..., 3]
    rim = np.clip(styles.dilate(alpha, 4) - np.clip((styles.uniform_filter(alpha, 3) - 0.86) * 8, 0, 1), 0, 1)
    return straight(styles.solid(np.float32([0.12, 0.12, 0.14]), np.maximum(rim, np.clip(styles.uniform_filter(styles.edges(layer), 3) * 3.4 - 0.3, 0, 1) * alpha)))


def mark(subject):
    """A subject as a logo of one colour."""
    return straight(styles.solid(np.float32([0.1, 0.45, 0.4]), subjects.drawings("contrast")[subject][..., 3].astype(np.float32) / 255))


def shown(maker, judge, each, seed=74_001):
    """A picture in place of the subject's word, of subjects that training never had; the sketch is a hand that it never had either."""
    rng, found = np.random.default_rng(seed), {}
    maker.scene = None
    for name, draw in (("referenceSketch", sketch), ("referenceMark", mark)):
        found[name] = []
        for turn in range(each):
            language, subject = ("en", "zh")[turn % 2], int(rng.choice(subjects.HELD_OUT))
            style = int(rng.choice([i for i, n in enumerate(styles.NAMES) if n not in styles.INK_STYLES]))
            ids = read(maker, ", ".join([say(rng, language, "style", style), *looks(rng, language)]))
            picture = maker.make(ids, seed + turn, drawing=draw(subject))
            found[name].append(judge.logits([picture], [maker.placements])["subject"].argmax().item() == subject)
    return {name: np.mean(values) for name, values in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, default=STARTER)
    parser.add_argument("--each", type=int, default=10, help="pictures of each count and each relation, and four times as many negatives")
    parser.add_argument("--write", action="store_true", help="add the numbers to model.json and the model card")
    args = parser.parse_args()
    torch.manual_seed(0)
    maker, judge = Package(args.package, threads=1), Panel()
    metrics = counts(maker, judge, args.each) | relations(maker, judge, args.each) | negatives(maker, judge, 4 * args.each) | shown(maker, judge, 4 * args.each)
    metrics = {name: round(float(value), 4) for name, value in metrics.items()}
    for name, value in metrics.items():
        print(f"{WORDS[name]:<80} {value}")
    print(json.dumps(metrics))
    if args.write:
        manifest = package.read_manifest(args.package)
        manifest["metrics"] |= metrics
        card(args.package, manifest)


if __name__ == "__main__":
    main()
