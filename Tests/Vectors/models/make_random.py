#!/usr/bin/env python3
"""Makes small random ONNX models, with inputs and the outputs that onnxruntime gives.

    pip install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.31.1
    ./make_random.py [FOLDER] [COUNT] [SAMPLES]

They mix odd shapes, strides and pads, automatic pads, biases in every place, residual additions
and layout changes; one file holds the model, `-x.npy` the inputs, `-y.npy` the outputs.
"""
import pathlib
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(7)


class Builder:
    def __init__(self):
        self.nodes, self.constants, self.name = [], [], "x"
        if rng.random() < 0.75:
            self.shape = [pick(1, 4), pick(4, 11), pick(4, 11)]
        else:
            self.shape = [pick(2, 20)]
        self.dims = list(self.shape)

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def weights(self, *shape):
        return self.constant(rng.normal(0, 0.4, shape).astype(np.float32))

    def node(self, operation, inputs, **attributes):
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [name], **attributes))
        self.name = name

    def conv(self):
        channels, height, width = self.dims
        tall, wide = pick(1, min(4, height) + 1), pick(1, min(4, width) + 1)
        outputs, strides = pick(1, 6), [pick(1, 3), pick(1, 3)]
        inputs = [self.name, self.weights(outputs, channels, tall, wide)]
        if rng.random() < 0.7:
            inputs.append(self.weights(outputs))
        attributes = {"strides": strides}
        pads = [0, 0, 0, 0]
        if rng.random() < 0.3:
            attributes["auto_pad"] = ["SAME_UPPER", "SAME_LOWER", "VALID"][pick(0, 3)]
        else:
            pads = [pick(0, side) for side in (tall, wide, tall, wide)]
            attributes["pads"] = pads
        self.node("Conv", inputs, **attributes)
        if attributes.get("auto_pad", "").startswith("SAME"):
            self.dims = [outputs, -(-height // strides[0]), -(-width // strides[1])]
        else:
            self.dims = [outputs, *slide(height, width, (tall, wide), strides, pads)]

    def pool(self):
        strides, pads = [pick(1, 3), pick(1, 3)], [pick(0, 2) for _ in range(4)]
        self.node("MaxPool", [self.name], kernel_shape=[2, 2], strides=strides, pads=pads)
        self.dims = [self.dims[0], *slide(*self.dims[1:], (2, 2), strides, pads)]

    def residual(self):
        before = self.name
        self.node("Relu", [before])
        self.node("Add", [self.name, before])

    def flatten(self):
        if rng.random() < 0.5:
            self.node("Flatten", [self.name])
        else:
            self.node("Reshape", [self.name, self.constant(np.array([0, -1], np.int64))])
        self.dims = [int(np.prod(self.dims))]

    def dense(self):
        before, outputs = self.dims[0], pick(1, 20)
        kind = pick(0, 3)
        if kind == 0:
            inputs = [self.name, self.weights(outputs, before), self.weights(outputs)]
            self.node("Gemm", inputs, transB=1, alpha=0.75)
        elif kind == 1:
            self.node("Gemm", [self.name, self.weights(before, outputs)])
        else:
            self.node("MatMul", [self.name, self.weights(before, outputs)])
            self.node("Add", [self.weights(outputs), self.name])
        self.dims = [outputs]

    def step(self):
        chance = rng.random()
        if len(self.dims) == 1:
            if chance < 0.6:
                self.dense()
            else:
                self.node("Relu" if chance < 0.85 else "Identity", [self.name])
        elif chance < 0.5:
            self.conv()
        elif chance < 0.65 and min(self.dims[1:]) >= 2:
            self.pool()
        elif chance < 0.8:
            self.node("Relu", [self.name])
        elif chance < 0.9:
            self.residual()
        else:
            self.flatten()

    def model(self):
        info = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes,
            "random",
            [info("x", TensorProto.FLOAT, [1, *self.shape])],
            [info(self.name, TensorProto.FLOAT, None)],
            self.constants,
        )
        opsets = [helper.make_opsetid("", 17)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def pick(start, end):
    return int(rng.integers(start, end))


def slide(height, width, window, strides, pads):
    tall = (height + pads[0] + pads[2] - window[0]) // strides[0] + 1
    wide = (width + pads[1] + pads[3] - window[1]) // strides[1] + 1
    return tall, wide


def main():
    default = pathlib.Path(__file__).parent / "random"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 32
    samples = int(sys.argv[3]) if len(sys.argv) > 3 else 8
    made = 0
    while made < count:
        builder = Builder()
        for _ in range(pick(2, 7)):
            builder.step()
        x = rng.normal(0, 1, [samples, *builder.shape]).astype(np.float32)
        if not builder.constants or np.prod(builder.dims) > 600:
            continue
        model = builder.model().SerializeToString(deterministic=True)
        try:
            session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        except onnxruntime.capi.onnxruntime_pybind11_state.Fail:
            continue  # a window that falls off its plane
        rows = [session.run(None, {"x": x[i : i + 1]})[0].reshape(1, -1) for i in range(samples)]
        (folder / f"{made}.onnx").write_bytes(model)
        np.save(folder / f"{made}-x.npy", x)
        np.save(folder / f"{made}-y.npy", np.concatenate(rows).astype(np.float32))
        made += 1


main()
