#!/usr/bin/env python3
"""Times onnxruntime on the models of Tests/Vectors/models, float and int8, at batch 1, one thread.

Prints JSON: {model: {"float": microseconds, "int8": microseconds}}. int8 is onnxruntime's own
static quantisation (QDQ, per channel, unsigned activations), calibrated on the same samples.
Needs: pip install -r requirements.txt
"""
import json
import pathlib
import sys
import tempfile
import time

import numpy as np
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType
from onnxruntime.quantization import quantize_static

MODELS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Vectors" / "models"


class Samples(CalibrationDataReader):
    """The calibration samples of a model, one at a time."""

    def __init__(self, name, entry):
        rows = json.loads((MODELS / f"{name}.cal.json").read_text())["input_data"]
        shape = [d if isinstance(d, int) else 1 for d in entry.shape]
        flat = np.array(sum(rows, []), dtype=np.float32)
        self.samples = iter({entry.name: s} for s in flat.reshape([-1] + shape))

    def get_next(self):
        return next(self.samples, None)


def session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def best(run, feed, rounds=60, loop=200):
    """Microseconds of one call: the best of many short rounds, since the machine is shared."""
    for _ in range(loop):
        run.run(None, feed)
    least = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(loop):
            run.run(None, feed)
        least = min(least, (time.perf_counter() - start) / loop)
    return least * 1e6


def main():
    found = {}
    for name in ["mlp", "cnn8", "lenet28", "dense"]:
        path = MODELS / f"{name}.onnx"
        plain = session(path)
        entry = plain.get_inputs()[0]
        feed = Samples(name, entry).get_next()
        with tempfile.TemporaryDirectory() as folder:
            quantised = pathlib.Path(folder) / "int8.onnx"
            quantize_static(
                str(path), str(quantised), Samples(name, entry), quant_format=QuantFormat.QDQ,
                per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
            found[name] = {
                "float": best(plain, feed), "int8": best(session(quantised), feed)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
