"""Laws of reading, for any observations."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.flood import hours, make_network, make_observations, make_sensor
from steiger.engines.flood.network import (
    Kind,
    read_observations,
    write_network,
    write_observations,
)

NETWORK = make_network(
    make_sensor("level", source_unit="cm"),
    make_sensor("flow", Kind.DISCHARGE, source_unit="l/s"),
    make_sensor("rain", Kind.RAIN, source_unit="mm/h"),
    make_sensor("warmth", Kind.TEMPERATURE, source_unit="K"),
)
numbers = st.one_of(st.none(), st.floats(-50, 50).map(lambda x: round(x, 4)))
rows = st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=30)


@settings(deadline=None, max_examples=60)
@given(rows)
def test_reading_what_was_written_changes_no_bit(values: list[tuple[float | None, ...]]) -> None:
    array = np.array(values, dtype=float)
    found = make_observations(NETWORK, dict(zip(NETWORK.ids, array.T, strict=True)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_network(folder, NETWORK)
        write_observations(folder, NETWORK, found)
        once = read_observations(folder, NETWORK)
        write_observations(folder, NETWORK, once)
        assert read_observations(folder, NETWORK).digest() == once.digest()
    assert np.allclose(once.values, found.values, rtol=0, atol=1e-6, equal_nan=True)


@settings(deadline=None, max_examples=60)
@given(rows, st.randoms(use_true_random=False), st.integers(0, 5))
def test_shuffled_and_repeated_rows_change_nothing(
    values: list[tuple[float | None, ...]], random: object, repeated: int
) -> None:
    count = len(values)
    order = [*range(count), *(n % count for n in range(repeated))]
    random.shuffle(order)  # type: ignore[attr-defined]
    network = make_network(*(make_sensor(name) for name in ("a", "b", "c", "d")))
    digests = []
    for rows_of_file in (list(range(count)), order):
        table: dict[str, object] = {"time": hours(count).take(pa.array(rows_of_file))}
        for place, name in enumerate(network.ids):
            table[name] = pa.array([values[n][place] for n in rows_of_file], pa.float64())
        with tempfile.TemporaryDirectory() as name_of_folder:
            folder = Path(name_of_folder)
            pa.parquet.write_table(pa.table(table), folder / "observations.parquet")
            digests.append(read_observations(folder, network).digest())
    assert digests[0] == digests[1]


@given(
    st.integers(2, 40),
    st.integers(0, 60),
    st.integers(0, 30),
    st.sampled_from(["start", "end"]),
)
def test_until_never_shows_the_future(count: int, now: int, delay: int, stamped: str) -> None:
    network = make_network(
        make_sensor(
            "rain",
            Kind.RAIN,
            accumulation=timedelta(hours=6),
            stamped=stamped,
            available_after=timedelta(hours=delay),
        )
    )
    found = make_observations(network, {"rain": np.arange(1.0, count + 1)})
    moment = found.times[0] + np.timedelta64(now, "h")
    known = found.until(moment)
    assert (known.times <= moment).all()
    shown = ~np.isnan(known.values)
    assert (known.known_at()[shown] <= moment).all()
    changed = found.values.copy()
    changed[found.known_at() > moment] = 99.0
    assert found.with_values(changed).until(moment).digest() == known.digest()
