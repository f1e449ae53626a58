"""What is tried on each graph: how it is fed, how it is calibrated, and by which numbers of its card it is judged."""
from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from ... import package
from ...corpus import compose
from ...corpus.paths import STARTER
from ...run import DEFAULT_CACHE, STARTER_ROOT
from ...text import evaluate as copy_evaluation
from ...text.prompt import render
from ...upscaler import evaluate as upscaling
from ...upscaler import material
from .. import steps
from ..pipeline import Package
from ..sheets import posters
from . import graphs

PICTURES, PROMPTS, BRIEFS, CALIBRATION = 16, 16, 220, 12
Feeds = dict[str, np.ndarray]
Write = Callable[[Path, Path], None]


@dataclass(frozen=True)
class Trial:
    """One graph of one package. `measure` gives its numbers, `holds` says whether a variant's are as good as the shipped ones'."""

    model: str
    file: str
    what: str
    feeds: Callable[[], Feeds]
    measure: Callable[[Path], dict[str, float]]
    holds: Callable[[dict[str, float], dict[str, float]], bool]
    bar: str
    variants: dict[str, Write]

    @property
    def path(self) -> Path:
        return STARTER_ROOT / self.model / self.file


@contextmanager
def standing_in(model: str, file: str, path: Path) -> Iterator[Path]:
    """A copy of a package in which one graph is another."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / model
        shutil.copytree(STARTER_ROOT / model, folder)
        shutil.copyfile(path, folder / file)
        yield folder


def weight_only() -> dict[str, Write]:
    return {
        "int8 weights, Cast · Mul": lambda src, dst: graphs.weight_only(src, dst, multiply=True),
        "int8 weights, DequantizeLinear": lambda src, dst: graphs.weight_only(src, dst, multiply=False),
    }


def fixed(feeds: Callable[[], Iterable[Feeds]]) -> dict[str, Write]:
    return {
        "int8 static (Conv)": lambda src, dst: graphs.static(src, dst, feeds, ("Conv",)),
        "int8 static (Conv), 7-bit weights": lambda src, dst: graphs.static(src, dst, feeds, ("Conv",), reduce=True),
    }


def rest_too(feeds: Callable[[], Iterable[Feeds]], reduce: bool) -> Write:
    """Static convolutions; the other weights as in the first of `weight_only`."""
    def write(src: Path, dst: Path) -> None:
        graphs.static(src, dst, feeds, ("Conv",), reduce)
        graphs.weight_only(dst, dst, multiply=True)

    return write


# ---- poster-diffusion -----------------------------------------------------------------------------------------


def random_words(maker: Package, seed: int) -> list[int]:
    """One word of each role: prompts that no sheet and no evaluation has."""
    rng, roles = np.random.default_rng(seed), {}
    for token in maker.vocabulary["tokens"]:
        roles.setdefault(token["role"], []).append(token["id"])
    return [int(ids[rng.integers(len(ids))]) for role, ids in roles.items() if role in ("subject", "style", "palette", "background")]


def walked(maker: Package, ids: list[int], seed: int) -> list[Feeds]:
    """What the denoiser is fed on the way to a picture."""
    seen, run = [], maker.run

    def watch(session, **feeds):
        if session == "denoiser":
            seen.append({name: np.array(value) for name, value in feeds.items()})
        return run(session, **feeds)

    maker.run = watch
    try:
        maker.make(ids, seed)
    finally:
        maker.run = run
    return seen


@lru_cache(maxsize=1)
def denoiser_calibration() -> list[Feeds]:
    maker = Package(STARTER, threads=1)
    return [step for i in range(CALIBRATION) for step in walked(maker, random_words(maker, 40_000 + i), 40_000 + i)[::3]]


@lru_cache(maxsize=1)
def as_shipped() -> tuple[list[np.ndarray], list[Feeds], list[np.ndarray]]:
    """(pictures, feeds on the way to two of them, the velocities there) of the shipped denoiser."""
    maker = Package(STARTER, threads=1)
    pictures = [maker.make(maker.tokenize(prompt)[0], posters.seed(cell)) for cell, (prompt, _, _) in asked()]
    feeds = [step for cell, (prompt, _, _) in asked()[:2] for step in walked(maker, maker.tokenize(prompt)[0], posters.seed(cell))]
    return pictures, feeds, [maker.run("denoiser", **f) for f in feeds]


def asked() -> list[tuple[int, tuple[str, str, str]]]:
    """Every third prompt of the contact sheet."""
    return list(enumerate(posters.asked()))[: 3 * PROMPTS : 3]


def denoiser(path: Path) -> dict[str, float]:
    pictures, feeds, velocities = as_shipped()
    with standing_in("poster-diffusion", "denoiser.onnx", path) as folder:
        maker = Package(folder, threads=1)
        errors = [np.linalg.norm(maker.run("denoiser", **f) - v) / np.linalg.norm(v) for f, v in zip(feeds, velocities)]
        found = [steps.distances(maker.make(maker.tokenize(prompt)[0], posters.seed(cell)), picture) for (cell, (prompt, _, _)), picture in zip(asked(), pictures)]
    rms, ssim = np.mean(found, 0)
    return {"velocity error, %": 100 * float(np.mean(errors)), "RMS to the shipped pictures": float(rms), "SSIM": float(ssim)}


def denoiser_feeds() -> Feeds:
    return as_shipped()[1][5]


@lru_cache(maxsize=1)
def corpus_pictures() -> np.ndarray:
    """[n, 3, 256, 256] in −1…1, of a seed that nothing trained on."""
    rng = np.random.default_rng(616_161)
    pictures = np.stack([compose.render(compose.sample_spec(rng))[0] for _ in range(PICTURES + CALIBRATION)])
    return (pictures.astype(np.float32) / 127.5 - 1).transpose(0, 3, 1, 2)


@lru_cache(maxsize=1)
def corpus_latents() -> np.ndarray:
    encoder = package.session(STARTER / "vae_encoder.onnx", 1)
    return np.concatenate([encoder.run(None, {"sample": p[None]})[0] for p in corpus_pictures()])


def decoder(path: Path) -> dict[str, float]:
    session, shipped = package.session(path, 1), package.session(STARTER / "vae_decoder.onnx", 1)
    rows = []
    for picture, latent in zip(corpus_pictures()[:PICTURES], corpus_latents()):
        made, before = (s.run(None, {"latent_sample": latent[None]})[0][0].clip(-1, 1) for s in (session, shipped))
        rows.append((_db(made, picture), _db(made, before)))
    ours, same = np.mean(rows, 0)
    return {"PSNR on held-out pictures, dB": float(ours), "PSNR to the shipped, dB": float(same)}


def _db(a: np.ndarray, b: np.ndarray) -> float:
    return float(-10 * np.log10(max(((a - b) ** 2).mean() / 4, 1e-12)))


# ---- poster-upscaler -------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def small_copies(scale: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """(sharp, small) in 0…1 of held-out art."""
    pairs = []
    for picture in material.test_pictures(DEFAULT_CACHE, PICTURES):
        sharp = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255
        pairs.append((sharp, (material.reduce(sharp, scale, "area").clamp(0, 1) * 255).round() / 255))
    return pairs


def upscaler(scale: int) -> Callable[[Path], dict[str, float]]:
    def measure(path: Path) -> dict[str, float]:
        session, psnr, ringing = package.session(path, 1), [], []
        for sharp, small in small_copies(scale):
            made = upscaling.upscale(session, small)
            psnr.append(upscaling.psnr(made, sharp))
            ringing.append(upscaling.overshoot(made, sharp))
        return {"PSNR, dB": float(np.mean(psnr)), "worst picture, dB": float(np.min(psnr)), "overshoot, ‰": 1000 * float(np.mean(ringing))}

    return measure


def upscaler_calibration(scale: int) -> Callable[[], Iterator[Feeds]]:
    """Corpus pictures made small: other pictures than those that are measured."""
    def feeds():
        for picture in corpus_pictures()[PICTURES:]:
            yield {"input": torch.nn.functional.avg_pool2d(torch.from_numpy((picture[None] + 1) / 2), scale // 2).numpy()}

    return feeds


# ---- copy-lm ---------------------------------------------------------------------------------------------------


def copy(path: Path) -> dict[str, float]:
    with standing_in("copy-lm", "model.onnx", path) as folder:
        found, _ = copy_evaluation.measure(copy_evaluation.Writer(folder), BRIEFS, Path("no corpus"))
    return {"perplexity": found["perplexity"], "adherence, %": 100 * found["adherence"], "must-say, %": 100 * found["mustSaid"]}


def copy_feeds() -> Feeds:
    """One token after 60: what writing is made of."""
    config = package.read_manifest(STARTER_ROOT / "copy-lm")["config"]
    rng, past = np.random.default_rng(5), (1, 60, config["heads"], config["headDim"])
    cache = {f"past_key_values.{i}.{part}": rng.standard_normal(past).astype(np.float32) for i in range(config["layers"]) for part in ("key", "value")}
    return {"input_ids": np.array([[300]]), "position_ids": np.array([[60]]), **cache}


# ---- all -------------------------------------------------------------------------------------------------------

TRIALS = {
    "denoiser": Trial(
        "poster-diffusion", "denoiser.onnx", "one step with guidance, 256²", denoiser_feeds, denoiser,
        lambda new, old: new["RMS to the shipped pictures"] <= 0.01 and new["SSIM"] >= 0.98,
        "RMS ≤ 0.01 and SSIM ≥ 0.98",
        {
            **weight_only(),
            **fixed(denoiser_calibration),
            "int8 static (Conv), other weights int8": rest_too(denoiser_calibration, reduce=False),
            "int8 static (Conv), other weights int8, 7-bit weights": rest_too(denoiser_calibration, reduce=True),
            "int8 static (Conv, MatMul, Gemm)": lambda src, dst: graphs.static(src, dst, denoiser_calibration, ("Conv", "MatMul", "Gemm")),
        },
    ),
    "decoder": Trial(
        "poster-diffusion", "vae_decoder.onnx", "32² → 256²", lambda: {"latent_sample": corpus_latents()[:1]}, decoder,
        lambda new, old: new["PSNR on held-out pictures, dB"] >= old["PSNR on held-out pictures, dB"] - 0.1,
        "0.1 dB",
        {**weight_only(), **fixed(lambda: ({"latent_sample": x[None]} for x in corpus_latents()[PICTURES:]))},
    ),
    **{
        f"x{scale}": Trial(
            "poster-upscaler", f"x{scale}.onnx", "192×160", lambda: {"input": np.random.default_rng(0).random((1, 3, 160, 192), dtype=np.float32)}, upscaler(scale),
            lambda new, old: new["PSNR, dB"] >= old["PSNR, dB"] - 0.1 and new["overshoot, ‰"] <= 1.1 * old["overshoot, ‰"],
            "0.1 dB, overshoot + 10 %",
            {**weight_only(), **fixed(upscaler_calibration(scale))},
        )
        for scale in (4, 2)
    },
    "copy": Trial(
        "copy-lm", "model.onnx", "one token after 60", copy_feeds, copy,
        lambda new, old: new["perplexity"] <= 1.01 * old["perplexity"] and new["adherence, %"] >= old["adherence, %"] - 1,
        "perplexity + 1 %, adherence − 1 point",
        {**weight_only(), "int8 dynamic (MatMul)": graphs.dynamic},
    ),
}
