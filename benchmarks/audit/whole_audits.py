"""Two whole audits with every check that applies: how long do they take, how much memory?

    python benchmarks/audit/whole_audits.py [--data FOLDER] [--workers 2] [--only adult|digits]

Adult: gradient boosting of scikit-learn in a skops file; 32,561 rows: half for training, a third
for testing, the rest as data in use. Digits: a dense net of 32 hidden units in a safetensors file.
Both bring a model card, and attributions. Prints JSON; exits 1 if one takes more than ten minutes
or a check fails.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from steiger.cli.flood.values import executor
from steiger.engines.audit.data import read_table
from steiger.engines.audit.dense_training import train_dense
from steiger.engines.audit.planting.nets import DIGITS, PIXELS, digits, image_context
from steiger.engines.audit.running import load, read_plan, run_audit
from steiger.engines.audit.shapley import shapley_values

FOLDER = Path(__file__).resolve().parents[3] / "shared/data/audit"
LONGEST_S = 600
CARD = "# Model description\n\n" + "A model that is examined as an example of a whole audit. " * 4


def plain(path: Path, columns: dict[str, Any]) -> None:
    """A table as Parquet."""
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table({name: list(column) for name, column in columns.items()}), path)


def adult(home: Path, data: Path) -> Path:
    """Files of the Adult audit."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from skops.io import dump

    table = read_table(data / "adult.csv.gz")
    rows = np.random.default_rng(0).permutation(len(table))
    count = len(rows)
    parts = {
        "training": table.rows(rows[: count // 2]),
        "test": table.rows(rows[count // 2 : count * 5 // 6]),
        "deployment": table.rows(rows[count * 5 // 6 :]),
    }
    for name, part in parts.items():
        plain(home / f"{name}.parquet", dict(part.columns))
    features = [name for name in table.columns if name not in {"fnlwgt", "income-per-year"}]
    codes = {n: list(table.values(n)) for n in features if not table.is_number(n)}
    known = {name: tuple(values) for name, values in codes.items()}
    model = HistGradientBoostingClassifier(max_iter=150, random_state=0)
    train = parts["training"]
    model.fit(train.matrix(features, known), train["income-per-year"].astype(str))
    dump(model, home / "model.skops")
    classes = list(table.values("income-per-year"))
    (home / "model_card.md").write_text(CARD)
    toml = f"""
[audit]
name = "Adult"
task = "classification"
modality = "tabular"
[model]
kind = "skops"
path = "model.skops"
features = {json.dumps(features)}
classes = {json.dumps(classes)}
[model.codes]
{chr(10).join(f"{json.dumps(name)} = {json.dumps(values)}" for name, values in codes.items())}
[data]
test = "test.parquet"
training = "training.parquet"
deployment = "deployment.parquet"
target = "income-per-year"
favourable = {json.dumps(classes[-1])}
protected = ["sex", "race", "age > 40"]
quasi_identifiers = ["age", "sex", "race", "native-country"]
[documents]
paths = ["model_card.md"]
"""
    (home / "audit.toml").write_text(toml)
    context = load(read_plan(home / "audit.toml"))
    test = context.tested()
    values = shapley_values(
        context, test, context.trained(), orders=20, rng=np.random.default_rng(1)
    )
    base = float(context.score(context.model().outputs(context.trained())).mean())
    plain(home / "explanations.parquet", dict(zip(features, values.T, strict=True)))
    more = f'\n[explanations]\npath = "explanations.parquet"\nbase_value = {base}\n'
    (home / "audit.toml").write_text(toml + more)
    return home / "audit.toml"


def image_net(home: Path, _data: Path) -> Path:
    """Files of the digits audit."""
    from safetensors.numpy import save_file

    train, test = digits(0)
    net = train_dense(
        train.matrix(PIXELS) / 16, train["y"].astype(np.intp), (32,), features=PIXELS, scale=16.0
    )
    tensors = {}
    for at, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
        tensors[f"{at}.weight"], tensors[f"{at}.bias"] = np.ascontiguousarray(weight), bias
    save_file(tensors, home / "net.safetensors")
    context = image_context(net, train, test)
    values = shapley_values(context, test, train, orders=8, rng=np.random.default_rng(1))
    plain(home / "explanations.parquet", dict(zip(PIXELS, values.T, strict=True)))
    base = float(context.score(net.outputs(train)).mean())
    half = np.arange(len(test)) % 2 == 0
    plain(home / "training.parquet", dict(train.columns))
    plain(home / "test.parquet", dict(test.columns))
    plain(home / "deployment.parquet", dict(test.rows(half).columns))
    (home / "model_card.md").write_text(CARD)
    (home / "audit.toml").write_text(f"""
[audit]
name = "Digits"
task = "classification"
modality = "image"
[model]
kind = "safetensors"
path = "net.safetensors"
features = {json.dumps(PIXELS)}
classes = {json.dumps(DIGITS)}
scale = 16.0
shape = [8, 8]
[data]
test = "test.parquet"
training = "training.parquet"
deployment = "deployment.parquet"
target = "y"
[explanations]
path = "explanations.parquet"
base_value = {base}
[documents]
paths = ["model_card.md"]
""")
    return home / "audit.toml"


def examine(path: Path, workers: int) -> dict[str, Any]:
    """One audit: seconds, checks, memory."""
    plan = read_plan(path)
    begin = time.perf_counter()
    with executor(workers, None) as pool:
        results = run_audit(
            plan,
            path.parent / "out",
            executor=pool,
            clock=time.perf_counter,
            done=lambda check, n, all_: print(f"{n}/{all_} {check}", file=sys.stderr),
        )
    checks = results["checks"]
    return {
        "seconds": round(time.perf_counter() - begin, 1),
        "checks": {
            s: sum(c["state"] == s for c in checks) for s in ("measured", "lacking", "failed")
        },
        "failed": {c["id"]: c["reason"] for c in checks if c["state"] == "failed"},
        "lacking": {c["id"]: c["lacking"] for c in checks if c["state"] == "lacking"},
        "measurements": sum(len(c["measurements"]) for c in checks),
        "slowest": dict(sorted(((c["id"], c["seconds"]) for c in checks), key=lambda r: -r[1])[:5]),
    }


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=("adult", "digits"))
    given = parser.parse_args()
    found: dict[str, Any] = {}
    for name, make in (("adult", adult), ("digits", image_net)):
        if given.only in {None, name}:
            with tempfile.TemporaryDirectory() as folder:
                path = make(Path(folder), given.data)
                found[name] = examine(path, given.workers)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            found[name]["peak_memory_of_the_largest_worker_mb"] = round(peak)
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"workers": given.workers, "main_process_mb": round(mine), **found}, indent=1))
    return int(any(one["failed"] or one["seconds"] > LONGEST_S for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())
