#!/usr/bin/env python3
"""Trains the model of this folder on a text and writes it with the data to judge it.

    pip install torch==2.13.0+cpu numpy==2.4.6 onnx==1.23.2
    ./make_gpt.py SYMBOLS [FOLDER]

SYMBOLS is the text as one byte a symbol: 0 is a new line, 1 to 95 are the characters 32 to 126.
The model reads 64 symbols and says which comes next: four layers of width 128 with four heads,
layer norms before each half, GELU. The last twentieth of the text is held out. Everything follows
from the seed and the number of threads, up to the rounding of the machine.
"""
import math
import pathlib
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

SEED = 7
SYMBOLS, WIDTH, LAYERS, HEADS, CONTEXT = 96, 128, 4, 4, 64
STEPS, BATCH, RATE = 3000, 32, 2e-3
HELD_OUT, CALIBRATION, WITH_LOGITS = 1000, 32, 200


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.before_attention = torch.nn.LayerNorm(WIDTH)
        self.attention = torch.nn.Linear(WIDTH, 3 * WIDTH)
        self.joined = torch.nn.Linear(WIDTH, WIDTH)
        self.before_wide = torch.nn.LayerNorm(WIDTH)
        self.wide = torch.nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = torch.nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        n, t, c = x.shape
        parts = self.attention(self.before_attention(x)).split(c, -1)
        q, k, v = (p.view(n, t, HEADS, c // HEADS).transpose(1, 2) for p in parts)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.joined(mixed.transpose(1, 2).reshape(n, t, c))
        return x + self.narrow(F.gelu(self.wide(self.before_wide(x))))


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.symbols = torch.nn.Embedding(SYMBOLS, WIDTH)
        self.places = torch.nn.Parameter(torch.zeros(CONTEXT, WIDTH))
        self.blocks = torch.nn.ModuleList(Block() for _ in range(LAYERS))
        self.last = torch.nn.LayerNorm(WIDTH)
        self.head = torch.nn.Linear(WIDTH, SYMBOLS, bias=False)
        for name, p in self.named_parameters():
            if p.dim() > 1:
                torch.nn.init.normal_(p, 0, 0.02)
            if name.endswith(("joined.weight", "narrow.weight")):
                torch.nn.init.normal_(p, 0, 0.02 / math.sqrt(2 * LAYERS))

    def forward(self, ids):
        x = self.symbols(ids) + self.places
        for block in self.blocks:
            x = block(x)
        return self.head(self.last(x))


def train(model, text, rng):
    groups = [
        {"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": 0.1},
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98))
    for step in range(STEPS):
        share = min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * step / STEPS))
        for group in optimiser.param_groups:
            group["lr"] = RATE * max(share, 0.02)
        starts = rng.integers(0, len(text) - CONTEXT - 1, BATCH)
        windows = torch.from_numpy(np.stack([text[s : s + CONTEXT + 1] for s in starts]))
        windows = windows.long()
        logits = model(windows[:, :-1])
        loss = F.cross_entropy(logits.reshape(-1, SYMBOLS), windows[:, 1:].reshape(-1))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 0 or step == STEPS - 1:
            print(f"step {step}: {loss.item():.3f}", flush=True)


class Writer:
    """Collects the nodes and constants of an ONNX graph."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, value):
        value = np.asarray(value)
        if value.dtype.kind == "f":
            value = value.astype(np.float32)
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def linear(self, x, layer, name):
        w = self.constant(f"{name}.w", layer.weight.detach().numpy().T.copy())
        y = self.node("MatMul", [x, w], f"{name}.product")
        if layer.bias is None:
            return y
        b = self.constant(f"{name}.b", layer.bias.detach().numpy())
        return self.node("Add", [y, b], f"{name}.sum")

    def norm(self, x, layer, name):
        g = self.constant(f"{name}.g", layer.weight.detach().numpy())
        b = self.constant(f"{name}.b", layer.bias.detach().numpy())
        return self.node(
            "LayerNormalization", [x, g, b], f"{name}.out", axis=-1, epsilon=layer.eps)


def export(model, path):
    w = Writer()
    table = w.constant("symbols", model.symbols.weight.detach().numpy())
    x = w.node("Gather", [table, "ids"], "embedded", axis=0)
    places = w.constant("places", model.places.detach().numpy())
    x = w.node("Add", [x, places], "placed")
    head = WIDTH // HEADS
    apart = w.constant("apart", np.array([1, CONTEXT, HEADS, head]))
    together = w.constant("together", np.array([1, CONTEXT, WIDTH]))
    root = w.constant("root", np.float32(math.sqrt(head)))
    mask = np.triu(np.full((CONTEXT, CONTEXT), -1e9, np.float32), 1)
    mask = w.constant("mask", mask)
    thirds = w.constant("thirds", np.array([WIDTH] * 3))
    for i, block in enumerate(model.blocks):
        n = f"layer{i}"
        y = w.norm(x, block.before_attention, f"{n}.norm1")
        y = w.linear(y, block.attention, f"{n}.attention")
        w.nodes.append(
            helper.make_node("Split", [y, thirds], [f"{n}.{p}" for p in "qkv"], axis=-1))
        parts = {}
        for p in "qkv":
            r = w.node("Reshape", [f"{n}.{p}", apart], f"{n}.{p}.apart")
            order = [0, 2, 3, 1] if p == "k" else [0, 2, 1, 3]
            parts[p] = w.node("Transpose", [r], f"{n}.{p}.heads", perm=order)
        s = w.node("MatMul", [parts["q"], parts["k"]], f"{n}.scores")
        s = w.node("Div", [s, root], f"{n}.scaled")
        s = w.node("Add", [s, mask], f"{n}.masked")
        s = w.node("Softmax", [s], f"{n}.shares", axis=-1)
        y = w.node("MatMul", [s, parts["v"]], f"{n}.mixed")
        y = w.node("Transpose", [y], f"{n}.back", perm=[0, 2, 1, 3])
        y = w.node("Reshape", [y, together], f"{n}.joined")
        y = w.linear(y, block.joined, f"{n}.out")
        x = w.node("Add", [x, y], f"{n}.half")
        y = w.norm(x, block.before_wide, f"{n}.norm2")
        y = w.linear(y, block.wide, f"{n}.wide")
        y = w.node("Gelu", [y], f"{n}.gelu")
        y = w.linear(y, block.narrow, f"{n}.narrow")
        x = w.node("Add", [x, y], f"{n}.whole")
    last = w.constant("last", np.int64(CONTEXT - 1))
    x = w.node("Gather", [x, last], "newest", axis=1)
    x = w.norm(x, model.last, "norm")
    weights = w.constant("head", model.head.weight.detach().numpy().T.copy())
    w.node("MatMul", [x, weights], "logits")
    graph = helper.make_graph(
        w.nodes, "gpt",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, CONTEXT])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, SYMBOLS])],
        w.constants)
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
    whole.ir_version = 9
    onnx.checker.check_model(whole)
    onnx.save(whole, path)


def main():
    text = np.fromfile(sys.argv[1], np.uint8)
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ".")
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    border = len(text) * 19 // 20
    model = Model()
    print(sum(p.numel() for p in model.parameters()), "numbers")
    train(model, text[:border], rng)
    model.eval()

    def windows(start, end, count):
        starts = rng.integers(start, end - CONTEXT - 1, count)
        return np.stack([text[s : s + CONTEXT + 1] for s in starts])

    held = windows(border, len(text), HELD_OUT)
    with torch.no_grad():
        logits = model(torch.from_numpy(held[:, :-1]).long())[:, -1].numpy()
    print("held-out accuracy", (logits.argmax(1) == held[:, -1]).mean())
    np.save(folder / "windows.npy", held[:, :-1])
    np.save(folder / "next.npy", held[:, -1])
    np.save(folder / "logits.npy", logits[:WITH_LOGITS].astype(np.float32))
    np.save(folder / "calibration.npy", windows(0, border, CALIBRATION)[:, :-1])
    export(model, folder / "gpt.onnx")


if __name__ == "__main__":
    main()
