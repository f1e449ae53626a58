"""Measures of lines of copy as the field defines them; check.py holds them against others' code. A line is a list of units: words
of a language with spaces, characters of one without."""
import math
from collections import Counter


def units(line: str, language: str) -> list[str]:
    folded = line.casefold()
    return folded.split() if language == "en" else [c for c in folded if not c.isspace()]


def grams(line: list[str], n: int) -> Counter:
    return Counter(tuple(line[i : i + n]) for i in range(len(line) - n + 1))


def bleu(lines: list[list[str]], references: list[list[list[str]]], most: int = 4) -> float:
    """Corpus BLEU (Papineni et al. 2002), 0 … 100: clipped n-gram precision up to `most` with a penalty for shortness. Orders without
    any match count as half of the one before (Chen & Cherry 2014, method 3, as sacrebleu's "exp")."""
    hits, totals = [0] * most, [0] * most
    length = reference_length = 0
    for line, others in zip(lines, references, strict=True):
        length += len(line)
        reference_length += min((len(o) for o in others), key=lambda n: (abs(n - len(line)), n))
        for n in range(1, most + 1):
            have, allowed = grams(line, n), Counter()
            for other in others:
                allowed |= grams(other, n)
            hits[n - 1] += (have & allowed).total()
            totals[n - 1] += max(0, len(line) - n + 1)
    if length == 0:
        return 0.0
    smooth, total = 1.0, 0.0
    for hit, count in zip(hits, totals):
        if count == 0:
            return 0.0
        if hit == 0:
            smooth *= 2
        total += math.log(hit / count if hit else 1 / (smooth * count))
    brevity = 1.0 if length >= reference_length else math.exp(1 - reference_length / length)
    return 100 * brevity * math.exp(total / most)


def self_bleu(lines: list[list[str]], most: int = 4) -> float:
    """Mean BLEU of each line against all others (Zhu et al. 2018, arXiv 1802.01886), 0 … 100: small when lines differ."""
    return sum(bleu([line], [lines[:i] + lines[i + 1 :]], most) for i, line in enumerate(lines)) / len(lines)


def rouge_l(line: list[str], reference: list[str]) -> float:
    """ROUGE-L F1 (Lin 2004) from the longest common subsequence, 0 … 1."""
    row = [0] * (len(reference) + 1)
    for a in line:
        diagonal = 0
        for j, b in enumerate(reference, 1):
            diagonal, row[j] = row[j], diagonal + 1 if a == b else max(row[j], row[j - 1])
    common = row[-1]
    if common == 0:
        return 0.0
    precision, recall = common / len(line), common / len(reference)
    return 2 * precision * recall / (precision + recall)


def distinct(lines: list[list[str]], n: int) -> float:
    """Different n-grams among all (Li et al. 2016, arXiv 1510.03055), 0 … 1."""
    counts = sum((grams(line, n) for line in lines), Counter())
    return len(counts) / max(1, counts.total())


def perplexity(log_likelihood: float, tokens: int) -> float:
    """exp of the mean negative log-likelihood (natural logarithm) per token; 1 is certainty."""
    return math.exp(-log_likelihood / tokens)
