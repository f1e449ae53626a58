"""Measure the shipped poster-diffusion package: python -m broadside_training.evaluate.diffusion [--pictures N] [--write]

Prompts are drawn with their own seed, half English, half Chinese, typed out, tokenized, and made with ONNX Runtime from the
files of the package. The judge (trained on other pictures) says what it sees. With --write the numbers go into model.json
and the model card, and a contact sheet is drawn.
"""
import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch

from .. import package
from ..corpus import backgrounds, compose, layouts, palettes, prompts, styles, subjects
from ..corpus.paths import CACHE, STARTER
from ..diffusion import train_autoencoder
from ..diffusion.encode import load_autoencoder
from ..judge.model import HEADS, ROLES, SIZES, Reader, look, shrink
from . import measures, samplers
from .pipeline import Package

WORDS = {
    "pictures": "pictures judged",
    "subjectTop1": "subject right (judge top-1), subjects trained on",
    "subjectTop5": "subject in the judge's top 5, subjects trained on",
    "subjectTop1Unseen": "subject right (judge top-1), subjects known from their reference drawing alone",
    "style": "style right",
    "palette": "palette right",
    "background": "background right",
    "layout": "layout right",
    "seedDifference": "mean RMS difference of two seeds of one prompt, 0…1",
    "seedFeatureDistance": "distance of two seeds of one prompt in judge features, relative to two prompts",
    "corpusIs": "corpus-IS: inception score over the judge's subjects",
    "corpusFid": "corpus-FID against 600 fresh corpus pictures, over the judge's features of whole pictures",
    "corpusKid": "corpus-KID, the same features",
    "corpusPrecision": "precision: made pictures within the corpus (k = 5)",
    "corpusRecall": "recall: corpus pictures within what is made",
    "corpusFidReal": "corpus-FID of 160 other corpus pictures, for comparison",
    "secondsPerImage": "seconds per 256×256 picture, 2 CPU threads of a machine busy with other work, default steps with guidance",
    "autoencoderPsnr": "autoencoder on held-out pictures, dB",
    "judgeSubject": "the judge itself on clean held-out corpus pictures: subject",
    "judgeStyle": "the judge itself: style",
    "judgePalette": "the judge itself: palette",
    "judgeBackground": "the judge itself: background",
    # evaluate.scenes
    "countPlaces": "counts of two to five: subject right at its place",
    "countAll": "counts of two to five: right at all places",
    "relationFigure": "relations of two: figure right",
    "relationLandmark": "relations of two: landmark right",
    "negativeStyle": "a style that was seen, seen again after the negative prompt named it",
    "negativePalette": "a palette that was seen, seen again after the negative prompt named it",
    "referenceSketch": "an ink sketch in place of the subject's word, subjects never trained on: subject right",
    "referenceMark": "a mark of one colour in place of the subject's word, subjects never trained on: subject right",
}
MATERIAL = """Subjects are drawings of Fluent Emoji (flat, colour and high contrast; MIT, Microsoft) and Noto Emoji (Apache-2.0, Google).
Backgrounds, palettes, layouts, styles and finishes are drawn by our own code (`models/training/broadside_training/corpus`).
The denoiser saw 14,000 of these pictures; their background structures came in after 2,178 steps, for a while on 6,000 of them.
From step 5,531 on, styles and backgrounds that were not read yet came twice as often. From step 9,475 on, glossy and stencil pictures
mostly had a reference in their own drawing set; from step 10,625 on they were 14,000 fresh ones, with watercolor and neon. From step
14,069 on duotone and watercolor came three times as often as most, cartoon two and a half times, riso twice, flat and glossy one and a half.
The decoder learned from 4,500 latents that the denoiser of step 14,069 itself had made of known pictures (`diffusion.refine_decoder`).
Captions come from the same choices. Chinese names follow Unicode CLDR (Unicode License v3) with our corrections."""
LIMITS = """- Subjects and backgrounds are conditioned on a bank of drawings (`references.rgba.gz`: one clean drawing per subject, one more
  for glossy and one for stencil, eight patterns in greys per background). Shape and place come from the drawing; the model draws style, colours, shadow and
  composition. Without a reference a subject word alone gives only a rough shape, a background word hardly a pattern.
- It knows a vocabulary (`vocabulary.json`), not language: unknown words are reported and change nothing.
- It was trained on one subject per picture. Counts of two to five and two subjects that stand to each other (under, on, above, beside,
  in front of, behind, in) are said by the reference drawing alone. No people, no lettering.
- Style is below its bar of 90 %: 85.8 % of 13 styles. Attempts: 175 minutes of training 61.7 %; 110 more, in which glossy, duotone, riso and
  mosaic were drawn twice as often, 60.8 %; guidance 3 above half of the noise 62.5 %, 4 above 0.6 of it 60.0 % (all of 11 styles);
  97 more minutes, with references in the drawing sets of glossy and stencil and fresh pictures, 79.2 %; the same with the refined decoder
  82.5 %; 83 more with the weakest words three times as often, 85.8 % (watercolor 62 to 85, cartoon 67 to 89); with guidance 3 or 3.5 then
  84.2 %. Line art, stencil, halftone, engraving, mosaic and neon are at 100 %; duotone (33 %), glossy (69 %) and riso (75 %) pull the mean
  down. The judge reads 95 % of clean pictures.
- A negative prompt is compared with the reference in sight. Without it (as before) a style that it named was seen again in 70 % of pictures,
  with a third branch for the negative words at strength 1 and 2 in 38 and 18 %; as it is, in 5 %, at no cost and a little softer.
- Four steps (`--fast`: DPM++ 2M) against the twelve of the default: subject 98.3 and 97.5 %, style 84.2 and 85.8, palette 95.8 and 95.8,
  background 75.8 and 76.7, layout 91.7 and 90.8, corpus-FID 1.31 and 1.09.
- The refined decoder against the one before, same latents of step 14,069: style 82.5 and 79.2 %, background 77.5 and 75.0, corpus-FID 1.09
  and 1.26; unseen subjects 97.5 and 100 %.
- Trained on one shared CPU thread for about seven hours and three quarters (and 26 minutes for the autoencoder, 32 for its decoder): small subjects (repeat
  patterns, rows) lose detail, thin lines wobble, and fine repeats (engraving, halftone) are uneven.
- Weak words: `duotone` often comes out as one ink, and `glossy` flat on simple shapes; sprigs and confetti
  are loose textures rather than clean patterns. Straight edges are drawn as by hand.
- Trained at 256×256 only; other sizes work but compose less well."""


def draw_prompts(count, seed, among):
    """Random choices of words: subject, style, palette and background always, layout and finish sometimes."""
    rng = np.random.default_rng(seed)
    out = []
    for i in range(count):
        layout = int(rng.integers(1, len(layouts.NAMES))) if rng.random() < 0.4 else -1
        prompt = {"subject": int(among[rng.integers(len(among))]), "style": int(rng.integers(len(styles.NAMES))), "palette": int(rng.integers(len(palettes.NAMES))), "background": int(rng.integers(len(backgrounds.NAMES))), "layout": layout}
        out.append((prompt, prompts.write(rng, prompt, "en" if i % 2 == 0 else "zh")))
    return out


class Panel:
    """The judge's classifiers, and how well they do on clean pictures of the corpus that they never saw."""

    def __init__(self):
        self.readers, self.accuracy = {}, {}
        for name in HEADS:
            state = torch.load(CACHE / "judge-train" / f"{name}.pt", map_location="cpu", weights_only=True)
            self.readers[name] = Reader(name).eval().requires_grad_(False)
            self.readers[name].load_state_dict(state["ema"]["model"])
            self.accuracy |= state["accuracy"]

    def logits(self, pictures, placements):
        out = self.readers["scene"](seen(pictures))
        for name in ("subject", "style"):
            crops = np.stack([look(p, places, SIZES[name]) for p, places in zip(pictures, placements)])
            out |= self.readers[name](torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 127.5 - 1)
        return out


def seen(pictures):
    """uint8 [N, 256, 256, 3] → what the judge sees of whole pictures."""
    return shrink(np.stack(pictures)).float() / 127.5 - 1


def made(maker, folder, asked, first_seed, options):
    """Pictures and placements for prompts, kept in the cache by package, seed and options, so that making and judging can be two runs."""
    files = json.loads((folder / "model.json").read_text())["files"]
    graphs = {name: files[name]["sha256"] for name in files if name.endswith((".onnx", ".gz"))}
    key = hashlib.sha256(json.dumps([graphs, maker.config["defaults"], asked, first_seed, options], sort_keys=True).encode()).hexdigest()[:16]
    path = CACHE / "evaluation" / f"{key}.npz"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        pictures, placements = [], []
        for i, (_, text) in enumerate(asked):
            ids, unknown = prompts.tokenize(text)
            assert not unknown, (text, unknown)
            pictures.append(maker.make(ids, first_seed + i, **options))
            placements.append(maker.placements)
        np.savez_compressed(path, pictures=np.stack(pictures), placements=json.dumps(placements))
    kept = np.load(path)
    return kept["pictures"], json.loads(str(kept["placements"]))


def score(judge, asked, pictures, placements):
    """Share of pictures in which the judge sees each word of the prompt."""
    logits = judge.logits(pictures, placements)
    hits = {}
    for name in ROLES:
        wanted = torch.tensor([max(p.get(name, -1), 0) if name == "layout" else p[name] for p, _ in asked])
        right = logits[name].argmax(1) == wanted
        hits[name] = right.float().mean().item()
        if name == "style":
            hits["byStyle"] = {s: right[wanted == k].float().mean().item() for k, s in enumerate(styles.NAMES) if (wanted == k).any()}
        if name == "background":
            hits["byBackground"] = {s: right[wanted == k].float().mean().item() for k, s in enumerate(backgrounds.NAMES) if (wanted == k).any()}
        if name == "subject":
            hits["top5"] = (logits[name].topk(5).indices == wanted[:, None]).any(1).float().mean().item()
            style = torch.tensor([p["style"] for p, _ in asked])
            hits["subjectByStyle"] = {s: right[style == k].float().mean().item() for k, s in enumerate(styles.NAMES) if (style == k).any()}
    return hits


def seeds_differ(judge, first, second):
    """(RMS difference of pixels between seeds, feature distance between seeds over that between prompts)."""
    rms = np.sqrt(((first.astype(np.float32) - second) ** 2).mean((1, 2, 3))).mean() / 255
    fa, fb = judge.readers["scene"].features(seen(first)), judge.readers["scene"].features(seen(second))
    return float(rms), float((fa - fb).norm(dim=1).mean() / (fa - fb.roll(1, 0)).norm(dim=1).mean())


def features(judge, pictures):
    """uint8 [n, 256, 256, 3] → [n, 192]: the scene judge's last layer, averaged over the picture."""
    return judge.readers["scene"].body(seen(pictures)).mean((2, 3)).double().numpy()


def against_corpus(judge, pictures, placements, count=600, seed=515_151):
    """What sets of pictures are compared by (measures.py), against corpus pictures of a seed that nothing trained on."""
    rng = np.random.default_rng(seed)
    drawn = features(judge, [compose.render(compose.sample_spec(rng))[0] for _ in range(count)])
    others = features(judge, [compose.render(compose.sample_spec(rng))[0] for _ in range(len(pictures))])
    ours = features(judge, pictures)
    precision, recall = measures.precision_recall(drawn, ours)
    subjects_seen = judge.logits(pictures, placements)["subject"].double().softmax(1).numpy()
    return {
        "corpusIs": measures.inception_score(subjects_seen, 1),
        "corpusFid": measures.frechet_distance(drawn, ours),
        "corpusKid": measures.kernel_distance(drawn, ours),
        "corpusPrecision": precision,
        "corpusRecall": recall,
        "corpusFidReal": measures.frechet_distance(drawn, others),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, default=STARTER)
    parser.add_argument("--pictures", type=int, default=120)
    parser.add_argument("--seed", type=int, default=4242)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--sampler", choices=tuple(samplers.SAMPLERS))
    parser.add_argument("--shift", type=float, help="flow shift")
    parser.add_argument("--above", type=float, help="noise level down to which guidance is used")
    parser.add_argument("--keep-reference", type=int, choices=(0, 1))
    parser.add_argument("--make-only", action="store_true", help="make the pictures and judge them in a later run")
    parser.add_argument("--threads", type=int, default=1, help="for the pictures; the time is always measured with two")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    torch.manual_seed(0)
    maker = Package(args.package, threads=args.threads)
    further = {name: value for name in ("above", "sampler", "shift") if (value := getattr(args, name)) is not None}
    options = {"steps": args.steps, "guidance": args.guidance, **further, "keep_reference": None if args.keep_reference is None else bool(args.keep_reference)}
    asked = draw_prompts(args.pictures, args.seed, subjects.TRAINED)
    strange = draw_prompts(max(args.pictures // 3, 24), args.seed + 1, subjects.HELD_OUT)
    pictures, places = made(maker, args.package, asked, 1_000_000, options)
    strange_pictures, strange_places = made(maker, args.package, strange, 2_000_000, options)
    again, _ = made(maker, args.package, asked[:24], 3_000_000, options)
    if args.make_only:
        return
    judge = Panel()
    known = score(judge, asked, pictures, places)
    unseen = score(judge, strange, strange_pictures, strange_places)
    rms, features = seeds_differ(judge, pictures[:24], again)
    ids = prompts.tokenize(asked[0][1])[0]
    times, maker = [], Package(args.package, threads=2)
    for i in range(5):
        started = time.perf_counter()
        maker.make(ids, i, **options)
        times.append(time.perf_counter() - started)
    metrics = {
        "pictures": len(asked),
        "subjectTop1": known["subject"],
        "subjectTop5": known["top5"],
        "subjectTop1Unseen": unseen["subject"],
        "style": known["style"],
        "palette": known["palette"],
        "background": known["background"],
        "layout": known["layout"],
        "seedDifference": rms,
        "seedFeatureDistance": features,
        **against_corpus(judge, np.concatenate([pictures, strange_pictures]), [*places, *strange_places]),
        "secondsPerImage": float(np.median(times)),
        "autoencoderPsnr": train_autoencoder.evaluate(load_autoencoder(refined=True), train_autoencoder.open_pictures("ae")[0], torch.device("cpu"))[0],
        "judgeSubject": judge.accuracy["subject"],
        "judgeStyle": judge.accuracy["style"],
        "judgePalette": judge.accuracy["palette"],
        "judgeBackground": judge.accuracy["background"],
    }
    metrics = {k: round(v, 4) for k, v in metrics.items()}
    for name, value in metrics.items():
        print(f"{WORDS[name]:<85} {value}")
    print(json.dumps(metrics))
    print(json.dumps({k: {n: round(v, 2) for n, v in known[k].items()} for k in ("byStyle", "subjectByStyle", "byBackground")}))
    if args.write:
        write(args.package, metrics, pictures, strange_pictures)


def write(folder, metrics, pictures, strange):
    package.contact_sheet(folder / "contact-sheet.webp", np.concatenate([pictures[:48], strange[:16]]), columns=8)
    manifest = package.read_manifest(folder)
    # What evaluate.scenes added is of these weights only as long as they stay.
    manifest["metrics"] = metrics
    card(folder, manifest)


def card(folder, manifest):
    manifest["metrics"] = {name: manifest["metrics"][name] for name in WORDS if name in manifest["metrics"]}
    package.write_card(
        folder,
        manifest,
        material=MATERIAL,
        limits=LIMITS,
        commands={"train": "python -m broadside_training.diffusion.train --budget MINUTES --device cpu", "evaluate": "python -m broadside_training.evaluate.diffusion --write"},
        use="Try `a fox on a teal sunburst, paper cut` or `天蓝色波浪背景上的鲸鱼, 孔版印刷`. The last two rows of the sheet are subjects that were never trained on; all of it is the first seed, nothing picked.",
        metric_words=WORDS,
    )
    package.write_package(folder, manifest)


if __name__ == "__main__":
    main()
