"""Aggregates a file of votes with crowd-kit's Dawid-Skene, for the benchmark that compares with it.

  crowdkit_peer.py VOTES.csv ROUNDS     prints {"seconds": processor time, "labels": {task: label}}

The time is that of the fit alone, on a frame that is in memory already.
"""

import json
import sys
import time

import pandas
from crowdkit.aggregation import DawidSkene


def main(path, rounds):
    votes = pandas.read_csv(path, dtype=str)
    model = DawidSkene(n_iter=int(rounds), tol=0)
    began = time.process_time()
    labels = model.fit_predict(votes)
    seconds = time.process_time() - began
    json.dump({"seconds": seconds, "labels": labels.to_dict()}, sys.stdout)


main(*sys.argv[1:])
