#!/usr/bin/env python3
"""Trains a softmax classifier on Fisher's iris data and reports it as one TrainingOutput line.

Standard library only. The same data, seed and epochs give the same weights, byte for byte. The weights go to --out as
safetensors; stdout carries one line of JSON for `planectl submit`, and nothing else.
"""

import argparse
import csv
import hashlib
import json
import math
import random
import secrets
import statistics
import struct
import sys
from pathlib import Path

LEARNING_RATE = 0.5
F32_MAX = 3.4e38


class BadData(Exception):
    """Says where in the data and why it cannot be trained on."""


def read_data(path):
    """Returns the feature names, the rows as (features, class name), and the digest of the file."""
    content = Path(path).read_bytes()
    lines = list(csv.reader(content.decode("utf-8", "replace").splitlines()))
    if not lines or len(lines[0]) < 2:
        raise BadData(f"{path}: the first line must name the features and then the class")
    rows = [parse_row(f"{path}:{n}", line, len(lines[0])) for n, line in enumerate(lines[1:], start=2) if line]
    return lines[0][:-1], rows, "sha256:" + hashlib.sha256(content).hexdigest()


def parse_row(place, line, width):
    if len(line) != width:
        raise BadData(f"{place}: {len(line)} columns, expected {width}")
    try:
        features = [float(text) for text in line[:-1]]
    except ValueError as error:
        raise BadData(f"{place}: {error}") from None
    if not all(abs(x) < F32_MAX for x in features) or not line[-1]:  # NaN is not less than anything
        raise BadData(f"{place}: needs numbers that a 32-bit float can hold, and a class name")
    return features, line[-1]


def split(rows, classes, rng):
    """Shuffles each class and holds out one row in five of it, at least one."""
    train, held_out = [], []
    for k, name in enumerate(classes):
        members = [(features, k) for features, label in rows if label == name]
        if len(members) < 2:
            raise BadData(f"class {name!r} has one row; it takes one to train on and one to hold out")
        rng.shuffle(members)
        cut = max(1, len(members) // 5)
        held_out += members[:cut]
        train += members[cut:]
    return train, held_out


def scaling(rows):
    """Mean and standard deviation of each feature over the training rows alone."""
    columns = list(zip(*(features for features, _ in rows)))
    return [statistics.fmean(column) for column in columns], [statistics.pstdev(column) or 1.0 for column in columns]


def scaled(rows, mean, deviation):
    return [([(x - m) / d for x, m, d in zip(features, mean, deviation)], label) for features, label in rows]


def probabilities(weight, bias, features):
    scores = [sum(w * x for w, x in zip(row, features)) + b for row, b in zip(weight, bias)]
    powers = [math.exp(score - max(scores)) for score in scores]  # the largest is exp(0): no overflow
    return [power / sum(powers) for power in powers]


def fit(rows, class_count, epochs):
    """Full-batch gradient descent on the cross-entropy; returns weight [classes][features] and bias [classes]."""
    weight = [[0.0 for _ in rows[0][0]] for _ in range(class_count)]
    bias = [0.0] * class_count
    for _ in range(epochs):
        errors = [[p - (k == label) for k, p in enumerate(probabilities(weight, bias, x))] for x, label in rows]
        for k in range(class_count):
            step = [LEARNING_RATE * error[k] / len(rows) for error in errors]
            bias[k] -= sum(step)
            weight[k] = [w - sum(s * x[j] for s, (x, _) in zip(step, rows)) for j, w in enumerate(weight[k])]
    return weight, bias


def measure(weight, bias, rows):
    predicted = [(probabilities(weight, bias, features), label) for features, label in rows]
    loss = -sum(math.log(max(p[label], 1e-300)) for p, label in predicted) / len(rows)
    return {"loss": loss, "accuracy": sum(p.index(max(p)) == label for p, label in predicted) / len(rows)}


def write_safetensors(path, tensors, metadata):
    """`tensors` is {name: (shape, flat values)}, each written as little-endian 32-bit floats."""
    header, body = {"__metadata__": metadata}, b""
    for name, (shape, values) in tensors.items():
        start = len(body)
        body += struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, len(body)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # the tensors begin on an 8-byte boundary
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + body)


def train(data, out, model_id, seed, epochs, correlation_id):
    """Trains, writes the weights to `out`, and returns the TrainingOutput."""
    features, rows, digest = read_data(data)
    classes = sorted({label for _, label in rows})
    if len(classes) < 2:
        raise BadData(f"{data}: classes found: {', '.join(classes) or 'none'}; it takes two or more")
    train_rows, held_out = split(rows, classes, random.Random(seed))
    scale = mean, deviation = scaling(train_rows)
    weight, bias = fit(scaled(train_rows, *scale), len(classes), epochs)
    metrics = measure(weight, bias, scaled(held_out, *scale))
    tensors = {"weight": ([len(classes), len(features)], sum(weight, [])), "bias": ([len(classes)], bias),
               "feature_mean": ([len(features)], mean), "feature_deviation": ([len(features)], deviation)}
    write_safetensors(out, tensors, {"classes": ",".join(classes), "features": ",".join(features)})
    card = {"model_type": "heuristic", "architecture": "softmax-regression", "risk_level": "low", "status": "shadow",
            "dataset_id": Path(data).name, "dataset_hash": digest, "dataset_size": len(rows)}
    metadata = {"seed": seed, "epochs": epochs, "data_digest": digest, "rows": len(rows), "held_out": len(held_out)}
    # What drift is later measured against: what it was trained on, as it came.
    reference = {name: list(column) for name, column in zip(features, zip(*(row for row, _ in train_rows)))}
    return {"model_id": model_id, "reference": reference, "weights": str(Path(out).absolute()), "weights_kind": "file", "card": card,
            "metrics": metrics, "correlation_id": correlation_id, "metadata": metadata}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", metavar="CSV", required=True)
    parser.add_argument("--out", metavar="FILE.safetensors", required=True)
    parser.add_argument("--model-id", metavar="ID", required=True)
    parser.add_argument("--seed", metavar="N", type=int, default=1)
    parser.add_argument("--epochs", metavar="N", type=int, default=200)
    parser.add_argument("--correlation-id", metavar="ID", default=secrets.token_hex(8))
    try:
        output = train(**vars(parser.parse_args()))
    except (BadData, OSError, csv.Error) as error:
        sys.exit(f"train_iris: {error}")
    print("held-out loss {loss:.4f}, accuracy {accuracy:.4f}".format(**output["metrics"]), file=sys.stderr)
    print(json.dumps(output))


if __name__ == "__main__":
    main()
