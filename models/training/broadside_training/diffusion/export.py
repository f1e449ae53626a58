"""Write the package: python -m broadside_training.diffusion.export [--out FOLDER]

Exports the averaged weights as ONNX, checks each graph against PyTorch, writes vocabulary, references, layouts and model.json.
Metrics and the model card come from broadside_training.evaluate.diffusion, which is run next.
"""
import argparse
import gzip
import json
from pathlib import Path

import numpy as np
import torch

from .. import package, run
from ..corpus import layouts, structures, vocabulary
from ..corpus.paths import CACHE, STARTER
from .autoencoder import CHANNELS, DOWNSCALE
from .encode import load_autoencoder
from .train import Model

ATTRIBUTION = ["Fluent Emoji (flat, colour and high contrast), MIT, Microsoft", "Noto Emoji, Apache-2.0, Google", "Chinese names: Unicode CLDR, Unicode License v3"]
DEFAULTS = {"steps": 12, "guidance": 2.5, "sampler": "euler", "schedule": "flow", "flowShift": 2}
# Within three points of the defaults in everything the judge reads (evaluate.diffusion --steps 4 --sampler dpmpp-2m).
FAST = {"steps": 4, "sampler": "dpmpp-2m"}
DESCRIPTION = "Poster and packaging illustrations from English or Chinese words: subject, style, palette, background, layout, finish."


def load_model():
    state = torch.load(CACHE / "diffusion-train" / "checkpoint.pt", map_location="cpu", weights_only=True)
    model = Model()
    model.load_state_dict(state["ema"]["model"])
    return model.eval().requires_grad_(False), state


def graphs(model, autoencoder):
    """(file, module, example inputs by name with their dynamic axes, output name)."""
    b, length, h = 2, vocabulary.LENGTH, 32
    ids = torch.randint(1, vocabulary.SIZE, (b, length))
    ids[:, 5:] = 0
    area = {0: "b", 2: "h", 3: "w"}
    picture = {0: "b", 2: "H", 3: "W"}
    words = model.text(ids)
    return [
        ("text_encoder.onnx", model.text, [("input_ids", ids, {0: "b", 1: "L"})], "last_hidden_state", {0: "b", 1: "L"}),
        (
            "denoiser.onnx",
            model.denoiser,
            [("sample", torch.randn(b, CHANNELS, h, h), area), ("timestep", torch.tensor([900.0, 250.0]), {0: "b"}), ("encoder_hidden_states", words, {0: "b", 1: "L"}), ("reference", torch.randn(b, CHANNELS + 1, h, h), area)],
            "out_sample",
            area,
        ),
        ("vae_encoder.onnx", autoencoder.encoder, [("sample", torch.rand(b, 3, 256, 256) * 2 - 1, picture)], "latent_sample", area),
        ("vae_decoder.onnx", autoencoder.decoder, [("latent_sample", torch.randn(b, CHANNELS, h, h), area)], "sample", picture),
    ]


def other_size(name, x):
    """The same input at another width, height and batch, to prove the axes dynamic."""
    if x.ndim != 4:
        return x[:1]
    step = 256 if x.shape[1] == 3 else 32
    return torch.randn(1, x.shape[1], step, step * 3 // 2).clamp(-1, 1)


def half(module):
    """The weights as stored, so that the check is of the graph and not of the rounding."""
    with torch.no_grad():
        for p in list(module.parameters()) + [m for m in module.buffers() if m.is_floating_point()]:
            if p.numel() * 4 > 1024:
                p.copy_(p.half().float())
    return module


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=STARTER)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    model, state = load_model()
    autoencoder = load_autoencoder(refined=True)
    half(model), half(autoencoder)
    for file, module, inputs, output, axes in graphs(model, autoencoder):
        module = module.to(memory_format=torch.contiguous_format)
        path = args.out / file
        values = tuple(v for _, v, _ in inputs)
        package.export_onnx(module, values, path, {n: a for n, _, a in inputs}, [output], {output: axes})
        size = package.store_fp16(path, path)
        worst = package.verify(path, {n: v for n, v, _ in inputs}, {output: module(*values)})
        others = {n: other_size(n, v) for n, v, _ in inputs}
        worst = max(worst, package.verify(path, others, {output: module(*others.values())}))
        print(f"{file}: {size / 1e6:.2f} MB, {worst:.1e} from PyTorch")
    (args.out / "vocabulary.json").write_text(json.dumps(vocabulary.manifest(), ensure_ascii=False, separators=(",", ":")) + "\n", "utf8")
    (args.out / "references.rgba.gz").write_bytes(gzip.compress(structures.bank(128).tobytes(), 9, mtime=0))
    table = {name: [[[round(v, 4) for v in p] for p in variant] for variant in variants] for name, (variants, _, _) in layouts.LAYOUTS.items()}
    manifest = {
        "id": "poster-diffusion",
        "name": "Poster Diffusion",
        "version": "0.1.0",
        "family": "diffusion",
        "description": DESCRIPTION,
        "licence": "Apache-2.0",
        "attribution": ATTRIBUTION,
        "run": {"corpus": state["corpus"], "steps": state["step"], "seconds": round(state["seconds"]), "device": "cpu, 1 thread", "date": __import__("datetime").date.today().isoformat()},
        "metrics": {},
        "config": {
            "sessions": {"textEncoder": "text_encoder.onnx", "denoiser": "denoiser.onnx", "vaeEncoder": "vae_encoder.onnx", "vaeDecoder": "vae_decoder.onnx"},
            "prediction": "flow",
            "latent": {"channels": CHANNELS, "downscale": DOWNSCALE, "scalingFactor": 1, "shift": 0},
            "size": {"default": [256, 256], "min": 128, "max": 512, "multiple": 32},
            "defaults": DEFAULTS,
            "fast": FAST,
            "limits": {"steps": [1, 50], "guidance": [1, 15]},
            "tokenizer": {"kind": "phrases", "file": "vocabulary.json", "length": vocabulary.LENGTH},
            "reference": {"file": "references.rgba.gz", "size": 128, "jitter": layouts.JITTER, "layouts": table},
        },
    }
    package.write_licence(args.out, manifest)
    if not (args.out / "README.md").exists():
        (args.out / "README.md").write_text("# Poster Diffusion\n\nNot measured yet.\n")
    package.write_package(args.out, manifest)
    print(sum(f.stat().st_size for f in args.out.iterdir()) / 1e6, "MB in all")


if __name__ == "__main__":
    main()
