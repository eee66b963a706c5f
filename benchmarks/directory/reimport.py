"""A later ROR release over edited actors: nothing an owner said is lost, every difference offered.

Makes the later release from the real one: changed names, towns, links, and withdrawn records. A
share of the actors has a representative who has edited the entry. Prints JSON; exits 1 if an edit
is lost, a difference, also of relations, is not offered, or a second import is not quiet.

    python benchmarks/directory/reimport.py [--kept 400] [--seed 7]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[3] / "shared/data/directory/ror_germany_earlier.json.gz"


def prepare(folder: str) -> None:
    """An empty product with the region's words."""
    os.environ["STEIGER_DATA_DIR"] = folder
    os.environ["STEIGER_LOG_LEVEL"] = "ERROR"
    os.environ["DJANGO_SETTINGS_MODULE"] = "steiger.web.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from steiger.regions import load_region
    from steiger.web.accounts.domain import audit
    from steiger.web.directory.domain.vocabularies import load_vocabularies

    load_vocabularies(region=load_region("nrw"), by=audit.SYSTEM)


def take(path: Path) -> dict[str, Any]:
    """Import a release through the command."""
    from click.testing import CliRunner

    from steiger.web.directory.interfaces.commands import import_

    arguments = ["ror", str(path), "--complete", "--json"]
    done = CliRunner().invoke(import_, arguments, catch_exceptions=False)
    found: dict[str, Any] = json.loads(done.output)
    return found


def later_release(records: list[dict[str, Any]], rng: random.Random) -> dict[str, str]:
    """Change the records in place; returns the ids of those that now say something else: how."""
    changed = {}
    for record in records:
        kind = rng.choice(("name", "town", "link", "gone", "same", "same"))
        if kind == "same" or str(record.get("status", "active")).lower() != "active":
            continue
        if kind == "gone":
            record["status"] = "withdrawn"
        elif "names" in record:  # schema 2
            _change_v2(record, kind)
        else:
            _change_v1(record, kind)
        changed[record["id"]] = kind
    return changed


def _change_v1(record: dict[str, Any], kind: str) -> None:
    if kind == "name":
        record["name"] += " (neu)"
    elif kind == "town":
        record["addresses"][0]["city"] = "Umgezogen"
    else:
        record["links"] = ["https://umgezogen.example/" + record["id"].rsplit("/", 1)[-1]]


def _change_v2(record: dict[str, Any], kind: str) -> None:
    if kind == "name":
        for name in record["names"]:
            if "ror_display" in name["types"]:
                name["value"] += " (neu)"
    elif kind == "town":
        record["locations"][0]["geonames_details"]["name"] = "Umgezogen"
    else:
        url = "https://umgezogen.example/" + record["id"].rsplit("/", 1)[-1]
        record["links"] = [{"type": "website", "value": url}]


def edit_some(count: int, rng: random.Random) -> dict[int, Any]:
    """Give actors a representative and words of their own; returns what these say."""
    from steiger.web.accounts.domain import audit
    from steiger.web.accounts.models import User
    from steiger.web.curation.models import Representation
    from steiger.web.directory.domain.actors import edit_values
    from steiger.web.directory.domain.reconcile import today_of
    from steiger.web.directory.domain.sources import OWNER, get_source
    from steiger.web.directory.models import Actor, Description, Link, Name

    user = User.objects.create_user("kim@example.org")
    numbers = list(Actor.objects.order_by("pk").values_list("pk", flat=True))
    said = {}
    for number in rng.sample(numbers, count):
        actor = Actor.objects.get(pk=number)
        Representation.objects.create(actor=actor, user=user, state="active", responsible=True)
        values: list[Any] = [Description(language="de", text=f"Eigene Worte {number}.")]
        if number % 2:
            values.append(Name(kind="official", text=f"Eigener Name {number}", language="de"))
        if number % 3 == 0:
            values.append(Link(kind="website", url=f"https://eigen.example/{number}"))
        edit_values(actor=actor, values=values, by=audit.SYSTEM, source=OWNER)
        said[number] = today_of(actor, get_source(OWNER))
    return said


def main() -> int:
    """Import, edit, import the later release, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=int, default=400, help="Actors with a representative.")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="steiger-reimport-") as folder:
        prepare(folder)
        from steiger.web.curation.models import Submission
        from steiger.web.directory.domain.merging import all_statements
        from steiger.web.directory.domain.reconcile import today_of
        from steiger.web.directory.domain.sources import OWNER, get_source
        from steiger.web.directory.models import Actor, ImportedRecord, Relation

        first = take(DATA)
        owners = edit_some(options.kept, rng)
        records = json.loads(gzip.decompress(DATA.read_bytes()))
        changed = later_release(records, rng)
        path = Path(folder) / "later.json.gz"
        path.write_bytes(gzip.compress(json.dumps(records).encode(), 1))
        rows = ImportedRecord.objects.filter(actor_id__in=owners)
        mine = {row.record_id: row.actor_id for row in rows}
        before = {number: all_statements(Actor.objects.get(pk=number)) for number in owners}
        ties = list(
            Relation.objects.filter(actor_id__in=owners).values_list("actor_id", "other_id")
        )
        begin = time.monotonic()
        second = take(path)
        seconds = time.monotonic() - begin
        lost = [
            number
            for number, said in owners.items()
            if today_of(Actor.objects.get(pk=number), get_source(OWNER)) != said
        ]
        touched = [n for n in owners if all_statements(Actor.objects.get(pk=n)) != before[n]]
        keys = {record: record.rsplit("/", 1)[-1] for record in changed}
        values = {mine[r] for r in mine if r in changed or r in set(keys.values())}
        # A record that ended takes along what others said about their relation to it.
        ended = set(
            ImportedRecord.objects.filter(withdrawn=True).values_list("actor_id", flat=True)
        )
        relations = {actor for actor, other in ties if other in ended}
        offers = {row.actor_id: row for row in Submission.objects.filter(kind="import")}
        expected = values | relations
        missing = expected - offers.keys()
        again = take(path)
        result = {
            "first": {key: first[key] for key in ("new", "inactive", "rejected")},
            "edited_actors": len(owners),
            "records_changed": len(changed),
            "second": {k: second[k] for k in ("changed", "unchanged", "withdrawn", "offered")},
            "seconds": round(seconds, 1),
            "owner_edits_lost": len(lost),
            "entries_touched_behind_the_owner": len(touched),
            "differences": len(expected),
            "differences_of_relations_only": len(relations - values),
            "offered": len(expected & offers.keys()),
            "offered_without_difference": len(offers.keys() - expected),
            "not_offered": [[r, changed[r]] for r in sorted(changed) if mine.get(r) in missing],
            "again": {key: again[key] for key in ("changed", "withdrawn", "offered")},
        }
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
        complete = expected == offers.keys()
        quiet = not (again["changed"] or again["withdrawn"] or again["offered"])
        return int(bool(lost or touched or not complete or not quiet))


if __name__ == "__main__":
    sys.exit(main())
