"""Writes model packages as docs/model-packages.md says: ONNX graphs, fp16 storage, model.json, model card.

    export_onnx(model, (x,), "x4.onnx", inputs={"input": {2: "h", 3: "w"}}, outputs=["output"])
    store_fp16("x4.onnx", "x4.onnx")
    verify("x4.onnx", {"input": x}, {"output": model(x)}, tol=1e-2)
    write_package(folder, manifest)
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


def export_onnx(model: torch.nn.Module, args: tuple, path: Path | str, inputs: dict[str, dict[int, str]],
                outputs: list[str], dynamic_outputs: dict[str, dict[int, str]] | None = None) -> Path:
    """Exports `model(*args)`; `inputs` maps each input's name to its dynamic axes {axis: name}, in order.

    An output's dynamic axes are found by shape inference unless `dynamic_outputs` names them.
    """
    axes = {name: dynamic for name, dynamic in inputs.items() if dynamic}
    axes.update(dynamic_outputs or {})
    with warnings.catch_warnings():
        # The tracing exporter is deprecated, but its graphs are plain, small and open in every runtime.
        warnings.simplefilter("ignore")
        torch.onnx.export(model.eval(), args, str(path), input_names=list(inputs), output_names=outputs,
                          dynamic_axes=axes, opset_version=OPSET, dynamo=False)
    onnx.checker.check_model(str(path), full_check=True)
    return Path(path)


def store_fp16(src: Path | str, dst: Path | str, min_bytes: int = 1024) -> int:
    """Stores float32 weights over `min_bytes` as float16 behind a Cast; returns the bytes written.

    Inputs, outputs and arithmetic stay float32: the runtime folds the Cast when it loads the graph.
    Constants inside Constant nodes are treated the same. Values that float16 cannot hold stay float32.
    """
    model = onnx.load(str(src))
    graph = model.graph
    casts: list[onnx.NodeProto] = []

    def shrink(tensor: onnx.TensorProto, name: str) -> onnx.TensorProto | None:
        if tensor.data_type != TensorProto.FLOAT:
            return None
        values = numpy_helper.to_array(tensor)
        if values.nbytes <= min_bytes or not np.all(np.abs(values) < 65504):
            return None
        stored = f"{name}.fp16"
        casts.append(helper.make_node("Cast", [stored], [name], name=f"{name}.cast", to=TensorProto.FLOAT))
        return numpy_helper.from_array(values.astype(np.float16), stored)

    for i, initializer in enumerate(graph.initializer):
        small = shrink(initializer, initializer.name)
        if small is not None:
            graph.initializer[i].CopyFrom(small)
    kept = []
    for node in graph.node:
        value = next((a.t for a in node.attribute if a.name == "value"), None) if node.op_type == "Constant" else None
        small = shrink(value, node.output[0]) if value is not None else None
        if small is None:
            kept.append(node)
        else:
            graph.initializer.append(small)
    nodes = [*casts, *kept]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model, full_check=True)
    _write_atomic(Path(dst), model.SerializeToString())
    return Path(dst).stat().st_size


def session(path: Path | str, threads: int = 0):
    """An onnxruntime CPU session (0 threads: all cores)."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def verify(path: Path | str, inputs: dict[str, torch.Tensor | np.ndarray],
           expected: dict[str, torch.Tensor | np.ndarray], tol: float = 1e-3) -> float:
    """Runs the graph by name and compares with torch; returns the largest difference, raises over `tol`.

    The difference is absolute, relative to the largest expected value where that exceeds 1.
    fp16-stored weights need a `tol` of about 1e-2 against the fp32 model.
    """
    feeds = {k: _numpy(v) for k, v in inputs.items()}
    results = session(path).run(list(expected), feeds)
    worst = 0.0
    for (name, want), got in zip(expected.items(), results):
        want = _numpy(want)
        if got.shape != want.shape:
            raise ValueError(f"{path}: output {name} is {got.shape}, expected {want.shape}")
        difference = float(np.abs(got - want).max() / max(1.0, float(np.abs(want).max())))
        # "not <=" rather than ">", so that NaN fails too.
        if not difference <= tol:
            raise ValueError(f"{path}: output {name} differs from torch by {difference:.2e} (tolerance {tol:.0e})")
        worst = max(worst, difference)
    return worst


def write_package(folder: Path | str, manifest: dict) -> dict:
    """Hashes every file of the package and writes model.json: sorted keys, same bytes for same content.

    `manifest` is model.json without `format` and `files`. Returns what was written.
    """
    folder = Path(folder)
    if manifest["id"] != folder.name:
        raise ValueError(f"the package id {manifest['id']} is not the name of its folder {folder.name}")
    files = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if name == "model.json" or _is_scratch(name):
            continue
        files[name] = {"sha256": sha256_file(path), "bytes": path.stat().st_size}
    for needed in ("LICENSE", "README.md"):
        if needed not in files:
            raise ValueError(f"{folder}: a package needs {needed}")
    whole = {**manifest, "format": 1, "files": files}
    text = json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    _write_atomic(folder / "model.json", text.encode("utf-8"))
    return whole


def read_manifest(folder: Path | str) -> dict:
    """model.json of a package, to be changed and given to `write_package` again; {} when there is none."""
    path = Path(folder) / "model.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    manifest.pop("files", None)
    return manifest


def write_card(folder: Path | str, manifest: dict, *, material: str, limits: str, commands: dict[str, str],
               use: str = "", metric_words: dict[str, str] | None = None) -> None:
    """Writes README.md, the model card. Every number in it comes from the manifest's `run` and `metrics`.

    `metric_words` says what each metric means, `commands` maps "train", "evaluate" … to command lines.
    """
    run = manifest["run"]
    words = metric_words or {}
    rows = "\n".join(f"| {words.get(k, k)} | {_number(v)} |" for k, v in manifest.get("metrics", {}).items())
    lines = [
        f"# {manifest['name']} {manifest['version']}", "", manifest["description"], "",
        *([use.strip(), ""] if use else []),
        "![examples](contact-sheet.webp)" if (Path(folder) / "contact-sheet.webp").exists() else "", "",
        "## Material", "", material.strip(), "",
        "## Run", "",
        "| | |", "|---|---|",
        f"| corpus | `{run['corpus']}` |", f"| steps | {run['steps']} |",
        f"| seconds | {run['seconds']} |", f"| device | {run['device']} |", f"| date | {run['date']} |", "",
        *[f"{name.capitalize()}: `{command}`  " for name, command in commands.items()], "",
        "## Measured", "",
        *([f"By `{commands['evaluate']}`, on material and seeds that training never saw.", ""]
          if "evaluate" in commands else []),
        "| measure | value |", "|---|---|", rows or "| not measured yet | |", "",
        "## Known weaknesses", "", limits.strip(), "",
        "## Licence", "",
        f"Weights: {manifest['licence']}. " + (
            "Made from material by others: " + "; ".join(manifest["attribution"]) + "."
            if manifest.get("attribution") else "Made from our own drawings alone."), "",
    ]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    _write_atomic(Path(folder) / "README.md", text.encode("utf-8"))


def write_licence(folder: Path | str, manifest: dict) -> None:
    """Writes LICENSE: a short note that points at the full text of the Apache licence."""
    attribution = "".join(f"  - {line}\n" for line in manifest.get("attribution", []))
    text = (f"{manifest['name']}\nCopyright {manifest['run']['date'][:4]} the Broadside authors\n\n"
            "Licensed under the Apache License, Version 2.0. You may obtain a copy of the License at\n\n"
            "    http://www.apache.org/licenses/LICENSE-2.0\n\n"
            "Unless required by applicable law or agreed to in writing, the model is distributed on an\n"
            '"AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.\n')
    if attribution:
        text += f"\nTrained on material by others, used under their licences:\n\n{attribution}"
    _write_atomic(Path(folder) / "LICENSE", text.encode("utf-8"))


def contact_sheet(path: Path | str, pictures: np.ndarray, columns: int, gap: int = 4, quality: int = 82) -> None:
    """Writes uint8 pictures [n,h,w,3] as one sheet; the format follows the file's suffix."""
    from PIL import Image

    n, h, w, _ = pictures.shape
    rows = (n + columns - 1) // columns
    sheet = np.full((rows * (h + gap) + gap, columns * (w + gap) + gap, 3), 255, np.uint8)
    for i, picture in enumerate(pictures):
        y, x = gap + (i // columns) * (h + gap), gap + (i % columns) * (w + gap)
        sheet[y:y + h, x:x + w] = picture
    Image.fromarray(sheet).save(str(path), quality=quality)


def package_hash(manifest: dict) -> str:
    """What a recipe pins, as src-shared/models/manifest.ts has it: files and config, not the card or the metrics."""
    files = {name: file["sha256"] for name, file in manifest["files"].items()
             if not name.lower().endswith((".md", ".webp", ".png", ".jpg")) and name != "LICENSE"}
    whole = {"format": 1, "family": manifest["family"], "config": _plain(manifest["config"]), "files": files}
    if "bindings" in manifest:
        whole["bindings"] = manifest["bindings"]
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sha256_file(path: Path | str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def corpus_hash(*parts: Path | str | bytes | np.ndarray) -> str:
    """One sha256 over everything that decides a corpus: files, arrays, and the source of the code that draws it."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            digest.update(bytes.fromhex(sha256_file(part)))
        elif isinstance(part, np.ndarray):
            digest.update(hashlib.sha256(np.ascontiguousarray(part)).digest())
        else:
            digest.update(hashlib.sha256(part.encode() if isinstance(part, str) else part).digest())
    return digest.hexdigest()


def _plain(value: object) -> object:
    """1.0 is written 1 in JavaScript."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_scratch(name: str) -> bool:
    """What Python or an editor leaves behind; an evaluate.py is code of the repository and not a model file."""
    return name.endswith((".py", ".pyc", ".tmp")) or "__pycache__" in name or name.startswith(".")


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _numpy(value: torch.Tensor | np.ndarray) -> np.ndarray:
    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)


def _write_atomic(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
