"""The shipped graphs with other numbers inside. Inputs, outputs and what a runtime must know stay the same: float32 in and out."""
from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Smaller tensors are biases and norms: nothing to gain, and much to lose.
LEAST_VALUES = 512


def plain(src: Path) -> onnx.ModelProto:
    """float32 weights: the fp16 storage of package.store_fp16 unfolded."""
    model = onnx.load(str(src))
    stored = {t.name: t for t in model.graph.initializer}
    kept, found = [], []
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in stored:
            values = numpy_helper.to_array(stored.pop(node.input[0])).astype(np.float32)
            found.append(numpy_helper.from_array(values, node.output[0]))
        else:
            kept.append(node)
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(kept)
    model.graph.initializer.extend([*stored.values(), *found])
    return model


def channel_axis(model: onnx.ModelProto, name: str) -> int | None:
    """Along which axis a weight has one scale each: what leaves a convolution or product, a row of a table; None for other tensors."""
    axes = set()
    for node in model.graph.node:
        for place, given in enumerate(node.input):
            if given != name:
                continue
            transposed = any(a.name == "transB" and a.i for a in node.attribute)
            axes.add({("Conv", 1): 0, ("MatMul", 1): 1, ("Gemm", 1): 0 if transposed else 1, ("Gather", 0): 0}.get((node.op_type, place)))
    return axes.pop() if len(axes) == 1 else None


def weight_only(src: Path, dst: Path, multiply: bool) -> None:
    """
    int8 weights, one scale per channel; arithmetic stays float. `multiply`: Cast and Mul, which every runtime computes once as it
    loads; otherwise DequantizeLinear, which ONNX Runtime keeps for every run.
    """
    model = plain(src)
    nodes, tensors = [], []
    for tensor in model.graph.initializer:
        axis = channel_axis(model, tensor.name)
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or axis is None or values.ndim < 2 or values.size < LEAST_VALUES:
            tensors.append(tensor)
            continue
        others = tuple(i for i in range(values.ndim) if i != axis)
        scale = np.maximum(np.abs(values).max(others, keepdims=True) / 127, 1e-12).astype(np.float32)
        name, whole = tensor.name, np.clip(np.round(values / scale), -127, 127).astype(np.int8)
        tensors.append(numpy_helper.from_array(whole, f"{name}.int8"))
        if multiply:
            tensors.append(numpy_helper.from_array(scale, f"{name}.scale"))
            nodes.append(helper.make_node("Cast", [f"{name}.int8"], [f"{name}.whole"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [f"{name}.whole", f"{name}.scale"], [name]))
        else:
            tensors.append(numpy_helper.from_array(scale.ravel(), f"{name}.scale"))
            nodes.append(helper.make_node("DequantizeLinear", [f"{name}.int8", f"{name}.scale"], [name], axis=axis))
    nodes += model.graph.node
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(tensors)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(dst))


def dynamic(src: Path, dst: Path) -> None:
    """int8 matrix products; the scale of what flows into them is found at every run."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with _float_file(src) as whole:
        quantize_dynamic(whole, dst, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8, extra_options={"MatMulConstBOnly": True})


def static(src: Path, dst: Path, feeds: Callable[[], Iterable[dict[str, np.ndarray]]], ops: tuple[str, ...], reduce: bool = False) -> None:
    """
    int8 weights and activations (QDQ), with the ranges that `feeds` shows; the first and the last convolution stay float.
    `reduce`: 7 bits per weight, since processors without VNNI overflow with 8.
    """
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.rows = iter(feeds())

        def get_next(self):
            return next(self.rows, None)

    with _float_file(src) as whole:
        model = onnx.load(str(whole))
        named = [node.name for node in model.graph.node if node.op_type == "Conv"]
        quantize_static(
            whole, dst, Reader(), quant_format=QuantFormat.QDQ, op_types_to_quantize=list(ops), per_channel=True, reduce_range=reduce,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, nodes_to_exclude=[named[0], named[-1]],
        )


class _float_file:
    """The graph with float32 weights as a file that is gone afterwards, every node named."""

    def __init__(self, src: Path):
        self.src = src

    def __enter__(self) -> Path:
        self.folder = tempfile.TemporaryDirectory()
        model = plain(self.src)
        for i, node in enumerate(model.graph.node):
            node.name = node.name or f"{node.op_type}.{i}"
        path = Path(self.folder.name) / "whole.onnx"
        onnx.save(onnx.shape_inference.infer_shapes(model), str(path))
        return path

    def __exit__(self, *_) -> None:
        self.folder.cleanup()
