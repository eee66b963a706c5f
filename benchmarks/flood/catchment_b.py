"""How good the forecasts are on one catchment of 360 km², against published figures of GR4H.

Learns until a year before the end of the record, forecasts every hour of the last year with the
rain that fell, and gives the NSE of the blend and of each expert.

    python benchmarks/flood/catchment_b.py [--data FOLDER] [--model DIR]

Prints JSON; exits 1 if a promise is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from steiger.engines.flood.forecasting import (
    Model,
    hindcast,
    load_model,
    process_pool,
    save_model,
    train,
)
from steiger.engines.flood.models import ModelSettings
from steiger.engines.flood.network import Network, Observations, read_network, read_observations
from steiger.lib.forecasting import coverage, nse

FOLDER = Path(__file__).resolve().parents[3] / "shared/data/flood/catchment_b"
GAUGE = "q_mm_h"
UNTIL, START = np.datetime64("2006-06-30T23:00:00"), np.datetime64("2006-07-01T00:00:00")
END = np.datetime64("2007-06-30T23:00:00")
HOUR = timedelta(hours=1)
LEADS = (6 * HOUR, 12 * HOUR, 24 * HOUR)
#: NSE that the blend has at least, by lead in hours.
PROMISES = {6: 0.94, 12: 0.88, 24: 0.79}


def main() -> int:
    """Learn, forecast the last year, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    network = read_network(options.data)
    observations = read_observations(options.data, network)
    began = time.perf_counter()
    model = model_of(network, observations, options.model)
    seconds = round(time.perf_counter() - began, 1)
    leads = {hours: scores(network, observations, model, hours) for hours in PROMISES}
    result = {
        "learned_until": str(UNTIL),
        "forecasts": [str(START), str(END)],
        "train_seconds": seconds,
        "promised_nse": PROMISES,
        "leads": leads,
    }
    print(json.dumps(result, indent=1))
    return 0 if all(leads[h]["nse"]["blend"] >= limit for h, limit in PROMISES.items()) else 1


def model_of(network: Network, observations: Observations, folder: Path | None) -> Model:
    """The model in the folder, or a new one."""
    if folder is not None and (folder / "manifest.json").exists():
        return load_model(folder)
    settings = ModelSettings(leads=LEADS)
    with process_pool(1) as pool:
        model = train(network, observations.until(UNTIL), settings, pool, work=folder)
    if folder is not None:
        save_model(model, folder)
    return model


def scores(
    network: Network, observations: Observations, model: Model, hours: int
) -> dict[str, Any]:
    """NSE of blend and experts, and coverage of the 80 % band, at one lead."""
    table = hindcast(
        model, network, observations, start=START, end=END, every=HOUR, rain="observed"
    )
    table = table.filter(pc.equal(table["lead_minutes"], hours * 60))
    issued = table["issue_time"].to_numpy().astype("datetime64[s]")
    places = (issued - observations.times[0]) // np.timedelta64(3600, "s") + hours
    inside = places < len(observations)
    truth = observations.column(GAUGE)[places.astype(int)[inside]]
    columns = {name: table[name].to_numpy()[inside] for name in table.column_names[3:-1]}
    points = {"blend": columns["q50"]}
    # With one gauge, the expert that learns from all gauges has nothing to say.
    points |= {
        name[2:]: c for name, c in columns.items() if name.startswith("x_") and np.isfinite(c).any()
    }
    return {
        "nse": {name: round(nse(point, truth), 4) for name, point in points.items()},
        "coverage_80": round(coverage(columns["q10"], columns["q90"], truth), 3),
    }


if __name__ == "__main__":
    sys.exit(main())
