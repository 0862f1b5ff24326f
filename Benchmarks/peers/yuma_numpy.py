"""A dense epoch of classic Yuma consensus in NumPy, written for this comparison: no peer ships one.

  yuma_numpy.py VALIDATORS MEMBERS ROUNDS
      prints {"seconds": processor time of the best round, "incentive": [...], "dividends": [...]}

The subnet is the benchmark's own, from the same generator. Numbers are float64, so results agree to
about nine digits and not to the bit. The weighted median is found twice, by sorting each column and
by halving a range for all columns at once as the old Python model of subtensor does; the faster way
counts. One thread.
"""

import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np

KAPPA = 32_767 / 65_535
KEPT = 0.9


def subnet(validators, members):
    """Stakes, weights and bonds as YumaBenchmark.dense draws them."""
    state = 1

    def shares(count):
        nonlocal state
        found = np.empty(count)
        for place in range(count):
            state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
            found[place] = state >> 40 & 0xFFFF
        return found

    stakes, weights, bonds = [], [], []
    for _ in range(validators):
        stakes.append(1_000 + shares(1)[0])
        weights.append(shares(members))
        bonds.append(shares(members))
    return np.array(stakes), np.array(weights), np.array(bonds)


def median_by_sorting(stake, weights, minority):
    order = np.argsort(weights, axis=0)
    above = np.cumsum(stake[order], axis=0) > minority
    first = np.argmax(above, axis=0)
    columns = np.arange(weights.shape[1])
    return weights[order[first, columns], columns]


def median_by_halving(stake, weights, minority):
    low, high = weights.min(axis=0), weights.max(axis=0)
    for _ in range(32):
        middle = (low + high) / 2
        fits = stake @ (weights < middle) <= minority
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return low


def ratio(x, sums):
    return np.divide(x, sums, out=np.zeros_like(x), where=sums > 0)


def epoch(stakes, shares, bonds, median):
    stake = stakes / stakes.sum()
    weights = shares.copy()
    # Nobody judges oneself.
    np.fill_diagonal(weights, 0)
    weights /= weights.sum(axis=1, keepdims=True)
    consensus = median(stake, weights, 1 - KAPPA)
    clipped = np.minimum(weights, consensus)
    trust = clipped.sum(axis=1)
    ranks = stake @ clipped
    preranks = stake @ weights
    incentive = ranks / ranks.sum()
    new = clipped * stake[:, None]
    new = ratio(new, new.sum(axis=0))
    old = ratio(bonds, bonds.sum(axis=0))
    mixed = (1 - KEPT) * new + KEPT * old
    owned = ratio(mixed, mixed.sum(axis=0))
    dividends = owned @ incentive
    stored = (ratio(owned, owned.max(axis=0)) * 65_535).astype(np.uint16)
    return incentive, dividends / dividends.sum(), (trust, preranks, stored)


def main(validators, members, rounds):
    inputs = subnet(validators, members)
    best, found = None, None
    for median in (median_by_sorting, median_by_halving):
        for _ in range(rounds):
            began = time.process_time()
            found = epoch(*inputs, median)
            seconds = time.process_time() - began
            best = seconds if best is None else min(best, seconds)
    json.dump(
        {"seconds": best, "incentive": found[0].tolist(), "dividends": found[1].tolist()},
        sys.stdout)


main(*(int(word) for word in sys.argv[1:]))
