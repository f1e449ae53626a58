"""Graphs that mean harm, each a few hundred bytes: what the studio's workers must survive.

    python -m tiny.hostile ../../src-main/studio/fixtures/hostile      # from models/training; same bytes every time

All have the ports of tiny-gan's synthesis graph, so that a test can put one in its place.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from tiny.make import FLOAT, OPSET, Graph

STYLES, WIDTH, SIDE = 3, 12, 32
PORTS = [("w", FLOAT, ["b", STYLES, WIDTH])], [("image", FLOAT, ["b", 3, SIDE, SIDE])]


def picture(g: Graph, scalar: str) -> None:
    """image = a grey picture of one value, so that nothing before it can be left out."""
    g.add("Expand", g.add("Tanh", scalar), g.ints(1, 3, SIDE, SIDE), out="image")


def endless(path: Path) -> None:
    """Counts for ever."""
    g = Graph(1)
    start = g.add("ReduceMean", "w", keepdims=0)
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["go_on"]), helper.make_node("Add", ["x", "x"], ["x2"]),
         helper.make_node("Tanh", ["x2"], ["next"])],
        "body",
        [helper.make_tensor_value_info("i", TensorProto.INT64, []), helper.make_tensor_value_info("go", TensorProto.BOOL, []),
         helper.make_tensor_value_info("x", FLOAT, [])],
        [helper.make_tensor_value_info("go_on", TensorProto.BOOL, []), helper.make_tensor_value_info("next", FLOAT, [])],
    )
    picture(g, g.add("Loop", "", g.const(True, np.bool_), start, body=body))
    g.save(path, *PORTS)


def hungry(path: Path) -> None:
    """Doubles a tensor until it has 6 GiB, and touches all of it. Its shape depends on the input: nothing to fold."""
    g = Graph(1)
    scalar = g.add("ReduceMean", "w", keepdims=0)
    zero = g.add("Cast", g.add("Mul", scalar, g.const(0.0)), to=TensorProto.INT64)
    shape = g.add("Unsqueeze", g.add("Add", zero, g.const(6 * 2**30 // 4, np.int64)), g.ints(0))
    big = g.add("Expand", scalar, shape)
    picture(g, g.add("ReduceMean", g.add("Sin", big), keepdims=0))
    g.save(path, *PORTS)


def bottomless(path: Path) -> None:
    """A chain of functions that call each other: ONNX Runtime's loader runs out of stack and takes the process along."""
    domain, depth = "x", 3000
    functions = []
    for at in range(depth):
        op = helper.make_node(f"f{at + 1}", ["a"], ["b"], domain=domain) if at + 1 < depth else \
            helper.make_node("Identity", ["a"], ["b"])
        imports = [helper.make_opsetid("", OPSET), helper.make_opsetid(domain, 1)]
        functions.append(helper.make_function(domain, f"f{at}", ["a"], ["b"], [op], imports))
    nodes = [helper.make_node("ReduceMean", ["w"], ["s"], keepdims=0), helper.make_node("f0", ["s"], ["t"], domain=domain),
             helper.make_node("Expand", ["t", "shape"], ["image"])]
    shape = onnx.numpy_helper.from_array(np.asarray([1, 3, SIDE, SIDE], np.int64), "shape")
    graph = helper.make_graph(nodes, "bottomless", [helper.make_tensor_value_info(*i) for i in PORTS[0]],
                              [helper.make_tensor_value_info(*o) for o in PORTS[1]], [shape])
    model = helper.make_model(graph, ir_version=8, functions=functions, producer_name="broadside tiny",
                              opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(domain, 1)])
    path.with_suffix(".onnx.gz").write_bytes(gzip.compress(model.SerializeToString(), 9, mtime=0))


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    endless(out / "endless.onnx")
    hungry(out / "hungry.onnx")
    bottomless(out / "bottomless.onnx")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
