"""Tests that run here: a prepared folder goes in, results come out as evidence, nothing else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from factories.audits import CALM, DECLARATION, MODERATE, all_rated, rated, told
from steiger.web.audits.domain import applying, evidence, examining, measuring, testing
from steiger.web.audits.domain.errors import RefusedError
from steiger.web.audits.domain.prepared_folder import as_toml, files_of, read_plan
from steiger.web.audits.models import Audit, ChainEntry, EvidenceFile, TestRun

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PLAN = """
[audit]
task = "classification"
modality = "tabular"
alpha = 0.5
checks = ["drift"]
[model]
kind = "predictions"
[data]
test = "daten/test.csv"
target = "y"
[predictions]
label = "said"
[documents]
paths = ["karte.md"]
[thresholds.documentation_completeness]
model_card = 0.0
[needs]
FN = "none"
"""


def nothing(*_said: Any) -> None:
    """Nobody listens."""


def folder(**changes: Any) -> bytes:
    rng = np.random.default_rng(0)
    lines = ["a,y,said"] + [f"{x:.3f},{x > 0},{x > 0.1}" for x in rng.normal(size=80)]
    files: dict[str, Any] = {
        "audit.toml": PLAN,
        "daten/test.csv": "\n".join(lines),
        "karte.md": "# Zweck\nKurz.",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (files | changes).items():
            if content is not None:
                archive.writestr(f"ordner/{name}", content)
    return target.getvalue()


@pytest.fixture
def audit(people: Any) -> Audit:
    """Under examination by the first examiner."""
    made = rated(people.applicant, answers=MODERATE)
    applying.submit(audit=made, by=people.applicant)
    examining.assign(audit=made, by=people.first, part="first", declaration=DECLARATION)
    made.refresh_from_db()
    return made


def test_results_become_evidence_at_the_indicators(audit: Audit, people: Any) -> None:
    said: list[tuple[int, int]] = []
    run = testing.start_folder(audit=audit, by=people.first, data=folder())
    written = (run.folder / "input/audit.toml").read_text()
    # What the examined side says of thresholds, checks, error rate and needs does not count.
    assert "thresholds" not in written
    assert '"checks" = ["documentation_completeness"]' in written
    assert '"alpha" = 0.05' in written
    assert '"TR" = "moderate"' in written
    ended = measuring.execute(str(run.pk), say=lambda d, t: said.append((d, t)), every_s=0.1)
    run.refresh_from_db()
    assert (ended, run.state, run.done, run.total) == ("done", "done", 1, 1), run.message
    assert said[-1][1] == 1
    assert not run.folder.exists()
    files = {f.kind: f for f in EvidenceFile.objects.filter(audit=audit, number__gt=1)}
    assert set(files) == {"results", "data"}
    for file in files.values():
        assert file.indicators == ["TR3.1"]
    acts = ChainEntry.objects.filter(audit_key=audit.pk).values_list("act", flat=True)
    assert list(acts)[-4:] == ["tests.start", "evidence.add", "evidence.add", "tests.end"]
    examining.rate(audit=audit, by=people.first, said=all_rated(audit))
    done = examining.finish(audit=audit, by=people.first)
    verdicts = {one["check"]: one["verdict"] for one in told(done)["requirements"]}
    assert verdicts["documentation_completeness"] == "violated"
    assert measuring.execute(str(run.pk), say=nothing) == "over"


def test_failure_is_one_line_and_leaves_nothing(audit: Audit, people: Any) -> None:
    data = folder(**{"daten/test.csv": "a,z\n1,2\n"})
    run = testing.start_folder(audit=audit, by=people.first, data=data)
    assert measuring.execute(str(run.pk), say=nothing, every_s=0.1) == "failed"
    run.refresh_from_db()
    assert "no column 'y'" in run.message
    assert "\n" not in run.message
    assert not run.folder.exists()
    assert not EvidenceFile.objects.filter(audit=audit, kind="results").exists()


def test_stopped_run_ends_and_keeps_nothing(audit: Audit, people: Any) -> None:
    run = testing.start_folder(audit=audit, by=people.first, data=folder())
    with pytest.raises(RefusedError, match="run_busy"):
        testing.start_folder(audit=audit, by=people.first, data=folder())

    def say(done: int, total: int) -> None:
        if run.state != "stopped":
            testing.stop(run=run, by=people.first)
            run.refresh_from_db()

    assert measuring.execute(str(run.pk), say=say, every_s=0.1) == "stopped"
    assert not run.folder.exists()
    assert audit.evidence.count() == 1
    with pytest.raises(RefusedError, match="run_over"):
        testing.stop(run=run, by=people.first)


def test_interrupted_run_goes_on(
    audit: Audit, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = testing.start_folder(audit=audit, by=people.first, data=folder())

    def interrupted(done: int, total: int) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        measuring.execute(str(run.pk), say=interrupted, every_s=0.1)
    run.refresh_from_db()
    assert run.state == "running"
    assert run.folder.exists()
    assert measuring.execute(str(run.pk), say=nothing, every_s=0.1) == "done"


def test_only_the_examiner_starts_and_stops(audit: Audit, people: Any) -> None:
    for by in (people.applicant, people.second):
        with pytest.raises(RefusedError, match="examiner"):
            testing.start_folder(audit=audit, by=by, data=folder())
    assert not TestRun.objects.exists()


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"audit.toml": None}, "run_folder"),
        ({"audit.toml": "[audit"}, "run_folder"),
        ({"audit.toml": PLAN.replace("predictions", "pickle", 1)}, "run_folder"),
        ({"audit.toml": PLAN.replace("daten/test.csv", "/etc/passwd")}, "run_folder"),
        ({"audit.toml": PLAN.replace("daten/test.csv", "../../x.csv")}, "run_folder"),
        ({"audit.toml": PLAN.replace('"classification"', '"regression"')}, "results_kind"),
        ({"audit.toml": PLAN.replace("[model]", "[text]\nkey_env='PATH'\n[model]")}, "run_key"),
        (
            {"audit.toml": PLAN.replace("[model]", "[model]\naddress='http://127.0.0.1'")},
            "run_address",
        ),
        ({"model.pkl": b"x"}, "run_folder"),
        ({"../evil.csv": b"x"}, "file_path"),
        ({"big.csv": b"0" * 30_000_000}, "file_bomb"),
    ],
)
def test_hostile_folders_are_refused(
    audit: Audit, people: Any, settings: Any, changes: dict[str, Any], key: str
) -> None:
    with pytest.raises(RefusedError) as error:
        testing.start_folder(audit=audit, by=people.first, data=folder(**changes))
    assert error.value.key == key
    assert not TestRun.objects.exists()
    assert not (Path(settings.DATA_DIR) / "audit-runs").exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://93.184.216.34:8443/v1",
        "https://[64:ff9b::a00:1]/",
        "http://example.org/v1",
        "https://127.0.0.1/v1",
        "https://10.0.0.8",
        "https://[::1]/",
        "x",
    ],
)
def test_addresses_inside_are_not_asked(address: str) -> None:
    assert not testing.is_public(address)


def test_address_that_turns_inwards_after_the_check_is_no_result(
    people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page's own check is taken away; the process that asks has its own, and says why."""
    exposed = CALM | {"SI-Q1": "internet"}
    made = rated(people.applicant, answers=exposed, task="text", modality="text")
    applying.submit(audit=made, by=people.applicant)
    examining.assign(audit=made, by=people.first, part="first", declaration=DECLARATION)
    monkeypatch.setattr(testing, "is_public", lambda _address: True)
    address = "https://127.0.0.1/v1"
    run = testing.start_endpoint(audit=made, by=people.first, address=address, model="m")
    assert measuring.execute(str(run.pk), say=nothing, every_s=0.1) == "failed"
    run.refresh_from_db()
    assert "outside of the open internet" in run.message
    assert not EvidenceFile.objects.filter(audit=made, kind="results").exists()
    facts = ChainEntry.objects.get(audit_key=made.pk, act="tests.start").facts
    assert len(facts["address"]) == 64


def test_rubbish_is_no_archive() -> None:
    with pytest.raises(RefusedError, match="file_disguised"):
        files_of(b"no archive")


def test_plan_goes_through_toml_unchanged() -> None:
    import tomllib

    plan = {"model": {"codes": {"ä b": ["x\n", '"']}, "scale": 1.5, "ok": True}, "data": {}}
    assert tomllib.loads(as_toml(plan)) == plan
    with pytest.raises(RefusedError):
        read_plan(b"model = 3", {})


def test_page_starts_and_stops(
    audit: Audit, people: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client()
    client.force_login(people.first, backend=BACKEND)
    page = client.get(audit.get_absolute_url()).content.decode()
    address = reverse("audits:test_folder", args=[audit.pk])
    assert address in page
    assert client.post(address, {}).status_code == 400
    upload = SimpleUploadedFile("ordner.zip", folder())
    with django_capture_on_commit_callbacks(execute=False) as queued:
        page = client.post(address, {"folder": upload}, follow=True).content.decode()
    assert len(queued) == 1
    run = TestRun.objects.get()
    halt = reverse("audits:test_stop", args=[audit.pk, run.pk])
    assert halt in page
    assert "0 von 1 Prüfungen" in page
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(halt, follow=True).content.decode()
    assert "Die Prüfungen sind beendet." in page
    assert not run.folder.exists()
    asked = {"address": "https://127.0.0.1/v1", "model": "m", "key": ""}
    where = reverse("audits:test_endpoint", args=[audit.pk])
    assert client.post(where, asked).status_code == 400
    asked["agreed"] = "on"
    assert "wird nicht gefragt" in client.post(where, asked, follow=True).content.decode()


def test_rated_indicator_without_evidence_is_not_handed_in(people: Any) -> None:
    audit = rated(people.applicant)
    one = next(iter(all_rated(audit)))
    evidence.link(audit=audit, by=people.applicant, shown={one: []})
    client = Client()
    client.force_login(people.applicant, backend=BACKEND)
    page = client.get(audit.get_absolute_url()).content.decode()
    assert f"#i-{one.replace('.', '-').lower()}" in page
    with pytest.raises(RefusedError) as error:
        applying.submit(audit=audit, by=people.applicant)
    assert (error.value.key, error.value.detail) == ("evidence_missing", one)
    page = client.post(reverse("audits:hand_in", args=[audit.pk]), follow=True).content.decode()
    assert f"noch keine Datei als Beleg: {one}" in page
    for shown, key in (({"ZZ1.1": [1]}, "rating"), ({one: [7]}, "file_gone")):
        with pytest.raises(RefusedError, match=key):
            evidence.link(audit=audit, by=people.applicant, shown=shown)
    applying.rate(audit=audit, by=people.applicant, said={one: applying.Said("D", "Nichts.")})
    assert applying.submit(audit=audit, by=people.applicant).state == "submitted"


def test_note_that_names_an_indicator_links_the_file(people: Any) -> None:
    audit = rated(people.applicant)
    file = evidence.add_evidence(
        audit=audit, by=people.applicant, name="b.txt", data=b"x", note="für TR1.1 und XX9.9"
    )
    assert file.indicators == ["TR1.1"]
