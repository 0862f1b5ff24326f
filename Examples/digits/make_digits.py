#!/usr/bin/env python3
"""Trains the two models of this folder and writes them with their data.

    pip install numpy==2.4.6 scikit-learn==1.9.1 onnx==1.23.2
    ./make_digits.py [FOLDER]

`digits.onnx` is a small convolutional network. `cheap.onnx` sees only a quarter of the pixels,
costs a fraction and errs more often: what a dishonest provider would answer from. Inputs are the
pixels as they are, 0 to 16; the division by 16 is folded into the first layer. Everything follows
from the seed.
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 20
HELD_OUT = 300
CALIBRATION = 64


def patches(x):
    """All 3x3 windows of planes with a border of zeros: (n, c, h, w) to (n, h, w, c*9)."""
    n, c, h, w = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    views = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return views.transpose(0, 2, 3, 1, 4, 5).reshape(n, h, w, c * 9)


def unpatch(g, shape):
    """The transpose of `patches`."""
    n, c, h, w = shape
    g = g.reshape(n, h, w, c, 3, 3)
    out = np.zeros((n, c, h + 2, w + 2), g.dtype)
    for i in range(3):
        for j in range(3):
            out[:, :, i : i + h, j : j + w] += g[:, :, :, :, i, j].transpose(0, 3, 1, 2)
    return out[:, :, 1:-1, 1:-1]


class Conv:
    def __init__(self, rng, before, after):
        self.w = rng.normal(0, (2 / (before * 9)) ** 0.5, (after, before * 9))
        self.b = np.zeros(after)

    def forward(self, x):
        self.shape, self.p = x.shape, patches(x)
        return (self.p @ self.w.T + self.b).transpose(0, 3, 1, 2)

    def backward(self, g):
        g = g.transpose(0, 2, 3, 1)
        flat = g.reshape(-1, g.shape[-1])
        self.gw, self.gb = flat.T @ self.p.reshape(len(flat), -1), flat.sum(0)
        return unpatch(g @ self.w, self.shape)


class Dense:
    def __init__(self, rng, before, after):
        self.w = rng.normal(0, (2 / before) ** 0.5, (after, before))
        self.b = np.zeros(after)

    def forward(self, x):
        self.x = x
        return x @ self.w.T + self.b

    def backward(self, g):
        self.gw, self.gb = g.T @ self.x, g.sum(0)
        return g @ self.w


class Relu:
    def forward(self, x):
        self.on = x > 0
        return x * self.on

    def backward(self, g):
        return g * self.on


class Pool:
    def forward(self, x):
        n, c, h, w = x.shape
        blocks = x.reshape(n, c, h // 2, 2, w // 2, 2)
        out = blocks.max((3, 5), keepdims=True)
        first = blocks == out
        self.share = first / first.sum((3, 5), keepdims=True)
        self.shape = x.shape
        return out[:, :, :, 0, :, 0]

    def backward(self, g):
        return (self.share * g[:, :, :, None, :, None]).reshape(self.shape)


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, g):
        return g.reshape(self.shape)


def run(layers, x):
    for layer in layers:
        x = layer.forward(x)
    return x


def train(layers, x, y, rng, epochs, rate):
    owners = [layer for layer in layers if hasattr(layer, "w")]
    state = [[np.zeros_like(t) for t in (o.w, o.w, o.b, o.b)] for o in owners]
    step = 0
    for epoch in range(epochs):
        now = rate * (0.5 + 0.5 * np.cos(np.pi * epoch / epochs))
        order = rng.permutation(len(x))
        for start in range(0, len(x), 64):
            pick = order[start : start + 64]
            z = run(layers, x[pick])
            p = np.exp(z - z.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            p[np.arange(len(pick)), y[pick]] -= 1
            g = p / len(pick)
            for layer in reversed(layers):
                g = layer.backward(g)
            step += 1
            for owner, (mw, vw, mb, vb) in zip(owners, state):
                for t, d, m, v in ((owner.w, owner.gw, mw, vw), (owner.b, owner.gb, mb, vb)):
                    m += 0.1 * (d - m)
                    v += 0.001 * (d * d - v)
                    hat = m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
                    t -= now * (hat + 1e-4 * t)


def export(layers, path):
    nodes, constants, name = [], [], "pixels"
    first = True
    for index, layer in enumerate(layers):
        after = "logits" if layer is layers[-1] else f"t{index}"
        if isinstance(layer, (Conv, Dense)):
            w = layer.w / 16 if first else layer.w
            first = False
            if isinstance(layer, Conv):
                w = w.reshape(len(w), -1, 3, 3)
            for suffix, array in (("w", w), ("b", layer.b)):
                constants.append(
                    numpy_helper.from_array(array.astype(np.float32), f"{suffix}{index}")
                )
            inputs = [name, f"w{index}", f"b{index}"]
            if isinstance(layer, Conv):
                nodes.append(
                    helper.make_node(
                        "Conv", inputs, [after], kernel_shape=[3, 3], pads=[1, 1, 1, 1]
                    )
                )
            else:
                nodes.append(helper.make_node("Gemm", inputs, [after], transB=1))
        elif isinstance(layer, Pool):
            nodes.append(
                helper.make_node(
                    "MaxPool", [name], [after], kernel_shape=[2, 2], strides=[2, 2]
                )
            )
        else:
            nodes.append(helper.make_node(type(layer).__name__, [name], [after]))
        name = after
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 1, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 10])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def main():
    here = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    digits = load_digits()
    images = digits.images.reshape(-1, 1, 8, 8)
    x, held, y, answers = train_test_split(
        images, digits.target, test_size=HELD_OUT, random_state=SEED, stratify=digits.target
    )
    rng = np.random.default_rng(SEED)
    network = [
        Conv(rng, 1, 12), Relu(), Pool(), Conv(rng, 12, 24), Relu(), Pool(), Flatten(),
        Dense(rng, 96, 32), Relu(), Dense(rng, 32, 10),
    ]
    train(network, x / 16, y, rng, epochs=40, rate=4e-3)
    cheap = [Pool(), Flatten(), Dense(rng, 16, 24), Relu(), Dense(rng, 24, 10)]
    train(cheap, x / 16, y, rng, epochs=60, rate=1e-2)
    export(network, here / "digits.onnx")
    export(cheap, here / "cheap.onnx")
    np.save(here / "digits.npy", held.astype(np.uint8))
    np.save(here / "labels.npy", answers.astype(np.uint8))
    np.save(here / "calibration.npy", x[:CALIBRATION].astype(np.uint8))
    for name, layers in (("digits", network), ("cheap", cheap)):
        right = (run(layers, held / 16).argmax(1) == answers).mean()
        print(f"{name}: {100 * right:.2f} % of {HELD_OUT} held-out digits")


main()
