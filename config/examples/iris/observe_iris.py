#!/usr/bin/env python3
"""Asks an iris model about flowers and reports the window as one line for `planectl observe`: what it was shown,
and how right it was.

Standard library only. `--unit inch` is the fault that the demo looks for: somebody sends measurements in inches to a model that
was trained on centimetres.
"""

import argparse
import json
import random
import struct
import sys
from pathlib import Path

from train_iris import BadData, measure, read_data, scaled

PER_UNIT = {"cm": 1.0, "inch": 1 / 2.54}


def read_safetensors(path):
    """The tensors of 32-bit floats as flat lists, and the metadata."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, tensor in header.items():
        if name != "__metadata__":
            start, end = tensor["data_offsets"]
            tensors[name] = struct.unpack(f"<{(end - start) // 4}f", data[8 + length + start:8 + length + end])
    return tensors, header["__metadata__"]


def judged(tensors, classes, rows):
    """Loss and accuracy of the served model on what it was shown."""
    width = len(tensors["feature_mean"])
    weight = [tensors["weight"][k * width:(k + 1) * width] for k in range(len(classes))]
    labelled = [(features, classes.index(label)) for features, label in rows]
    return measure(weight, tensors["bias"], scaled(labelled, tensors["feature_mean"], tensors["feature_deviation"]))


def observe(weights, data, rows, seed, unit, start, end):
    """The observation of one window in which `rows` flowers were shown to the model."""
    tensors, metadata = read_safetensors(weights)
    names, flowers, _ = read_data(data)
    shown = [([x * PER_UNIT[unit] for x in features], label)
             for features, label in random.Random(seed).choices(flowers, k=rows)]
    series = {name: list(column) for name, column in zip(names, zip(*(features for features, _ in shown)))}
    metrics = judged(tensors, metadata["classes"].split(","), shown)
    return {"window_start": start, "window_end": end, "series": series, "metrics": metrics}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", metavar="FILE.safetensors", required=True)
    parser.add_argument("--data", metavar="CSV", required=True)
    parser.add_argument("--rows", metavar="N", type=int, default=100)
    parser.add_argument("--seed", metavar="N", type=int, default=1)
    parser.add_argument("--unit", choices=PER_UNIT, default="cm")
    parser.add_argument("--start", metavar="TIME", required=True)
    parser.add_argument("--end", metavar="TIME", required=True)
    try:
        print(json.dumps(observe(**vars(parser.parse_args()))))
    except (BadData, OSError, ValueError, struct.error) as error:
        sys.exit(f"observe_iris: {error}")


if __name__ == "__main__":
    main()
