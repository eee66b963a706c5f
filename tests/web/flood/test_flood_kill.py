"""The worker is killed in the middle of its work, again and again; nobody is told twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KILLS = 20
SCRIPT = """
import json, os, random, signal, sys, time
from collections import Counter
from datetime import UTC, datetime, timedelta
import django
django.setup()
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from steiger.web.accounts.domain.audit import VISITOR
from steiger.web.background.models import OutgoingMail
from steiger.web.flood.domain import setting_up
from steiger.web.flood.domain.cycle import run_cycle
from steiger.web.flood.domain.storms import start_storm
from steiger.web.flood.models import *

call_command("migrate", verbosity=0)
setting_up.PAST_BEGINS = datetime(2020, 7, 1, tzinfo=UTC)
network = setting_up.set_up_valley()
setting_up.record_past(network)
for sensor in network.sensors.filter(target=True):
    for level in (1, 2, 3):
        Subscription.objects.create(
            sensor=sensor, level=level, email=f"s{level}@example.org", confirmed_at=timezone.now()
        )
begun = network.clock
run_cycle(network)  # everything is loaded before the first kill
start_storm(network=Network.objects.get(), strength="extreme", by=VISITOR)

def work():
    while True:
        run_cycle(Network.objects.get())

kills, dice = 0, random.Random(4)
while kills < int(sys.argv[1]):
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(3)
    time.sleep(dice.uniform(0.15, 0.45))
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert os.WTERMSIG(status) == signal.SIGKILL, status
    kills += 1
while Network.objects.get().clock < begun + timedelta(hours=70):
    assert run_cycle(Network.objects.get())

network = Network.objects.get()
steps = list(network.steps.filter(time__gt=begun).order_by("time").values_list("time", flat=True))
told = Counter(Notice.objects.values_list("kind", flat=True))
# The valley's own rain may bring a second rise: whoever is told is told once for each.
events = WarningEvent.objects.order_by("sensor_id", "pk")
ways = list(events.values_list("sensor_id", "before", "after"))
# Nothing happens twice: a step begins where the gauge's last one ended.
last = Counter()
astray = 0
for sensor, before, after in ways:
    astray += last[sensor] != before or before == after
    last[sensor] = after
print(json.dumps({
    "gaps": sum(b - a != timedelta(hours=1) for a, b in zip(steps, steps[1:])),
    "behind": (network.clock - steps[-1]).total_seconds(),
    "forecasts": network.forecasts.count() - len(steps),
    "rises": sum(max(after - before, 0) for _, before, after in ways),
    "falls": sum(max(before - after, 0) for _, before, after in ways),
    "astray": astray,
    "alerts": told["alert"],
    "all_clears": told["all_clear"],
    "mails": OutgoingMail.objects.count() - Notice.objects.count(),
    "still_alerted": Subscription.objects.filter(alerted=True).count(),
    "storms": len(network.simulation["state"]["storms"]),
}))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_twenty_times_nothing_is_lost_or_told_twice(tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("STEIGER_", "DATABASE_"))}
    env |= {
        "DJANGO_SETTINGS_MODULE": "steiger.web.config.settings",
        "STEIGER_DATA_DIR": str(tmp_path),
        "STEIGER_LOG_LEVEL": "ERROR",
    }
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(KILLS)],
        env=env,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    assert {k: found[k] for k in ("gaps", "behind", "forecasts", "mails", "storms", "astray")} == {
        "gaps": 0,
        "behind": 0.0,
        "forecasts": 0,
        "mails": 0,
        "storms": 0,
        "astray": 0,
    }
    # One subscription for each gauge and level: each step up is told once, each step down once.
    assert (found["alerts"], found["all_clears"]) == (found["rises"], found["falls"])
    assert found["still_alerted"] == found["rises"] - found["falls"]
    assert found["rises"] >= 12
