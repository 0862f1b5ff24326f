#!/usr/bin/env python3
"""Makes one small ONNX model for each wide operation, with inputs and onnxruntime's outputs.

    pip install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.31.1
    ./make_wide.py [FOLDER]
"""
import pathlib
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(11)
SAMPLES = 8


class Builder:
    def __init__(self, shape, symbols=0):
        self.nodes, self.constants, self.shape, self.symbols = [], [], shape, symbols
        self.count = 0

    def c(self, value, kind=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def i(self, *value):
        return self.c(value, np.int64)

    def __call__(self, kind, *inputs, outputs=1, **attributes):
        names = []
        for _ in range(outputs):
            self.count += 1
            names.append(f"t{self.count}")
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def save(self, folder, name, last):
        self.nodes.append(helper.make_node("Identity", [last], ["y"]))
        kind = TensorProto.INT64 if self.symbols else TensorProto.FLOAT
        graph = helper.make_graph(
            self.nodes, name, [helper.make_tensor_value_info("x", kind, [1] + self.shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
        model.ir_version = 9
        data = model.SerializeToString()
        session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        if self.symbols:
            x = rng.integers(0, self.symbols, [SAMPLES] + self.shape).astype(np.uint8)
            runs = [session.run(None, {"x": s[None].astype(np.int64)})[0] for s in x]
        else:
            x = rng.normal(0, 1, [SAMPLES] + self.shape).astype(np.float32)
            runs = [session.run(None, {"x": s[None]})[0] for s in x]
        y = np.stack([r.reshape(-1) for r in runs]).astype(np.float32)
        (folder / f"{name}.onnx").write_bytes(data)
        np.save(folder / f"{name}-x.npy", x)
        np.save(folder / f"{name}-y.npy", y)


def normal(*shape):
    return rng.normal(0, 0.5, shape)


def conv(b, x, before, after, **attributes):
    return b("Conv", x, b.c(normal(after, before, 3, 3)), b.c(normal(after)), **attributes)


def models():
    b = Builder([3, 8, 8])
    x = b("AveragePool", conv(b, "x", 3, 5), kernel_shape=[2, 2], strides=[2, 2])
    yield "average", b, b("AveragePool", x, kernel_shape=[3, 2], pads=[1, 0, 1, 1],
                          count_include_pad=1)
    b = Builder([3, 8, 8])
    x = b("GlobalAveragePool", b("Relu", conv(b, "x", 3, 10)))
    yield "global", b, b("Gemm", b("Flatten", x), b.c(normal(10, 4)))
    b = Builder([3, 8, 8])
    x = b("BatchNormalization", conv(b, "x", 3, 6), b.c(normal(6)), b.c(normal(6)),
          b.c(normal(6)), b.c(rng.random(6) + 0.5), epsilon=1e-3)
    x = b("Clip", x, b.c(0), b.c(6))
    x = b("MaxPool", x, kernel_shape=[2, 2])
    yield "norms", b, b("BatchNormalization", x, b.c(normal(6)), b.c(normal(6)), b.c(normal(6)),
                        b.c(rng.random(6) + 0.5))
    b = Builder([12])
    x = b("Gemm", "x", b.c(normal(12, 6)))
    x = b("Sub", b("Mul", x, b.c(normal(6))), b.c(normal(6)))
    x = b("Div", b("Add", b("Mul", x, b.c(-2.5)), b.c(0.25)), b.c(3))
    yield "constants", b, b("Sub", b.c(normal(1, 6)), x)
    b = Builder([12])
    p, q = b("Gemm", "x", b.c(normal(12, 6))), b("Gemm", "x", b.c(normal(12, 6)))
    yield "pairs", b, b("Sub", b("Mul", p, b("Sigmoid", q)), b("Add", q, p))
    for name, make in [
        ("gelu", lambda b, x: b("Gelu", x)),
        ("gelutanh", lambda b, x: b("Gelu", x, approximate="tanh")),
        ("geluparts", lambda b, x: b("Mul", b("Mul", x, b.c(0.5)), b(
            "Add", b("Erf", b("Div", x, b.c(2 ** 0.5))), b.c(1)))),
        ("silu", lambda b, x: b("Mul", x, b("Sigmoid", x))),
        ("leaky", lambda b, x: b("Elu", b("LeakyRelu", x, alpha=0.2))),
        ("hard", lambda b, x: b("HardSwish", b("Tanh", x))),
        ("ends", lambda b, x: b("Clip", b("Abs", b("Neg", x)), b.c(0.25), b.c(1))),
    ]:
        b = Builder([16])
        yield name, b, make(b, b("Gemm", "x", b.c(normal(16, 8))))
    b = Builder([3, 6, 6])
    left, right = conv(b, "x", 3, 4, pads=[1, 1, 1, 1]), b("Relu", conv(b, "x", 3, 2, pads=[1] * 4))
    x = b("Concat", left, right, "x", axis=1)
    x = b("Dropout", x)
    yield "concat", b, b("Pad", x, b.i(0, 0, 1, 2, 0, 0, 0, 1))
    b = Builder([3, 6, 6])
    x = b("Pad", "x", b.i(0, 0, 1, 1, 0, 0, 1, 1))
    yield "border", b, conv(b, x, 3, 4)
    b = Builder([4, 6, 5])
    x = b("Transpose", "x", perm=[0, 2, 3, 1])
    x = b("Slice", x, b.i(1, -4), b.i(100, -1), b.i(1, 2), b.i(2, 1))
    p, q = b("Split", x, b.i(1, 3), outputs=2, axis=3)
    x = b("Mul", b("Squeeze", p, b.i(3)), b("Squeeze", b("Gather", q, b.i(1), axis=3), b.i(-1)))
    yield "layout", b, b("Unsqueeze", b("Reshape", x, b.i(1, -1)), b.i(1))
    b = Builder([7, 12])
    x = b("Add", b("MatMul", "x", b.c(normal(12, 10))), b.c(normal(10)))
    x = b("LayerNormalization", x, b.c(normal(10) + 1), b.c(normal(10)), axis=-1)
    yield "tokens", b, b("MatMul", x, b.c(normal(10, 5)))
    b = Builder([6, 8])
    p, q = b("MatMul", "x", b.c(normal(8, 8))), b("MatMul", "x", b.c(normal(8, 8)))
    x = b("MatMul", p, b("Transpose", q, perm=[0, 2, 1]))
    x = b("Softmax", b("Div", x, b.c(2)), axis=-1)
    yield "attention", b, b("MatMul", x, "x")
    b = Builder([8], symbols=20)
    x = b("Add", b("Gather", b.c(normal(20, 12)), "x"), b.c(normal(8, 12)))
    y = b("LayerNormalization", x, b.c(normal(12) + 1), b.c(normal(12)), axis=-1)
    y = b("Add", b("MatMul", y, b.c(normal(12, 36))), b.c(normal(36)))
    parts = []
    for part in b("Split", y, b.i(12, 12, 12), outputs=3, axis=-1):
        part = b("Reshape", part, b.i(1, 8, 2, 6))
        order = [0, 2, 3, 1] if len(parts) == 1 else [0, 2, 1, 3]
        parts.append(b("Transpose", part, perm=order))
    s = b("Mul", b("MatMul", parts[0], parts[1]), b.c(6 ** -0.5))
    s = b("Softmax", b("Add", s, b.c(np.triu(np.full((8, 8), -1e9), 1))), axis=-1)
    y = b("Transpose", b("MatMul", s, parts[2]), perm=[0, 2, 1, 3])
    x = b("Add", x, b("MatMul", b("Reshape", y, b.i(1, 8, 12)), b.c(normal(12, 12))))
    x = b("Gather", x, b.c(-1, np.int64), axis=1)
    yield "causal", b, b("MatMul", b("Gelu", x), b.c(normal(12, 20)))


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "wide")
    folder.mkdir(exist_ok=True)
    for name, builder, last in models():
        builder.save(folder, name, last)
        print(name)


main()
