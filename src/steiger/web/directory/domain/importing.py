"""Taking over lists from outside: one transaction, with a report row by row.

A re-import changes only what its own source has stated (see docs/decisions/0004). What a source no
longer lists is withdrawn only if the file is declared complete.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from steiger.engines.directory.records import RejectedRow, UnusableFileError
from steiger.lib.text import tokens
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.deltas import stated
from steiger.web.directory.domain.incoming import RECOGNISED_BY, Item
from steiger.web.directory.domain.index import queue
from steiger.web.directory.domain.offers import Offer, offer, protected
from steiger.web.directory.domain.own_entries import OwnEntry, own_entries
from steiger.web.directory.domain.slugs import SlugMaker
from steiger.web.directory.domain.sources import SourceInfo, get_source
from steiger.web.directory.domain.writing import (
    Draft,
    create,
    replace_values,
    values_of,
    write_values,
)
from steiger.web.directory.models import (
    Actor,
    Identifier,
    ImportedRecord,
    ImportRun,
    Link,
    Relation,
    Role,
    Source,
    Sourced,
)

CHUNK = 1_000
NOT_PUBLIC = "names an entry of this map that is not public; restore it first, or remove the row"
KEPT_REJECTIONS = 1_000
MAX_REJECTED = 10_000


class ImportRefusedError(Exception):
    """The import was not carried out; the database is as it was."""

    def __init__(self, message: str, report: ImportReport) -> None:
        super().__init__(message)
        self.report = report


class _DryRun(Exception):  # noqa: N818 - ends a rehearsal, is no error
    pass


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        withdrawn: were on the map and are withdrawn now.
        outside: seated outside the region asked for.
        inactive: the source has closed them, and they were never taken over.
        offered: somebody speaks for them, so the difference waits for a decision.
    """

    source: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    outside: int = 0
    inactive: int = 0
    offered: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    dry_run: bool = False

    def counts(self) -> dict[str, int]:
        """Numbers only."""
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "withdrawn": self.withdrawn,
            "outside": self.outside,
            "inactive": self.inactive,
            "offered": self.offered,
            "rejected": len(self.rejected),
        }

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        rows = [
            {"row": r.row, "field": r.field, "reason": r.reason, "value": r.value}
            for r in self.rejected
        ]
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            **self.counts(),
            "rejected_rows": rows,
        }


@dataclass(slots=True)
class _Known:
    """What the source said last time."""

    actor: int
    digest: str
    withdrawn: bool


def import_items(
    *,
    source: SourceInfo,
    items: Iterable[Item | RejectedRow | None],
    by: audit.Actor,
    file_name: str,
    file_sha256: str = "",
    complete: bool = False,
    strict: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Take over items in one transaction.

    Args:
        items: None stands for a record outside the region.
        complete: what the source no longer lists is withdrawn.
        strict: one rejected row refuses the whole file.
        dry_run: work out the same report and undo everything.
        progress: called with the number of items done.

    Raises:
        ImportRefusedError: rows were rejected under ``strict``.
        UnusableFileError: more than 10,000 rows are rejected, or what ``items`` raises.
    """
    report = ImportReport(source.key, dry_run=dry_run)
    try:
        with transaction.atomic():
            job = _Import(get_source(source), by, report)
            job.run(items, complete=complete, progress=progress)
            if strict:
                _refuse_rejected(report)
            ImportRun.objects.create(
                source=job.source,
                file_name=file_name[:255],
                file_sha256=file_sha256,
                finished_at=timezone.now(),
                counts=report.counts(),
                rejected=report.as_dict()["rejected_rows"][:KEPT_REJECTIONS],
            )
            if dry_run:
                raise _DryRun  # noqa: TRY301 - rolls the transaction back
    except _DryRun:
        pass
    return report


def _refuse_rejected(report: ImportReport) -> None:
    if report.rejected:
        count = len(report.rejected)
        raise ImportRefusedError(f"{count} rows were rejected, so nothing was taken over.", report)


@dataclass(frozen=True, slots=True)
class _Said:
    """A relation as its record states it; ``record`` and ``other`` are ids of records."""

    record: str
    kind: str
    other: str
    note: str
    stated_in: str
    stated_on: date

    def statement(self) -> dict[str, Any]:
        """What the row holds beside its two ends."""
        return {
            "note": self.note,
            "source_record": self.stated_in,
            "stated_on": self.stated_on,
        }


class _Import:
    """One running import; lives inside one transaction."""

    def __init__(self, source: Source, by: audit.Actor, report: ImportReport) -> None:
        self.source, self.by, self.report = source, by, report
        self.slugs = SlugMaker()
        rows = ImportedRecord.objects.filter(source=source)
        self.known = {
            record: _Known(actor, digest, withdrawn)
            for record, actor, digest, withdrawn in rows.values_list(
                "record_id", "actor_id", "digest", "withdrawn"
            )
        }
        self.seen: dict[str, int] = {}
        self.relations: list[_Said] = []
        self.touched: set[str] = set()
        self.own: dict[str, OwnEntry] = {}

    def run(
        self,
        items: Iterable[Item | RejectedRow | None],
        *,
        complete: bool,
        progress: Callable[[int], None] | None,
    ) -> None:
        done = 0
        iterator = iter(items)
        while part := list(islice(iterator, CHUNK)):
            self._chunk(list(self._accepted(part)))
            if len(self.report.rejected) > MAX_REJECTED:
                first = self.report.rejected[0]
                raise UnusableFileError(
                    f"More than {MAX_REJECTED:,} rows are rejected, so nothing was taken over. "
                    f"The first is row {first.row}, {first.field or 'whole row'}: {first.reason}."
                )
            done += len(part)
            if progress:
                progress(done)
        if complete:
            gone = [r for r, k in self.known.items() if r not in self.seen and not k.withdrawn]
            self._withdraw(gone)
        self._relate()

    def _accepted(self, part: Iterable[Item | RejectedRow | None]) -> Iterator[Item]:
        for item in part:
            if item is None:
                self.report.outside += 1
            elif isinstance(item, RejectedRow):
                self.report.rejected.append(item)
            elif item.record_id in self.seen:
                first = self.seen[item.record_id]
                reason = f"appears twice: row {first} has the same id"
                self.report.rejected.append(RejectedRow(item.row, "id", reason, item.record_id))
            else:
                self.seen[item.record_id] = item.row
                yield item

    def _chunk(self, items: list[Item]) -> None:
        fresh, changed, gone = [], [], []
        self.own = own = self._own(items)
        for item in items:
            before = self.known.get(item.record_id)
            entry = own.get(item.entry) if before is None else None
            if entry is not None and not entry.public:
                self.report.rejected.append(RejectedRow(item.row, "id", NOT_PUBLIC, item.record_id))
                continue
            if entry is not None and item.active and entry.digest == item.digest:
                self.report.unchanged += 1
                continue
            if not item.active:
                if before is None:
                    self.report.inactive += 1
                elif before.withdrawn:
                    self.report.unchanged += 1
                else:
                    gone.append(item.record_id)
                continue
            self.relations += [
                _Said(item.record_id, kind, other, note, page or item.stated_in, item.stated_on)
                for kind, other, note, page in item.relations
            ]
            if before is None:
                fresh.append(item)
            elif before.digest != item.digest or before.withdrawn:
                changed.append(item)
            else:
                self.report.unchanged += 1
        self._create(fresh)
        self._change(changed)
        self._withdraw(gone)

    def _create(self, items: list[Item]) -> None:
        if not items:
            return
        same = self._recognised(items)
        joined = [item for item in items if item.record_id in same]
        brand_new = [item for item in items if item.record_id not in same]
        drafts = []
        for item in brand_new:
            wanted = item.slug or item.name
            actor = Actor(slug=self.slugs.make(wanted), kind=item.kind, is_example=item.is_example)
            drafts.append(Draft(actor, item.build(self.source)))
        numbers = create(drafts, by=self.by, act="directory.actor.import", reason=self.source.key)
        owners = dict(zip((item.record_id for item in brand_new), numbers, strict=True))
        owners |= {item.record_id: same[item.record_id] for item in joined}
        offered = self._offer(joined, same)
        self._write(
            [i for i in joined if i.record_id not in offered], same, "directory.actor.import"
        )
        ImportedRecord.objects.bulk_create(
            [
                ImportedRecord(
                    source=self.source,
                    record_id=item.record_id,
                    actor_id=owners[item.record_id],
                    digest=item.digest,
                )
                for item in items
            ],
            batch_size=500,
        )
        for item in items:
            self.known[item.record_id] = _Known(owners[item.record_id], item.digest, False)
        self.touched.update(owners)
        self.report.new += len(items) - len(offered)

    def _own(self, items: list[Item]) -> dict[str, OwnEntry]:
        slugs = {i.entry for i in items if i.entry and i.record_id not in self.known}
        return own_entries(slugs, timezone.localdate()) if slugs else {}

    def _recognised(self, items: list[Item]) -> dict[str, int]:
        """Actors of other sources that are the same.

        By the address of their page here, by ROR or Wikidata id, or by name and site.
        """
        taken = {k.actor for k in self.known.values()}
        wanted = {pair: item.record_id for item in items for pair in item.identifiers}
        found: dict[str, int] = {}
        for own in items:
            named = self.own.get(own.entry)
            if named is not None and named.number not in taken:
                found[own.record_id] = named.number
                taken.add(named.number)
        values = [value for _, value in wanted]
        for scheme, value, actor in Identifier.objects.filter(
            scheme__in=RECOGNISED_BY, value__in=values
        ).values_list("scheme", "value", "actor_id"):
            record = wanted.get((scheme, value))
            if record is not None and actor not in taken and record not in found:
                found[record] = actor
                taken.add(actor)
        hosts = {host(item.website): item for item in items if item.website and not item.slug}
        rest = [item for item in hosts.values() if item.record_id not in found]
        names = {item.name for item in rest}
        for actor, name, site in Actor.objects.filter(
            name__in=names, state=Actor.State.PUBLISHED
        ).values_list("pk", "name", "website"):
            item = hosts.get(host(site))
            if item is not None and same_name(item.name, name) and actor not in taken:
                found.setdefault(item.record_id, actor)
                taken.add(actor)
        return found

    def _change(self, items: list[Item]) -> None:
        if not items:
            return
        owners = {item.record_id: self.known[item.record_id].actor for item in items}
        offered = self._offer(items, owners)
        taken = [item for item in items if item.record_id not in offered]
        self._write(taken, owners, "directory.actor.reimport")
        back = [i.record_id for i in taken if self.known[i.record_id].withdrawn]
        if back:
            numbers = [self.known[record].actor for record in back]
            Actor.objects.filter(pk__in=numbers, state=Actor.State.WITHDRAWN).update(
                state=Actor.State.PUBLISHED
            )
            queue(numbers)
        rows = {
            row.record_id: row
            for row in ImportedRecord.objects.filter(
                source=self.source, record_id__in=[item.record_id for item in items]
            )
        }
        for item in items:
            row = rows[item.record_id]
            row.digest, row.withdrawn = item.digest, False
            self.known[item.record_id] = _Known(row.actor_id, item.digest, False)
        ImportedRecord.objects.bulk_update(rows.values(), ["digest", "withdrawn"], batch_size=500)
        self.touched.update(rows)
        self.report.changed += len(taken)

    def _write(self, items: list[Item], owners: Mapping[str, int], act: str) -> None:
        """Let the source say this about these actors."""
        if items:
            wanted = self._wanted(items, owners)
            replace_values(self.source, wanted, by=self.by, act=act, reason=self.source.key)

    def _wanted(self, items: list[Item], owners: Mapping[str, int]) -> dict[int, list[Sourced]]:
        """What the source says, by actor.

        A merged actor has several records of one source: what the others say stays.
        """
        several = Counter(known.actor for known in self.known.values())
        shared = [owners[i.record_id] for i in items if several[owners[i.record_id]] > 1]
        present = values_of(self.source, shared) if shared else {}
        wanted: dict[int, list[Sourced]] = {}
        for item in items:
            number = owners[item.record_id]
            rows = list(item.build(self.source))
            held = wanted.get(number, present.get(number, []))
            wanted[number] = _joined(item, rows, held) if held else rows
        return wanted

    def _offer(self, items: list[Item], owners: Mapping[str, int]) -> set[str]:
        """Offer what is new about actors for whom somebody speaks; returns their records."""
        guarded = protected([owners[item.record_id] for item in items])
        mine = [item for item in items if owners[item.record_id] in guarded]
        if not mine:
            return set()
        present = values_of(self.source, list(guarded))
        wanted = self._wanted(mine, owners)
        records = {owners[item.record_id]: item.record_id for item in mine}
        offer(
            self.source,
            [
                Offer(number, records[number], stated(present[number]), stated(rows))
                for number, rows in wanted.items()
            ],
        )
        self.report.offered += len(mine)
        return {item.record_id for item in mine}

    def _withdraw(self, records: list[str]) -> None:
        """Withdraw actors that only this source vouched for; others lose just its word."""
        if not records:
            return
        numbers = {self.known[record].actor: record for record in records}
        ImportedRecord.objects.filter(source=self.source, record_id__in=records).update(
            withdrawn=True
        )
        others = set(
            ImportedRecord.objects.filter(actor_id__in=numbers, withdrawn=False)
            .exclude(source=self.source)
            .values_list("actor_id", flat=True)
        )
        guarded = protected([number for number in numbers if number not in others])
        # Whoever says what an actor offers, or keeps its website, vouches for it.
        for model in (Role, Link):
            own = model._default_manager.filter(
                actor_id__in=numbers, source__precedence__gt=self.source.precedence, hidden=False
            )
            others |= set(own.values_list("actor_id", flat=True))
        alone = [number for number in numbers if number not in others]
        offer(
            self.source,
            [
                Offer(number, numbers[number], said := stated(rows[number]), said, withdraw=True)
                for rows in [values_of(self.source, list(guarded))]
                for number in sorted(guarded)
            ],
        )
        alone = [number for number in alone if number not in guarded]
        rows = Actor.objects.filter(pk__in=alone, state=Actor.State.PUBLISHED)
        names = dict(rows.values_list("pk", "name"))
        rows.update(state=Actor.State.WITHDRAWN, changed_at=timezone.now())
        change = {"state": [Actor.State.PUBLISHED.value, Actor.State.WITHDRAWN.value]}
        audit.record_many(
            by=self.by,
            reason=self.source.key,
            entries=[
                audit.Entry("directory.actor.withdraw", "directory.actor", str(n), name, change)
                for n, name in names.items()
            ],
        )
        queue(names)
        for record in records:
            self.known[record].withdrawn = True
        self.report.withdrawn += len(records) - len(guarded)
        self.report.offered += len(guarded)

    def _relate(self) -> None:
        """Write relations between records of this source, once both ends are known."""
        wanted = {
            (self.known[said.record].actor, said.kind, self.known[said.other].actor): said
            for said in self.relations
            if said.other in self.known and not self.known[said.other].withdrawn
        }
        actors = {self.known[record].actor for record in self.seen if record in self.known}
        present = {
            (row.actor_id, row.kind, row.other_id): row
            for row in Relation.objects.filter(source=self.source)
        }
        gone = [row.pk for key, row in present.items() if key[0] in actors and key not in wanted]
        for begin in range(0, len(gone), 500):
            Relation.objects.filter(pk__in=gone[begin : begin + 500]).delete()
        write_values(
            Relation(
                actor_id=actor, kind=kind, other_id=other, source=self.source, **said.statement()
            )
            for (actor, kind, other), said in sorted(wanted.items(), key=lambda pair: pair[0])
            if actor != other and (actor, kind, other) not in present
        )
        stale = []
        for key, row in present.items():
            said = wanted.get(key)
            if said and (row.source_record, row.note) != (said.stated_in, said.note):
                for name, value in said.statement().items():
                    setattr(row, name, value)
                stale.append(row)
        fields = ["note", "source_record", "stated_on"]
        Relation.objects.bulk_update(stale, fields, batch_size=500)


def _joined(item: Item, rows: list[Sourced], held: Sequence[Sourced]) -> list[Sourced]:
    """What one record says anew, beside what other records of the same actor say."""
    roles = {row.term_id for row in rows if isinstance(row, Role)}
    kept = [
        row
        for row in held
        if row.source_record != item.stated_in
        and not (isinstance(row, Role) and row.term_id in roles)
    ]
    return rows + kept


def host(url: str) -> str:
    """Host of a web address without ``www.``, or "" for none."""
    return url.split("://", 1)[-1].split("/", 1)[0].lower().removeprefix("www.") if url else ""


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for case, umlauts and punctuation."""
    return tokens(one) == tokens(other)
