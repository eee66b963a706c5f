"""`steiger flood`: forecasts of a river network from files, without the web."""

from __future__ import annotations

import click

from steiger.cli.groups import Lazy, LazyGroup

TEXTS = {
    "check": "Read a network and say what is wrong with its sensors.",
    "collect": "Fetch what is new from where the sensors are read.",
    "train": "Learn a model from a network's past.",
    "hindcast": "Forecast a past period as if it were the present.",
    "verify": "Judge forecasts by what was observed.",
    "forecast": "Forecast from one moment on.",
    "warn": "Turn a forecast into warnings and all-clears.",
    "replay": "Make a stored forecast anew and compare it bit by bit.",
}


@click.group(
    cls=LazyGroup,
    lazy={
        name: Lazy(f"steiger.cli.flood.{name}:{name}", text, django=False)
        for name, text in TEXTS.items()
    },
)
def flood() -> None:
    """Flood forecasts: check a network, collect, train, forecast, verify, warn."""
