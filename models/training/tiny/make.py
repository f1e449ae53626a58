"""Tiny packages with random weights: the shape of every family in a few KB, for tests that must be fast.

    python -m tiny.make ../tiny        # from models/training; same bytes every time

They say nothing about quality. The VAE graphs are exact on blocks of one colour (an average and its inverse), so a
round trip has a known answer; everything else is random on purpose.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from broadside_training.package import write_package

OPSET = 17
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


class Graph:
    """Collects nodes and weights; every method returns the name of what it made."""

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights, self.count = [], [], 0

    def const(self, value, dtype=np.float32) -> str:
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def ints(self, *values: int) -> str:
        return self.const(values, np.int64)

    def normal(self, *shape: int, scale: float = 1.0) -> str:
        return self.const(self.random.normal(0, scale, shape))

    def add(self, op: str, *inputs: str, out: str | None = None, **attributes) -> str:
        self.count += 1
        name = out or f"v{self.count}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def save(self, path: Path, inputs: list, outputs: list) -> None:
        graph = helper.make_graph(self.nodes, path.stem, [helper.make_tensor_value_info(*i) for i in inputs],
                                  [helper.make_tensor_value_info(*o) for o in outputs], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8,
                                  producer_name="broadside tiny")
        onnx.checker.check_model(model, full_check=True)
        path.write_bytes(model.SerializeToString())


# Colour ↔ 4 latent channels: three colours and their mean, so that the way back is exact.
ENCODE = np.concatenate([np.eye(3), np.full((1, 3), 1 / 3)]).astype(np.float32)
DECODE = np.concatenate([np.eye(3), np.zeros((3, 1))], axis=1).astype(np.float32)


def encoder(path: Path, source: str, target: str) -> None:
    g = Graph(1)
    mean = g.add("AveragePool", source, kernel_shape=[8, 8], strides=[8, 8])
    g.add("Conv", mean, g.const(ENCODE[:, :, None, None]), out=target)
    g.save(path, [(source, FLOAT, ["b", 3, "H", "W"])], [(target, FLOAT, ["b", 4, "h", "w"])])


def decoder(path: Path, source: str, target: str) -> None:
    g = Graph(1)
    colours = g.add("Conv", source, g.const(DECODE[:, :, None, None]))
    g.add("Resize", colours, "", g.const([1, 1, 8, 8]), out=target, mode="nearest")
    g.save(path, [(source, FLOAT, ["b", 4, "h", "w"])], [(target, FLOAT, ["b", 3, "H", "W"])])


def diffusion(folder: Path) -> dict:
    tokens = [
        {"id": 1, "role": "subject", "name": "fox", "en": ["fox", "foxes", "red fox"], "zh": ["狐狸"], "reference": 0},
        {"id": 2, "role": "subject", "name": "cup", "en": ["cup", "coffee cup"], "zh": ["杯子", "咖啡杯"], "reference": 1},
        {"id": 3, "role": "palette", "name": "teal", "en": ["teal"], "zh": ["青绿色", "青色"], "colors": ["#0e6e5c", "#2a9d8f"]},
        {"id": 4, "role": "background", "name": "sunburst", "en": ["sunburst", "sun rays"], "zh": ["放射光芒"]},
        {"id": 5, "role": "layout", "name": "pair", "en": ["pair", "two"], "zh": ["一对"]},
        {"id": 6, "role": "style", "name": "flat", "en": ["flat", "flat illustration"], "zh": ["扁平"]},
    ]
    words = {"pad": 0, "tokens": tokens, "ignore": {"en": ["a", "the", "on", "of", "with", "and", "in"],
                                                    "zh": ["的", "在", "一只", "和"]}}
    (folder / "vocabulary.json").write_text(json.dumps(words, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    size = 16
    y, x = np.mgrid[0:size, 0:size] - (size - 1) / 2
    disc = np.hypot(x, y) < size * 0.45
    bank = np.zeros((2, size, size, 4), np.uint8)
    bank[0][disc] = (230, 90, 30, 255)
    bank[1][np.maximum(abs(x), abs(y)) < size * 0.35] = (40, 90, 200, 255)
    (folder / "references.rgba.gz").write_bytes(gzip.compress(bank.tobytes(), mtime=0))

    g = Graph(2)
    g.add("Gather", g.normal(7, 8), "input_ids", out="last_hidden_state", axis=0)
    g.save(folder / "text_encoder.onnx", [("input_ids", INT64, ["b", "L"])], [("last_hidden_state", FLOAT, ["b", "L", 8])])

    # v = conv(sample ‖ reference) + a colour from the mean token + a little time.
    g = Graph(3)
    both = g.add("Concat", "sample", "reference", axis=1)
    # WebGPU in ONNX Runtime 1.30 gets 3×3 convolutions of 6, 9, 15… channels wrong (its issue 29651): mix to 8 first.
    mixed = g.add("Conv", both, g.normal(8, 9, 1, 1, scale=0.3), kernel_shape=[1, 1])
    seen = g.add("Conv", mixed, g.normal(4, 8, 3, 3, scale=0.1), kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    mean = g.add("ReduceMean", "encoder_hidden_states", axes=[1], keepdims=0)
    said = g.add("Unsqueeze", g.add("MatMul", mean, g.normal(8, 4, scale=0.4)), g.ints(2, 3))
    time = g.add("Mul", g.add("Unsqueeze", "timestep", g.ints(1, 2, 3)), g.const(0.0002))
    g.add("Add", g.add("Add", seen, said), time, out="out_sample")
    g.save(folder / "denoiser.onnx",
           [("sample", FLOAT, ["b", 4, "h", "w"]), ("timestep", FLOAT, ["b"]),
            ("encoder_hidden_states", FLOAT, ["b", "L", 8]), ("reference", FLOAT, ["b", 5, "h", "w"])],
           [("out_sample", FLOAT, ["b", 4, "h", "w"])])
    encoder(folder / "vae_encoder.onnx", "sample", "latent_sample")
    decoder(folder / "vae_decoder.onnx", "latent_sample", "sample")
    return {
        "sessions": {"textEncoder": "text_encoder.onnx", "denoiser": "denoiser.onnx",
                     "vaeEncoder": "vae_encoder.onnx", "vaeDecoder": "vae_decoder.onnx"},
        "prediction": "flow",
        "latent": {"channels": 4, "downscale": 8, "scalingFactor": 1, "shift": 0},
        "size": {"default": [64, 64], "min": 32, "max": 256, "multiple": 8},
        "defaults": {"steps": 4, "guidance": 2, "sampler": "euler", "schedule": "flow", "flowShift": 1},
        "limits": {"steps": [1, 50], "guidance": [1, 15]},
        "tokenizer": {"kind": "phrases", "file": "vocabulary.json", "length": 8},
        "reference": {"file": "references.rgba.gz", "size": size, "jitter": {"position": 0.04, "size": 0.08},
                      "layouts": {"default": [[[0.5, 0.5, 0.6]], [[0.5, 0.6, 0.5]]],
                                  "pair": [[[0.3, 0.5, 0.4], [0.7, 0.5, 0.4]]]}},
    }


def gan(folder: Path) -> dict:
    latent, width, styles, classes = 8, 12, 3, ["terrazzo", "stripes", "dots"]
    g = Graph(4)
    label = g.add("MatMul", "label", g.normal(len(classes), width))
    g.add("Tanh", label, out="w_mean")
    g.add("Tanh", g.add("Add", label, g.add("MatMul", "z", g.normal(latent, width, scale=0.4))), out="w")
    g.save(folder / "mapping.onnx", [("z", FLOAT, ["b", latent]), ("label", FLOAT, ["b", len(classes)])],
           [("w", FLOAT, ["b", width]), ("w_mean", FLOAT, ["b", width])])
    g = Graph(5)
    flat = g.add("Reshape", "w", g.ints(-1, styles * width))
    small = g.add("Reshape", g.add("MatMul", flat, g.normal(styles * width, 48, scale=0.3)), g.ints(-1, 3, 4, 4))
    g.add("Tanh", g.add("Resize", small, "", g.const([1, 1, 8, 8]), mode="nearest"), out="image")
    g.save(folder / "synthesis.onnx", [("w", FLOAT, ["b", styles, width])], [("image", FLOAT, ["b", 3, 32, 32])])
    return {"sessions": {"mapping": "mapping.onnx", "synthesis": "synthesis.onnx"}, "latent": latent, "styles": styles,
            "classes": classes, "classesZh": ["水磨石", "条纹", "圆点"], "size": [32, 32], "seamless": True,
            "defaults": {"truncation": 0.8}}


def vae(folder: Path) -> dict:
    encoder(folder / "encoder.onnx", "image", "latent")
    decoder(folder / "decoder.onnx", "latent", "image")
    return {"sessions": {"encoder": "encoder.onnx", "decoder": "decoder.onnx"}, "range": [-1, 1],
            "latent": {"channels": 4, "downscale": 8, "prior": True},
            "size": {"default": [64, 64], "multiple": 8, "min": 32, "max": 256}}


def upscaler(folder: Path) -> dict:
    for scale in (2, 4):
        # Nearest neighbour plus random 3×3 detail: a seam between tiles would show in it.
        g = Graph(6 + scale)
        kernel = g.random.normal(0, 0.03, (3 * scale * scale, 3, 3, 3)).astype(np.float32)
        for channel in range(3):
            kernel[channel * scale * scale:(channel + 1) * scale * scale, channel, 1, 1] += 1
        detail = g.add("Conv", "input", g.const(kernel), kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        g.add("DepthToSpace", detail, out="output", blocksize=scale, mode="CRD")
        g.save(folder / f"x{scale}.onnx", [("input", FLOAT, ["b", 3, "h", "w"])], [("output", FLOAT, ["b", 3, "H", "W"])])
    return {"sessions": {"2": "x2.onnx", "4": "x4.onnx"}, "tile": 32, "overlap": 4, "multiple": 1}


def text(folder: Path) -> dict:
    layers, heads, head_dim, context = 2, 2, 8, 128
    width = heads * head_dim
    specials = ["<pad>", "<bos>", "<eos>", "<unk>"]
    # Bytes as GPT-2 writes them: printable ones as themselves, the rest from U+0100 on.
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    letters = {**{byte: chr(byte) for byte in printable}, **{byte: chr(256 + i) for i, byte in enumerate(rest)}}
    vocabulary = {**{word: i for i, word in enumerate(specials)}, **{letters[byte]: 4 + byte for byte in range(256)}}
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, "content": word, "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False, "special": True} for i, word in enumerate(specials)],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": vocabulary, "merges": []},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False) + "\n", encoding="utf-8")

    g = Graph(20)
    x = g.add("Add", g.add("Gather", g.normal(260, width), "input_ids", axis=0),
              g.add("Gather", g.normal(context, width, scale=0.5), "position_ids", axis=0))  # [1,S,D]
    past = g.add("Shape", "past_key_values.0.key", start=1, end=2)
    new = g.add("Shape", "input_ids", start=1, end=2)
    total = g.add("Squeeze", g.add("Add", past, new))
    keys_at = g.add("Range", g.const(0, np.int64), total, g.const(1, np.int64))  # [P+S]
    sees = g.add("LessOrEqual", g.add("Reshape", keys_at, g.ints(1, 1, -1)), g.add("Unsqueeze", "position_ids", g.ints(2)))
    mask = g.add("Unsqueeze", g.add("Where", sees, g.const(0), g.const(-1e9)), g.ints(1))  # [1,1,S,P+S]
    for n in range(layers):
        def split(name: str | None = None) -> str:
            return g.add("Reshape", g.add("MatMul", x, g.normal(width, width, scale=0.3)), g.ints(1, -1, heads, head_dim),
                         **({"out": name} if name else {}))
        q, k, v = split(), split(f"present.{n}.key"), split(f"present.{n}.value")
        keys = g.add("Transpose", g.add("Concat", f"past_key_values.{n}.key", k, axis=1), perm=[0, 2, 3, 1])
        values = g.add("Transpose", g.add("Concat", f"past_key_values.{n}.value", v, axis=1), perm=[0, 2, 1, 3])
        scores = g.add("Mul", g.add("MatMul", g.add("Transpose", q, perm=[0, 2, 1, 3]), keys), g.const(head_dim ** -0.5))
        seen = g.add("MatMul", g.add("Softmax", g.add("Add", scores, mask), axis=-1), values)
        merged = g.add("Reshape", g.add("Transpose", seen, perm=[0, 2, 1, 3]), g.ints(1, -1, width))
        x = g.add("Add", x, g.add("Tanh", g.add("MatMul", merged, g.normal(width, width, scale=0.3))))
    last = g.add("Squeeze", g.add("Slice", x, g.ints(-1), g.ints(2 ** 31), g.ints(1)), g.ints(1))  # [1,D]
    g.add("MatMul", last, g.normal(width, 260, scale=0.5), out="logits")
    cache = [(f"{kind}.{n}.{part}", FLOAT, [1, length, heads, head_dim])
             for kind, length in (("past_key_values", "P"), ("present", "S")) for n in range(layers) for part in ("key", "value")]
    g.save(folder / "model.onnx",
           [("input_ids", INT64, [1, "S"]), ("position_ids", INT64, [1, "S"]), *cache[:2 * layers]],
           [("logits", FLOAT, [1, 260]), *cache[2 * layers:]])
    return {"sessions": {"model": "model.onnx"}, "layers": layers, "heads": heads, "headDim": head_dim, "context": context,
            "cache": "bshd", "tokenizer": {"kind": "tokenizers", "file": "tokenizer.json"}, "bos": "<bos>", "eos": "<eos>",
            "prompt": "<bos>{{ language }} {{ channel }}|{{ product }}|",
            "vocabulary": {"tones": ["warm"], "channels": ["headline"], "occasions": [], "audiences": [], "categories": [],
                           "frameworks": [], "languages": ["en", "zh"]},
            "defaults": {"temperature": 0.8, "topK": 40, "topP": 0.95, "minP": 0.05, "repetitionPenalty": 1.0}}


FAMILIES = {"diffusion": diffusion, "gan": gan, "vae": vae, "upscaler": upscaler, "text": text}


def main(out: Path) -> None:
    for family, make in FAMILIES.items():
        folder = out / f"tiny-{family}"
        folder.mkdir(parents=True, exist_ok=True)
        config = make(folder)
        (folder / "LICENSE").write_text("Apache-2.0. Random numbers by the Broadside authors.\n")
        (folder / "README.md").write_text(f"# Tiny {family}\n\nRandom weights for tests, made by `models/training/tiny/make.py`.\n")
        write_package(folder, {
            "id": folder.name, "name": f"Tiny {family}", "version": "0.1.0", "family": family,
            "description": "Random weights in the shape of the family, for tests.", "licence": "Apache-2.0",
            "attribution": [], "config": config,
        })


if __name__ == "__main__":
    main(Path(sys.argv[1]))
