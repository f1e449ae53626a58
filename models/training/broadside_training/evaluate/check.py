"""Holds our measures against other people's implementations: python -m broadside_training.evaluate.check

Needs torch-fidelity, prdc, sacrebleu and rouge-score (pip), which nothing else here does. Every pair must agree to 1e-3.
"""
import json
import random
from pathlib import Path

import numpy as np
import torch

from . import copy_measures as copy
from . import measures, samplers

GOLDENS = Path(__file__).resolve().parents[4] / "src-main" / "engine" / "samplers" / "goldens.json"
WORDS = "sun sip the day bright citrus peel slow cold brew hello night made with love for your from leaf to cup".split()


def pictures(rng):
    from prdc import compute_prdc
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_isc import isc_features_to_metric
    from torch_fidelity.metric_kid import kernel_poly, mmd2

    real = rng.standard_normal((300, 48)) @ rng.standard_normal((48, 48)) * 0.3
    made = rng.standard_normal((300, 48)) @ rng.standard_normal((48, 48)) * 0.25 + 0.4
    theirs = fid_statistics_to_metric(fid_features_to_statistics(torch.from_numpy(real)), fid_features_to_statistics(torch.from_numpy(made)), verbose=False)
    yield "FID", measures.frechet_distance(real, made), theirs["frechet_inception_distance"]
    k = lambda a, b: kernel_poly(a, b, kid_kernel_poly_degree=3, kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1)
    yield "KID", measures.kernel_distance(real, made), float(mmd2(k(real, real), k(real, made), k(made, made)))
    logits = rng.standard_normal((300, 20)) * 2
    probabilities = torch.softmax(torch.from_numpy(logits), 1).numpy()
    theirs = isc_features_to_metric(torch.from_numpy(logits), splits=10, shuffle=False)
    yield "IS", measures.inception_score(probabilities, 10), theirs["inception_score_mean"]
    theirs = compute_prdc(real, made, 5)
    precision, recall = measures.precision_recall(real, made, 5)
    yield "precision", precision, theirs["precision"]
    yield "recall", recall, theirs["recall"]


def lines(rng):
    import sacrebleu
    from rouge_score.rouge_scorer import RougeScorer

    made = [[rng.choice(WORDS) for _ in range(rng.randint(4, 9))] for _ in range(40)]
    meant = [[w if rng.random() < 0.7 else rng.choice(WORDS) for w in line][: rng.randint(4, 9)] for line in made]
    other = [[w if rng.random() < 0.5 else rng.choice(WORDS) for w in line] for line in made]
    said = lambda all_lines: [" ".join(line) for line in all_lines]
    theirs = sacrebleu.corpus_bleu(said(made), [said(meant), said(other)], tokenize="none", smooth_method="exp").score
    yield "BLEU", copy.bleu(made, [list(pair) for pair in zip(meant, other)]), theirs
    few = made[:12]
    theirs = [sacrebleu.sentence_bleu(" ".join(line), said(few[:i] + few[i + 1 :]), tokenize="none", smooth_method="exp", use_effective_order=False).score for i, line in enumerate(few)]
    yield "self-BLEU", copy.self_bleu(few), float(np.mean(theirs))
    scorer = RougeScorer(["rougeL"])
    theirs = [scorer.score(" ".join(b), " ".join(a))["rougeL"].fmeasure for a, b in zip(made, meant)]
    yield "ROUGE-L", float(np.mean([copy.rouge_l(a, b) for a, b in zip(made, meant)])), float(np.mean(theirs))
    pairs = [pair for line in made for pair in zip(line, line[1:])]
    yield "distinct-2", copy.distinct(made, 2), len(set(pairs)) / len(pairs)
    logits, targets = torch.randn(50, 30, generator=torch.Generator().manual_seed(1)), torch.arange(50) % 30
    chosen = torch.log_softmax(logits.double(), 1).gather(1, targets[:, None]).sum().item()
    yield "perplexity", copy.perplexity(chosen, 50), torch.nn.functional.cross_entropy(logits.double(), targets).exp().item()


def steps():
    """The studio's goldens: what diffusers computes for a toy denoiser."""
    goldens = json.loads(GOLDENS.read_text(encoding="utf-8"))
    x, toy = np.array(goldens["x"]), lambda x, sigma: np.tanh(x / (1 + sigma))
    yield "flow", samplers.flow(6, 3), np.array(goldens["schedules"]["flow 3"])
    yield "euler", samplers.euler(toy, x, samplers.flow(6, 3)), np.array(goldens["samplers"]["flow euler"])
    yield "dpmpp-2m", samplers.dpmpp2m(toy, x, np.array(goldens["flowSigmas"])), np.array(goldens["samplers"]["flow dpmpp-2m"])


def main():
    worst = 0.0
    for name, ours, theirs in [*pictures(np.random.default_rng(7)), *lines(random.Random(7))]:
        worst = max(worst, abs(ours - theirs) / max(1.0, abs(theirs)))
        print(f"{name:<12} {ours:.6f} {theirs:.6f}")
    for name, ours, theirs in steps():
        worst = max(worst, float(np.abs(ours - theirs).max()))
        print(f"{name:<12} differs by {np.abs(ours - theirs).max():.1e}")
    assert worst < 1e-3, worst
    print(f"largest difference {worst:.1e}")


if __name__ == "__main__":
    main()
