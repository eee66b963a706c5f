"""The index follows the database: after each change, in every process, after every crash."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from factories.directory import make_actor
from steiger.engines.directory.search import Query
from steiger.web.directory.domain import index
from steiger.web.directory.models import Actor, IndexChange


def found(text: str) -> list[int]:
    return [hit.id for hit in index.search_index().search(Query(text=text)).hits]


@pytest.mark.django_db
def test_a_missing_index_is_built_at_the_first_question() -> None:
    actor = make_actor("Beispiel Hochofenlabor")
    assert found("Hochofenlabor") == [actor.pk]


@pytest.mark.django_db
def test_an_index_of_another_format_is_built_anew(settings: Any) -> None:
    actor = make_actor("Beispiel Hochofenlabor")
    index.rebuild()
    for file in settings.SEARCH_INDEX_DIR.glob("g*/format.json"):
        file.write_text('{"format": -1}')
    index._open.clear()
    assert found("Hochofenlabor") == [actor.pk]


@pytest.mark.django_db(transaction=True)
def test_a_change_is_found_after_its_transaction() -> None:
    actor = make_actor("Beispiel Hochofenlabor")
    index.rebuild()
    with transaction.atomic():
        Actor.objects.filter(pk=actor.pk).update(name="Beispiel Windkanal")
        actor.names.update(text="Beispiel Windkanal")
        index.queue([actor.pk])
    assert found("Windkanal") == [actor.pk]
    assert found("Hochofenlabor") == []
    assert IndexChange.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_withdrawn_actor_is_no_longer_found() -> None:
    actor = make_actor("Beispiel Hochofenlabor")
    index.rebuild()
    with transaction.atomic():
        Actor.objects.filter(pk=actor.pk).update(state=Actor.State.WITHDRAWN)
        index.queue([actor.pk])
    assert found("Hochofenlabor") == []


@pytest.mark.django_db(transaction=True)
def test_a_failed_transaction_leaves_the_index_as_it_was() -> None:
    actor = make_actor("Beispiel Hochofenlabor")
    index.rebuild()

    def fail() -> None:
        with transaction.atomic():
            Actor.objects.filter(pk=actor.pk).update(state=Actor.State.WITHDRAWN)
            index.queue([actor.pk])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert found("Hochofenlabor") == [actor.pk]
    assert IndexChange.objects.count() == 0


@pytest.mark.django_db
def test_what_a_crash_left_behind_is_applied_by_the_next_call() -> None:
    index.rebuild()
    actor = make_actor("Beispiel Hochofenlabor")
    IndexChange.objects.create(actor_number=actor.pk)
    assert found("Hochofenlabor") == []
    assert index.drain() == 1
    assert found("Hochofenlabor") == [actor.pk]
    assert index.drain() == 0


@pytest.mark.django_db
def test_many_changes_at_once_build_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BATCH", 2)
    monkeypatch.setattr(index, "REBUILD_FROM", 3)
    index.rebuild()
    numbers = [make_actor(f"Beispiel Labor {n}").pk for n in range(5)]
    IndexChange.objects.bulk_create(IndexChange(actor_number=n) for n in numbers)
    assert index.drain() == 5
    assert sorted(found("Labor")) == numbers
    assert IndexChange.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_queueing_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        index.queue([1])


@pytest.mark.django_db
def test_a_document_holds_names_texts_and_facets() -> None:
    actor = make_actor(
        "Beispiel Hochofenlabor",
        former=("Beispiel Kokerei",),
        roles={"research_institution": "Forscht mit Betrieben."},
        topics=("machine_learning",),
        size="small",
    )
    document = index.document(actor)
    assert document is not None
    assert {(n.text, n.kind) for n in document.names} == {
        ("Beispiel Hochofenlabor", "official"),
        ("Beispiel Kokerei", "former"),
    }
    assert "Forscht mit Betrieben." in document.texts
    assert dict(document.facets) == {
        "category": ("research",),
        "role": ("research_institution",),
        "topic": ("machine_learning",),
        "sector": (),
        "size": ("small",),
        "district": ("05124",),
        "municipality": ("05124000",),
        "verified": ("no",),
        "example": ("no",),
    }


@pytest.mark.django_db
def test_hidden_values_and_drafts_stay_out() -> None:
    actor = make_actor("Beispiel Hochofenlabor", former=("Beispiel Kokerei",))
    actor.names.filter(kind="former").update(hidden=True)
    document = index.document(actor)
    assert document is not None
    assert [name.text for name in document.names] == ["Beispiel Hochofenlabor"]
    Actor.objects.filter(pk=actor.pk).update(state=Actor.State.DRAFT)
    assert index.document(actor) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="opens SQLite's file from outside")
def test_another_process_sees_a_change_within_two_seconds(settings: Any) -> None:
    make_actor("Beispiel Kokerei")
    index.rebuild()
    code = (
        "import sys, time; from pathlib import Path;"
        "from steiger.engines.directory.search import Query, SearchIndex;"
        "s = SearchIndex(Path(sys.argv[1])); s.search(Query()); print('ready', flush=True);"
        "end = time.monotonic() + 10\n"
        "while not s.search(Query(text='Hochofenlabor')).total and time.monotonic() < end:\n"
        "    time.sleep(0.02)\n"
        "print(time.time())"
    )
    command = [sys.executable, "-c", code, str(settings.SEARCH_INDEX_DIR)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "ready"
        with transaction.atomic():
            index.queue([make_actor("Beispiel Hochofenlabor").pk])
        committed = time.time()
        seen = float(other.stdout.readline())
    assert seen - committed < 2.0


def test_the_index_lies_in_the_data_folder() -> None:
    assert str(django_settings.SEARCH_INDEX_DIR).endswith("index")
