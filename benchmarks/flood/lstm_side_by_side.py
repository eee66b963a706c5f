"""An LSTM and ours, on the same hours of the same network, judged by the same code.

The network is an LSTM over the last days of all levels, releases and rain that then runs on over
the coming rain, as is usual for hydrographs (Kratzert et al. 2018, doi:10.5194/hess-22-6005-2018;
Nevo et al. 2022, doi:10.5194/hess-26-4013-2022). One model serves all gauges. It learns until a
year before the end of the training years; that year decides when to stop. It is small and trains
in minutes: a larger one, tuned for days, may be better.

    pip install torch==2.13.0       (only this benchmark needs it)
    python benchmarks/flood/lstm_side_by_side.py [--model DIR] [--epochs 12] [--size 96]

Prints JSON: median over gauges of persistence index, flood NSE and mean absolute error by lead,
with the rain that fell and without any.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from network_a import END, FOLDER, START, UNTIL, model_of
from torch import nn

from steiger.engines.flood.forecasting import hindcast, process_pool
from steiger.engines.flood.network import (
    Kind,
    Network,
    Observations,
    parse_duration,
    read_network,
    read_observations,
)
from steiger.engines.flood.verification import read_forecasts, verify

LEADS = (1, 3, 6, 12, 24)
PAST, AHEAD = 72, 24
QUANTILES = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")
#: The last year before the test decides when to stop.
STOPPING = np.datetime64("2018-10-01T00:00:00")
BATCH, PATIENCE = 256, 3


@dataclass(frozen=True)
class Data:
    """Everything in spreads: `series` (T, S), `rain` (T, R), `levels` (T, G)."""

    series: torch.Tensor
    rain: torch.Tensor
    levels: torch.Tensor
    spread: np.ndarray


class Hydrograph(nn.Module):
    """An LSTM over the past, carried on over the coming rain."""

    def __init__(self, series: int, rain: int, gauges: int, size: int) -> None:
        super().__init__()
        self.past = nn.LSTM(series, size, batch_first=True)
        self.ahead = nn.LSTM(rain + 1, size, batch_first=True)
        self.out = nn.Linear(size, gauges)
        self.drop = nn.Dropout(0.2)

    def forward(self, past: torch.Tensor, rain: torch.Tensor) -> torch.Tensor:
        """Change of all gauges at all leads, (N, leads, gauges)."""
        _, state = self.past(past)
        clock = torch.linspace(0, 1, rain.shape[1]).expand(len(rain), -1)[..., None]
        hidden, _ = self.ahead(torch.cat([rain, clock], dim=2), state)
        places = torch.tensor([lead - 1 for lead in LEADS])
        return self.out(self.drop(hidden[:, places]))


def main() -> int:
    """Train, forecast the test years, judge beside ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--model", type=Path, help="ours; trained if it is not there")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--stride", type=int, default=2, help="every so many hours are learned")
    parser.add_argument("--every", default="1h")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    network = read_network(options.data)
    observations = read_observations(options.data, network)
    ours = model_of(network, observations, options.model, 2)
    data = prepared(network, observations)
    result: dict[str, Any] = {"size": options.size, "torch": torch.__version__}
    for rain in ("none", "observed"):
        began = time.perf_counter()
        trained, epochs, parameters = learn(data, observations, rain, options)
        seconds = round(time.perf_counter() - began, 1)
        with process_pool(2) as pool:
            table = hindcast(
                ours,
                network,
                observations,
                start=START,
                end=END,
                every=parse_duration(options.every),
                rain=rain,
                executor=pool,
            )
        result[rain] = {
            "lstm": judged(network, observations, forecasts(trained, data, network, table, rain)),
            "ours": judged(network, observations, table),
            "lstm_seconds": seconds,
            "lstm_epochs": epochs,
            "lstm_parameters": parameters,
        }
    print(json.dumps(result, indent=1))
    return 0


def prepared(network: Network, observations: Observations) -> Data:
    """Standardised by the training years."""
    learned = observations.times <= UNTIL
    values = observations.values.copy()
    names = list(observations.ids)
    for sensor in network.of_kind(Kind.RELEASE):
        values[:, names.index(sensor.id)] = np.log1p(values[:, names.index(sensor.id)])
    spread = values[learned].std(axis=0) + 1e-6
    scaled = (values - values[learned].mean(axis=0)) / spread
    rain = [names.index(s.id) for s in network.of_kind(Kind.RAIN)]
    gauges = [names.index(s.id) for s in network.targets]
    return Data(
        torch.tensor(scaled, dtype=torch.float32),
        torch.tensor(scaled[:, rain], dtype=torch.float32),
        torch.tensor(scaled[:, gauges], dtype=torch.float32),
        spread[gauges],
    )


def batch(data: Data, rows: torch.Tensor, rain: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Past and coming rain of these rows; without rain the mean stands for it."""
    past = data.series[rows[:, None] + torch.arange(1 - PAST, 1)]
    places = (rows[:, None] + torch.arange(1, AHEAD + 1)).clamp(max=len(data.rain) - 1)
    ahead = data.rain[places]
    return past, ahead if rain == "observed" else torch.zeros_like(ahead)


def changes(data: Data, rows: torch.Tensor) -> torch.Tensor:
    """What came true, (N, leads, gauges)."""
    leads = torch.tensor(LEADS)
    return data.levels[rows[:, None] + leads] - data.levels[rows][:, None]


def learn(
    data: Data, observations: Observations, rain: str, options: argparse.Namespace
) -> tuple[Hydrograph, int, int]:
    """Train until the stopping year gets no better."""
    torch.manual_seed(options.seed)
    shapes = (data.series.shape[1], data.rain.shape[1], data.levels.shape[1])
    model = Hydrograph(*shapes, options.size)
    times = observations.times
    last = int(np.searchsorted(times, UNTIL)) - AHEAD
    middle = int(np.searchsorted(times, STOPPING))
    rows = torch.arange(PAST, middle - AHEAD, options.stride)
    checks = torch.arange(middle, last, 3)
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
    best, state, epoch, bad = float("inf"), model.state_dict(), 0, 0
    for epoch in range(1, options.epochs + 1):
        model.train()
        for chosen in rows[torch.randperm(len(rows))].split(BATCH):
            optimiser.zero_grad()
            error = model(*batch(data, chosen, rain)) - changes(data, chosen)
            loss = (error**2).mean()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
        model.eval()
        with torch.no_grad():
            parts = [
                ((model(*batch(data, c, rain)) - changes(data, c)) ** 2).mean(dim=(1, 2))
                for c in checks.split(1024)
            ]
        error = float(torch.cat(parts).mean())
        print(f"{rain} epoch {epoch}: {error:.4f}", file=sys.stderr, flush=True)
        bad += 1
        if error < best:
            best, bad = error, 0
            state = {key: value.clone() for key, value in model.state_dict().items()}
        if bad >= PATIENCE:
            break
    model.load_state_dict(state)
    model.eval()
    return model, epoch, sum(p.numel() for p in model.parameters())


def forecasts(
    model: Hydrograph, data: Data, network: Network, like: pa.Table, rain: str
) -> pa.Table:
    """The LSTM's forecasts in the form of ours: all quantiles are the one point."""
    issued = np.unique(like["issue_time"].to_numpy().astype("datetime64[s]"))
    observations = read_observations(FOLDER, network)
    rows = torch.tensor(
        ((issued - observations.times[0]) // np.timedelta64(3600, "s")).astype(np.int64)
    )
    with torch.no_grad():
        change = torch.cat([model(*batch(data, c, rain)) for c in rows.split(1024)]).numpy()
    columns: dict[str, Any] = {"issue_time": [], "gauge": [], "lead_minutes": [], "point": []}
    for place, sensor in enumerate(network.targets):
        now = observations.column(sensor.id)[rows.numpy()]
        point = now[:, None] + change[:, :, place] * data.spread[place]
        columns["issue_time"].append(np.repeat(issued, len(LEADS)))
        columns["gauge"] += [sensor.id] * point.size
        columns["lead_minutes"].append(np.tile(np.array(LEADS) * 60, len(rows)))
        columns["point"].append(point.ravel())
    point = np.concatenate(columns["point"])
    levels = max(len(sensor.warning_levels) for sensor in network.targets)
    table = {
        "issue_time": pa.array(np.concatenate(columns["issue_time"])).cast(
            pa.timestamp("s", tz="UTC")
        ),
        "gauge": pa.array(columns["gauge"]),
        "lead_minutes": pa.array(np.concatenate(columns["lead_minutes"]), pa.int32()),
        **{name: pa.array(point) for name in QUANTILES},
    }
    names = np.array(columns["gauge"])
    for level in range(levels):
        heights = {s.id: s.warning_levels[level] for s in network.targets}
        reached = point >= np.array([heights[name] for name in names])
        table[f"p_level_{level + 1}"] = pa.array(reached.astype(np.float64))
    table["regime"] = pa.array(["mean"] * len(point))
    return pa.table(table)


def judged(network: Network, observations: Observations, table: pa.Table) -> dict[str, Any]:
    """Medians over gauges by lead."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "forecasts.parquet"
        pq.write_table(table, path)
        result = verify(network, observations, read_forecasts(path, network))
    found = {}
    for lead in result["leads"]:
        median = lead["methods"]["blend"]["median"]
        found[f"{lead['lead_minutes'] // 60}h"] = {
            name: median[name]["value"] for name in ("persistence_index", "flood_nse", "crps")
        }
    return found


if __name__ == "__main__":
    sys.exit(main())
