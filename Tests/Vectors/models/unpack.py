#!/usr/bin/env python3
"""Unpacks the held-out sets (deflated .npz) into the .npy files that the tests read.

Usage: unpack.py FOLDER-WITH-NPZ [FOLDER-FOR-NPY]
"""
import pathlib
import sys

import numpy as np

source = pathlib.Path(sys.argv[1])
target = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parent
for archive in sorted(source.glob("*.test.npz")):
    name = archive.name.removesuffix(".test.npz")
    arrays = np.load(archive, allow_pickle=False)
    np.save(target / f"{name}-x.npy", arrays["x"].astype("<f4"))
    np.save(target / f"{name}-y.npy", arrays["y"].astype("<i8"))
    np.save(target / f"{name}-logits.npy", arrays["logits"].astype("<f4"))
    print(name, {key: arrays[key].shape for key in arrays})
