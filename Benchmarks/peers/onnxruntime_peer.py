#!/usr/bin/env python3
"""Times onnxruntime on the models of Tests/Vectors/models, float and int8, whenever it is asked.

Reads requests from standard input, one JSON object a line:
    {"model": "dense", "kind": "float" or "int8", "threads": 1, "batch": 64, "seconds": 0.2}
and answers each with a line that holds the microseconds of one call: the best of many short
rounds, since the machine is shared, and the better of the two ways to call (`run`, and
`run_with_iobinding` with inputs and outputs in place). int8 is onnxruntime's own static
quantisation (QDQ, per channel, unsigned activations), calibrated on the models' own samples.
The files fix a batch of one; the first dimension of input and output is set free.
Needs: pip install -r requirements.txt
"""
import functools
import json
import pathlib
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType
from onnxruntime.quantization import quantize_static

MODELS = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Vectors" / "models"
SCRATCH = tempfile.TemporaryDirectory()


class Samples(CalibrationDataReader):
    """The calibration samples of a model, one at a time."""

    def __init__(self, name, entry):
        rows = json.loads((MODELS / f"{name}.cal.json").read_text())["input_data"]
        shape = [d if isinstance(d, int) else 1 for d in entry.shape]
        flat = np.array(sum(rows, []), dtype=np.float32)
        self.all = flat.reshape([-1] + shape[1:])
        self.samples = iter({entry.name: s[None]} for s in self.all)

    def get_next(self):
        return next(self.samples, None)


def session(path, threads):
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@functools.cache
def files(name):
    """The model with a free batch, and the same quantised."""
    model = onnx.load(MODELS / f"{name}.onnx")
    for entry in [model.graph.input[0], model.graph.output[0]]:
        entry.type.tensor_type.shape.dim[0].dim_param = "batch"
    del model.graph.value_info[:]
    plain = pathlib.Path(SCRATCH.name) / f"{name}.onnx"
    onnx.save(model, plain)
    quantised = pathlib.Path(SCRATCH.name) / f"{name}-int8.onnx"
    samples = Samples(name, session(plain, 1).get_inputs()[0])
    quantize_static(
        str(plain), str(quantised), samples, quant_format=QuantFormat.QDQ,
        per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    return {"float": plain, "int8": quantised}


@functools.cache
def prepared(name, kind, threads, batch):
    """The two ways to call one session on one batch."""
    own = session(files(name)[kind], threads)
    entry = own.get_inputs()[0]
    some = Samples(name, entry).all
    feed = {entry.name: np.resize(some, (batch,) + some.shape[1:])}
    result = own.run(None, feed)[0]
    binding = own.io_binding()
    binding.bind_ortvalue_input(entry.name, ort.OrtValue.ortvalue_from_numpy(feed[entry.name]))
    binding.bind_ortvalue_output(
        own.get_outputs()[0].name, ort.OrtValue.ortvalue_from_numpy(np.zeros_like(result)))
    return [lambda: own.run(None, feed), lambda: own.run_with_iobinding(binding)]


def best(call, seconds):
    """Microseconds of one call."""
    loop = 1
    while round_of(call, loop) < 0.002 and loop < 1 << 20:
        loop *= 2
    least = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        least = min(least, round_of(call, loop) / loop)
    return least * 1e6


def round_of(call, loop):
    start = time.perf_counter()
    for _ in range(loop):
        call()
    return time.perf_counter() - start


def main():
    for line in sys.stdin:
        wanted = json.loads(line)
        calls = prepared(wanted["model"], wanted["kind"], wanted["threads"], wanted["batch"])
        print(min(best(call, wanted["seconds"] / len(calls)) for call in calls), flush=True)


if __name__ == "__main__":
    main()
