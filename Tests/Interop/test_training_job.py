"""The example training job does what its README says, and only that."""

import json

import pytest
from safetensors import deserialize

from home import IRIS, run_training_job

LINES = (IRIS / "iris.csv").read_text("utf-8").splitlines(keepends=True)


def test_one_line_on_stdout_describes_what_was_trained(tmp_path):
    job = run_training_job(tmp_path / "iris.safetensors", "iris", seed=7)
    [line] = job.stdout.splitlines()
    output = json.loads(line)
    assert output["model_id"] == "iris" and output["weights"] == str(tmp_path / "iris.safetensors")
    assert output["metrics"]["accuracy"] > 0.8 and 0 < output["metrics"]["loss"] < 0.5
    assert output["metadata"]["seed"] == 7 and output["metadata"]["rows"] == 150


def test_weights_are_valid_safetensors(tmp_path):
    run_training_job(tmp_path / "iris.safetensors", "iris")
    content = (tmp_path / "iris.safetensors").read_bytes()
    assert int.from_bytes(content[:8], "little") % 8 == 0
    shapes = {name: (tensor["dtype"], tensor["shape"]) for name, tensor in deserialize(content)}
    assert shapes == {"weight": ("F32", [3, 4]), "bias": ("F32", [3]),
                      "feature_mean": ("F32", [4]), "feature_deviation": ("F32", [4])}


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    weights = []
    for number, seed in enumerate([1, 1, 2]):
        run_training_job(tmp_path / str(number), "iris", seed)
        weights.append((tmp_path / str(number)).read_bytes())
    assert weights[0] == weights[1] != weights[2]


def test_other_data_gives_other_numbers(tmp_path):
    (tmp_path / "two.csv").write_text("".join(LINES[:101]), "utf-8")
    whole = json.loads(run_training_job(tmp_path / "a", "iris").stdout)
    part = json.loads(run_training_job(tmp_path / "b", "iris", data=tmp_path / "two.csv").stdout)
    assert whole["metrics"] != part["metrics"] and part["metadata"]["rows"] == 100


@pytest.mark.parametrize("content, complaint", [
    (None, "No such file"), ("", "first line"), (LINES[0], "none"), ("".join(LINES[:51]), "setosa"),
    ("".join(LINES) + "1,2,3\n", ":152: 3 columns, expected 5"), ("".join(LINES) + "1,2,x,4,setosa\n", ":152:"),
    ("".join(LINES) + "1,2,nan,4,setosa\n", ":152:"), ("".join(LINES[:52]), "versicolor"),
])
def test_bad_data_is_one_clear_line_and_nothing_on_stdout(tmp_path, content, complaint):
    if content is not None:
        (tmp_path / "data.csv").write_text(content, "utf-8")
    job = run_training_job(tmp_path / "out", "iris", data=tmp_path / "data.csv")
    assert (job.returncode, job.stdout) == (1, "")
    [line] = job.stderr.splitlines()
    assert complaint in line and not (tmp_path / "out").exists()
