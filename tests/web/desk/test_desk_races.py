"""Several workers at the same moment: each person gets one mail, whoever presses or stops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from factories.desk import make_agreed, make_person
from steiger.web.accounts.domain import audit
from steiger.web.background.domain.mail import deliver
from steiger.web.background.models import OutgoingMail
from steiger.web.desk.domain import circulars as acts
from steiger.web.desk.domain.audience import Filters
from steiger.web.desk.models import Circular

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite has one writer, who begins IMMEDIATE; its database in memory no threads",
    ),
]
AT_ONCE, PEOPLE = 6, 24
BY = audit.SYSTEM


def at_once(*parts: Callable[[], object]) -> list[object]:
    """Acts side by side; a refusal is an answer, too."""
    begin = Barrier(len(parts))

    def run(act: Callable[[], object]) -> object:
        try:
            begin.wait()
            return act()
        except acts.CircularError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(run, parts))


@pytest.fixture
def circular(monkeypatch: pytest.MonkeyPatch) -> Circular:
    """A draft for some people, in small batches."""
    monkeypatch.setattr(acts, "BATCH", 4)
    for number in range(PEOPLE):
        make_agreed(number)
    words = {"subject_de": "Neues", "text_de": "Text"}
    author = make_person("funding_officer")
    return acts.write(values=words, filters=Filters(), author=author, by=BY)


def receivers() -> Counter[str]:
    return Counter(one.recipients["to"][0] for one in OutgoingMail.objects.filter(sent_at=None))


def test_who_presses_twice_sends_once_and_workers_share(circular: Circular) -> None:
    answers = at_once(*[lambda: acts.start(circular=circular, expected=PEOPLE, by=BY)] * AT_ONCE)
    assert Counter(answers) == {PEOPLE: 1, "begun": AT_ONCE - 1}
    made = at_once(*[lambda: acts.serve(circular.pk)] * AT_ONCE)
    assert sum(int(str(number)) for number in made) == PEOPLE
    assert set(receivers().values()) == {1}
    assert len(receivers()) == PEOPLE


def test_stop_and_going_on_beside_workers_lose_nobody(circular: Circular) -> None:
    acts.start(circular=circular, expected=PEOPLE, by=BY)
    acts.serve(circular.pk)
    sent: Counter[str] = Counter()
    for _round in range(6):
        mails = list(OutgoingMail.objects.filter(sent_at=None).order_by("created_at")[:8])
        to = {mail.id: mail.recipients["to"][0] for mail in mails}

        def work(ids: list[object] = list(to)) -> list[object]:  # noqa: B006 - bound per round
            return [(one, deliver(str(one))) for one in ids]

        told = at_once(
            work,
            lambda: acts.stop(circular=circular, by=BY),
            lambda: acts.resume(circular=circular, by=BY),
            lambda: acts.serve(circular.pk),
        )
        assert isinstance(told[0], list)
        sent.update(to[one] for one, result in told[0] if result == "sent")
        circular.refresh_from_db()
        if circular.state == Circular.State.STOPPED:
            acts.resume(circular=circular, by=BY)
        acts.serve(circular.pk)
    for one in OutgoingMail.objects.filter(sent_at=None):
        address = one.recipients["to"][0]
        if deliver(one.id) == "sent":
            sent[address] += 1
    assert set(sent.values()) == {1}
    assert len(sent) == PEOPLE
    assert acts.progress(circular).handed_over == PEOPLE
