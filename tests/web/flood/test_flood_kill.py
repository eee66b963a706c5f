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
# What each firm was told since its last all-clear; a level that is not higher was told before.
notices = Notice.objects.order_by("id").select_related("subscription", "event")
heard, again, told = Counter(), 0, Counter()
for notice in notices:
    firm, level = notice.subscription_id, notice.event.after
    again += level <= heard[firm] if notice.kind == "alert" else not heard[firm]
    heard[firm] = level if notice.kind == "alert" else 0
    told[notice.kind] += 1
events = WarningEvent.objects.exclude(kind="renewed").order_by("sensor_id", "pk")
ways = list(events.values_list("sensor_id", "before", "after"))
# Nothing happens twice: a step begins where the gauge's last one ended.
last = Counter()
astray = 0
# Of each firm: the highest level in force since the water was last below the level it asked for.
highest, rises, falls = Counter(), 0, 0
for sensor, before, after in ways:
    astray += last[sensor] != before or before == after
    last[sensor] = after
    for asked in (1, 2, 3):
        if after < asked:
            falls += highest[sensor, asked] > 0
            highest[sensor, asked] = 0
        elif after > highest[sensor, asked]:
            rises += 1
            highest[sensor, asked] = after
print(json.dumps({
    "gaps": sum(b - a != timedelta(hours=1) for a, b in zip(steps, steps[1:])),
    "behind": (network.clock - steps[-1]).total_seconds(),
    "forecasts": network.forecasts.count() - len(steps),
    "rises": rises,
    "falls": falls,
    "jumps": sum(after > before > 0 for _, before, after in ways),
    "astray": astray,
    "again": again,
    "alerts": told["alert"],
    "all_clears": told["all_clear"],
    "mails": OutgoingMail.objects.count() - Notice.objects.count(),
    "untold": sum(
        wish.told != highest[wish.sensor_id, wish.level] for wish in Subscription.objects.all()
    ),
    "storms": len(network.simulation["state"]["storms"]),
}))
"""


@pytest.mark.own_sqlite
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
    wrong = ("gaps", "behind", "forecasts", "mails", "storms", "astray", "again", "untold")
    assert {key: found[key] for key in wrong} == dict.fromkeys(wrong, 0)
    # One subscription for each gauge and level: each level above what was told is told once.
    assert (found["alerts"], found["all_clears"]) == (found["rises"], found["falls"])
    assert found["rises"] >= 12
    assert found["jumps"] >= 4, "warnings that were raised while in force were told, too"
