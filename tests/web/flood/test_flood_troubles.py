"""A network that has lost its files: said once in the log, on its pages, to staff; others go on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from factories.flood_room import make_network, run, write_folder
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import RoleName
from steiger.web.flood.domain import cycle
from steiger.web.flood.domain.cycle import run_due
from steiger.web.flood.domain.storms import StormError, start_storm
from steiger.web.flood.models import Network
from steiger.web.flood.tasks import ensure_collected

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def lost(network: Network, settings: Any, tmp_path: Path) -> Network:
    """The network after a restore that brought its rows, but not its folder."""
    settings.DATA_DIR = tmp_path
    run(network, [0.7])
    Network.objects.update(last_cycle_at=None)
    run_due()
    network.refresh_from_db()
    return network


def turns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The networks that get their turn from now on."""
    seen: list[str] = []

    def turn(network: Network) -> bool:
        seen.append(network.key)
        return True

    monkeypatch.setattr(cycle, "run_cycle", turn)
    return seen


def test_log_tells_once_what_is_missing_and_what_to_do(
    network: Network, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    with capture_logs() as lines:
        for _ in range(3):
            assert run_due() == 0
    (line,) = lines
    assert (line["event"], line["log_level"]) == ("flood.files", "error")
    assert f"flood/{network.folder}/network.toml is missing; restore a backup" in line["problem"]
    assert "exc_info" not in line
    write_folder(network, tmp_path)
    with capture_logs() as lines:
        run_due()
    assert lines[0]["event"] == "flood.files_back"
    assert not Network.objects.get().without_files


def test_others_go_on(lost: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(make_network("nachbartal"), tmp_path)
    seen = turns(monkeypatch)
    assert run_due() == 1
    assert seen == ["nachbartal"]


def test_it_goes_on_when_the_files_are_back(
    lost: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = turns(monkeypatch)
    folder = write_folder(lost, tmp_path)
    run_due()
    shutil.rmtree(folder)
    run_due()
    assert seen == ["beispieltal"]


def test_real_network_is_not_asked_for(network: Network, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    Network.objects.update(simulated=False, sources={"bund": {"adapter": "pegelonline"}})
    network.sensors.update(feed={"source": "bund", "key": "x/W", "unit": "cm"})
    with capture_logs() as lines:
        assert [ensure_collected(), ensure_collected()] == [0, 0]
    assert [line["event"] for line in lines] == ["flood.files"]
    assert Network.objects.get().without_files


def test_same_failure_is_logged_once(
    network: Network, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    write_folder(network, tmp_path)
    told = iter(["one", "one", "two"])

    def broken(_: Network) -> bool:
        raise RuntimeError(next(told))

    monkeypatch.setattr(cycle, "run_cycle", broken)
    with capture_logs() as lines:
        for _ in range(3):
            Network.objects.update(last_cycle_at=None)
            run_due()
    assert [line["problem"] for line in lines] == ["one", "two"]


def test_pages_show_it_as_without_data(client: Client, lost: Network) -> None:
    for path in ("", "lage/", "pegel/beispieltal/mittelwerk/", "daten/qualitaet/", "warnungen/"):
        answer = client.get(f"/hochwasser/{path}")
        assert answer.status_code == 200, path
        if path != "warnungen/":
            assert "Die Dateien dieses Gewässers fehlen." in answer.content.decode(), path
    assert "Zustand unbekannt" in client.get("/hochwasser/").content.decode()
    assert client.get("/hochwasser/daten/beispieltal/geojson").status_code == 404


def test_no_storm_is_started_over_it(lost: Network) -> None:
    with pytest.raises(StormError) as refused:
        start_storm(network=lost, strength="heavy", by=audit.VISITOR)
    assert refused.value.reason == "files"


def test_staff_read_what_to_do(client: Client, lost: Network) -> None:
    user = create_person(email="beratung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=RoleName.ADVISER, by=audit.SYSTEM, reason="test")
    client.force_login(user, backend=BACKEND)
    page = client.get("/hochwasser/betrieb/").content.decode()
    assert f"Im Datenordner fehlt flood/{lost.folder}/network.toml." in page
    assert "Neu lernen" not in page
