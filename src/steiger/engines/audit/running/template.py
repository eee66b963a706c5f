"""A first `audit.toml`, with comments."""

from __future__ import annotations

import json

from steiger.engines.audit.context import Modality, Task


def template(
    *, name: str, task: Task, modality: Modality, kind: str, target: str, protected: tuple[str, ...]
) -> str:
    """The text of an `audit.toml` in which paths are still to be filled in."""
    quoted = json.dumps
    head = f"""\
# What is examined, and against what. Paths are relative to this file.
# `steiger audit run audit.toml --out DIR` runs it; unknown keys and wrong paths are refused.

[audit]
name = {quoted(name, ensure_ascii=False)}
task = "{task}"              # classification, regression, text
modality = "{modality}"      # tabular, image, time-series, text
alpha = 0.05                 # error rate of the whole audit
seed = 0                     # the same seed gives the same figures
checks = []                  # empty: every check that applies

"""
    if task is Task.TEXT:
        return head + _TEXT + _end()
    body = _MODEL.replace("KIND", kind).replace("SHAPE", _SHAPE if modality == "image" else "")
    data = _DATA.replace("TARGET", quoted(target, ensure_ascii=False))
    data = data.replace("PROTECTED", quoted(list(protected), ensure_ascii=False))
    data = data.replace("FAVOURABLE", _FAVOURABLE if task is Task.CLASSIFICATION else "")
    data = data.replace("TIME", _TIME if modality is Modality.TIME_SERIES else "")
    return head + body + data + _SAID + _end()


_MODEL = """\
[model]
kind = "KIND"                # onnx, skops, lightgbm (the text of save_model), safetensors (dense
                             # ReLU), pickle, predictions, http
path = ""                    # the model file; for http: address = "https://…"
features = []                # columns in the model's order; empty: all but the target
classes = []                 # in the model's order; empty: the target's values, sorted;
                             # true and false are "1" and "0"
scale = 1.0                  # inputs are divided by it
# answers = "logits"         # onnx, lightgbm, http: before softmax or sigmoid; http: or "labels"
# output = "probabilities"   # onnx with several outputs: the one that is examined
SHAPE# [model.codes]               # for a model of numbers: values of a text column, in code order
# sex = ["Female", "Male"]

"""
_SHAPE = "shape = [8, 8]               # height, width\n"
_TIME = """\
time = ""                    # column of times: ISO 8601, numbers, or 31.12.2026 throughout
block = 24                   # rows that depend on each other are drawn together
"""
_FAVOURABLE = """\
favourable = ""              # the class that is good for the person; needed with protected
"""
_DATA = """\
[data]
test = ""                    # .csv, .csv.gz or .parquet
# training = ""              # for leakage, duplicates, membership, drift
# deployment = ""            # for drift
target = TARGET
FAVOURABLEprotected = PROTECTED        # columns, or a split such as "age > 25"
# quasi_identifiers = []     # columns by which a person could be recognised
TIME
"""
_SAID = """\
# Where only predictions are given: columns of the test data, or of a file of their own.
# [predictions]
# path = ""
# label = ""                 # predicted class, or
# scores = []                # probability per class (of the second class, if there are two), or
# value = ""                 # predicted value, with low, high and coverage of its interval
# low = ""
# high = ""
# coverage = 0.9

# [explanations]
# path = ""                  # one column per feature, one row per test row
# base_value = 0.0

"""
_TEXT = """\
[text]
address = ""                 # any OpenAI-compatible address, such as http://127.0.0.1:8080/v1
model = ""
# key_env = ""               # name of the environment variable that holds the key
# system_prompt = ""
repeats = 3
# canaries = ""              # CSV with the columns before, secret

"""
_END = """\
# [documents]
# paths = ["model_card.md"]

# Thresholds other than the default; names are those of `results.json`.
# [thresholds.calibration]
# expected_calibration_error = 0.03

# What the system is held against; without a path it is Steiger's own catalogue.
# [catalogue]
# path = "mission_ki"

# Protection need of each dimension (none, moderate, high): thresholds and compulsory checks follow.
# Without a word about it, it is moderate.
[needs]
NEEDS
# What you say the indicators reach (A to D), as far as you can show it.
[ratings]
# "VE1.1" = "B"
"""


def _end() -> str:
    from steiger.engines.audit.catalogue import own_catalogue

    lines = [
        f'{item.id} = "moderate"'.ljust(29) + f"# {item.title.de}"
        for item in own_catalogue().dimensions
    ]
    return _END.replace("NEEDS\n", "\n".join([*lines, "", ""]))
