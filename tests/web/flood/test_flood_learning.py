"""A network learns anew: asked for by staff, done in the background, stopped without damage."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from factories.flood_room import make_draft
from steiger.web.accounts.domain import audit
from steiger.web.accounts.domain.people import create_person, grant_role
from steiger.web.accounts.models import LogEntry, RoleName
from steiger.web.background.domain.progress import progress
from steiger.web.flood.domain import preparing
from steiger.web.flood.domain.drafts import draft_of, examine_draft
from steiger.web.flood.domain.learning import (
    RefusedError,
    ask_to_learn,
    state_of,
    still_wanted,
    stop_learning,
)
from steiger.web.flood.domain.preparing import learn_anew, prepare
from steiger.web.flood.domain.taking_over import forecast_now, take_over
from steiger.web.flood.domain.trail import check
from steiger.web.flood.models import Forecast, Network, TrainedModel

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LIGHT, FULL = TrainedModel.Profile.LIGHT, TrainedModel.Profile.FULL
CONTROL = "/hochwasser/betrieb/"


@pytest.fixture
def adviser() -> Client:
    """The browser of an adviser."""
    user = create_person(email="beratung@example.org", by=audit.SYSTEM, verified=True)
    grant_role(user=user, role=RoleName.ADVISER, by=audit.SYSTEM, reason="test")
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser


@pytest.fixture
def river(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    """A real network of one gauge with three months of values, ready by a stand-in of its model."""
    settings.DATA_DIR = tmp_path
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    draft = make_draft(hours=2400)
    examine_draft(draft.id)
    found = draft_of(draft.id)
    assert found is not None
    with monkeypatch.context() as patched:
        patched.setattr(preparing, "learn", lambda *_: None)
        network = take_over(draft=found, by=audit.SYSTEM)
        prepare(network.pk, run=str(uuid4()), say=lambda *_: None)
    Network.objects.update(stage=Network.Stage.READY)
    return Network.objects.get()


def test_a_model_is_learned_used_and_said_to_be_exact_or_quick(
    adviser: Client, river: Network
) -> None:
    told: list[tuple[int, int, str]] = []
    row = learn_anew(
        river.pk, LIGHT.value, wanted=lambda: True, say=lambda *step: told.append(step)
    )
    assert row is not None
    assert TrainedModel.objects.get(active=True) == row
    assert row.profile == LIGHT
    assert row.trained_until == river.clock
    assert row.reads == {"opladen": ["opladen", "regen"]}
    assert told[-1][:2] == (100, 100)
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    newest = Forecast.objects.first()
    assert newest is not None
    assert newest.model_digest == row.digest
    assert check(newest.pk) == Forecast.Check.EQUAL
    page = adviser.get(CONTROL).content.decode()
    assert f"<code>{row.digest[:12]}</code> (schnell, gelernt bis" in page


def test_models_of_earlier_versions_say_at_the_next_turn_what_they_read(river: Network) -> None:
    learn_anew(river.pk, LIGHT.value, wanted=lambda: True, say=lambda *_: None)
    TrainedModel.objects.update(reads={})
    river.refresh_from_db()
    forecast_now(river)
    assert TrainedModel.objects.get().reads == {"opladen": ["opladen", "regen"]}


def test_asking_twice_learns_once(adviser: Client, river: Network) -> None:
    for _ in range(2):
        page = adviser.post(f"{CONTROL}{river.key}/lernen/", {"profile": "full"}, follow=True)
    assert "Das Gewässer lernt bereits." in page.content.decode()
    run = DBTaskResult.objects.get(task_path__contains="learn_anew")
    assert (run.queue_name, run.args_kwargs["args"]) == ("heavy", [river.pk, "full"])
    river.refresh_from_db()
    assert river.learning_run == run.pk
    assert LogEntry.objects.get(act="flood.network.learn").changes == {"profile": ["", "full"]}


def test_progress_is_shown_and_learning_can_be_stopped(adviser: Client, river: Network) -> None:
    page = adviser.get(CONTROL).content.decode()
    assert "Neu lernen" in page
    adviser.post(f"{CONTROL}{river.key}/lernen/", {"profile": "full"})
    page = adviser.get(CONTROL).content.decode()
    assert "Das neue Modell wartet, bis es an der Reihe ist." in page
    assert "Neu lernen" not in page
    run = DBTaskResult.objects.get(task_path__contains="learn_anew")
    progress(run.pk, 40, 100, str(preparing.LEARNING), now=True)
    page = adviser.get(CONTROL).content.decode()
    assert '<progress max="100" value="40"' in page
    page = adviser.post(f"{CONTROL}{river.key}/lernen/beenden/", follow=True).content.decode()
    assert "Das Lernen endet." in page
    assert not still_wanted(river.pk, str(run.pk))
    assert LogEntry.objects.filter(act="flood.network.stop_learning").count() == 1
    page = adviser.post(f"{CONTROL}{river.key}/lernen/beenden/", follow=True).content.decode()
    assert "Zurzeit wird nichts gelernt." in page


def test_stopped_learning_keeps_the_present_model_and_goes_on_later(river: Network) -> None:
    before = learn_anew(river.pk, LIGHT.value, wanted=lambda: True, say=lambda *_: None)
    forecasts = Forecast.objects.count()
    # The first question comes before any work, the next ones every few seconds of it.
    answers = iter([True, False])
    stopped = learn_anew(river.pk, FULL.value, wanted=lambda: next(answers), say=lambda *_: None)
    assert stopped is None
    assert TrainedModel.objects.get() == before
    assert Forecast.objects.count() == forecasts


def test_later_ask_takes_the_place_of_a_stopped_run(river: Network) -> None:
    ask_to_learn(network=river, profile=LIGHT, by=audit.SYSTEM)
    first = Network.objects.get().learning_run
    assert stop_learning(network=river, by=audit.SYSTEM)
    ask_to_learn(network=river, profile=FULL, by=audit.SYSTEM)
    second = Network.objects.get().learning_run
    assert isinstance(first, UUID)
    assert not still_wanted(river.pk, str(first))
    assert still_wanted(river.pk, str(second))


def test_failure_is_told_and_can_be_tried_again(adviser: Client, river: Network) -> None:
    ask_to_learn(network=river, profile=LIGHT, by=audit.SYSTEM)
    DBTaskResult.objects.filter(task_path__contains="learn_anew").update(status="FAILED")
    assert state_of(Network.objects.get()) == "failed"
    page = adviser.get(CONTROL).content.decode()
    assert "Das neue Modell konnte nicht gelernt werden." in page
    assert "Neu lernen" in page


def test_network_that_is_set_up_learns_without_being_asked(river: Network) -> None:
    Network.objects.update(stage=Network.Stage.RECORDED)
    with pytest.raises(RefusedError) as refused:
        ask_to_learn(network=river, profile=LIGHT, by=audit.SYSTEM)
    assert refused.value.code == "preparing"


def test_unknown_profile_is_refused_with_a_sentence(adviser: Client, river: Network) -> None:
    page = adviser.post(f"{CONTROL}{river.key}/lernen/", {"profile": "best"}, follow=True)
    assert "Bitte eine der beiden Arten zu lernen auswählen." in page.content.decode()
    assert not DBTaskResult.objects.filter(task_path__contains="learn_anew").exists()
