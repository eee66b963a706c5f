"""All rules together: nothing is altered, and real data are marked where they are wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from quality_data import one, river

from factories.flood import make_network, make_sensor
from steiger.engines.flood.network import (
    Network,
    NetworkError,
    Observations,
    read_network,
    read_observations,
)
from steiger.engines.flood.quality import (
    Effect,
    all_rules,
    check_quality,
    masked,
)

random = np.random.default_rng(5)


def test_every_rule_has_key_effect_and_both_languages() -> None:
    rules = all_rules()
    assert {rule.key for rule in rules} == {
        "below_zero",
        "daily_total",
        "dead",
        "downpour",
        "fault_code",
        "frozen",
        "late",
        "missing",
        "negative_discharge",
        "range",
        "rate_of_change",
        "spike",
        "timestamps",
    }
    for rule in rules:
        assert set(rule.title) == {"de", "en"}
        assert rule.effect in Effect
        assert type(rule).__module__.endswith({"range": "out_of_range"}.get(rule.key, rule.key))


def test_values_are_never_altered() -> None:
    values = river(30)
    values[100] = -999.0
    network, observations = one(values)
    before = observations.digest()
    clean = masked(network, observations)
    assert observations.digest() == before
    assert np.isnan(clean.values[100, 0])
    kept = np.delete(np.arange(len(values)), 100)
    assert (clean.values[kept, 0] == observations.values[kept, 0]).all()


def test_a_rule_can_be_left_out() -> None:
    values = river(60)
    values[1000:1040] = values[1000]
    network, observations = one(values)
    assert np.isnan(masked(network, observations).values).sum() == 28
    assert np.isnan(masked(network, observations, online=False).values).sum() == 40
    assert not np.isnan(masked(network, observations, ignore={"frozen"}).values).any()


def test_findings_are_plain_data() -> None:
    flags = check_quality(*one([0.8, -999.0, 0.8]))
    row = flags.as_list()[0]
    assert row["from"] == "2020-01-01T01:00:00Z"
    assert set(row["reason"]) == {"de", "en"}
    assert flags.counts()["s", "fault_code"] == 1
    assert flags.of("s") == flags.items


def test_observations_of_another_network_are_refused() -> None:
    _, observations = one(river(2))
    with pytest.raises(NetworkError, match="has no sensor 's'"):
        check_quality(make_network(), observations)
    with pytest.raises(NetworkError, match="have a step of"):
        check_quality(make_network(make_sensor("s"), step=timedelta(minutes=15)), observations)


def test_empty_observations_have_no_findings() -> None:
    network, observations = one(np.empty(0))
    assert check_quality(network, observations).items == ()


# --- real data ---------------------------------------------------------------------------------
def read(folder: Path) -> tuple[Network, Observations]:
    network = read_network(folder)
    return network, read_observations(folder, network)


@pytest.mark.shared
def test_all_known_faults_of_the_wupper_are_found(shared: Path) -> None:
    flags = check_quality(*read(shared / "data/flood/wupper"))
    frozen = {flag.sensor: (str(flag.start), str(flag.end)) for flag in flags.by_rule("frozen")}
    together = ("2020-04-17T14:00:00", "2020-04-19T06:30:00")
    assert frozen.pop("q_beyenburg_m3s")[0] == together[0]
    assert frozen == dict.fromkeys(
        ("w_beyenburg_cm", "w_kluserbruecke_cm", "w_leimbach_cm"), together
    )
    (dead,) = flags.by_rule("dead")
    assert (dead.sensor, dead.count) == ("p_barmen_mm", 22064)
    (negative,) = flags.by_rule("negative_discharge")
    assert (negative.count, str(negative.start)) == (1, "2020-04-20T16:00:00")
    (total,) = flags.by_rule("daily_total")
    assert total.sensor == "p_beyenburg_mm_daily"
    assert len(flags.items) == 7, "and nothing else is marked"


@pytest.mark.shared
def test_healthy_catchment_has_no_findings(shared: Path) -> None:
    assert check_quality(*read(shared / "data/flood/catchment_b")).items == ()


@pytest.mark.shared
def test_few_values_of_a_real_network_are_marked(shared: Path) -> None:
    network, observations = read(shared / "data/flood/network_a")
    flags = check_quality(network, observations)
    part = flags.unusable.mean(axis=0)
    assert flags.unusable.mean() < 0.02
    assert part.max() < 0.15
    # A long gap that the publisher filled with the last value, at all gauges at once.
    gap = observations.index_of(np.datetime64("2018-01-20T00:00:00"))
    gauges = [observations.position(sensor.id) for sensor in network.targets]
    assert flags.unusable[gap, gauges].all()
    # The flood of July 2020, far above anything before, is not marked away.
    flood = slice(
        observations.index_of(np.datetime64("2020-07-29T12:00:00")),
        observations.index_of(np.datetime64("2020-07-31T12:00:00")),
    )
    assert flags.unusable[flood, gauges].mean() < 0.02
