"""Taking over lists from outside: one transaction, with a report row by row.

A re-import changes only what its own source has stated (see docs/decisions/0004). What a source no
longer lists is withdrawn only if the file is declared complete.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from django.db import transaction
from django.utils import timezone

from steiger.engines.directory.records import LeftOut, RejectedRow, UnusableFileError
from steiger.web.accounts.domain import audit
from steiger.web.directory.domain.deltas import stated
from steiger.web.directory.domain.ended_records import end_records
from steiger.web.directory.domain.former_names import former_names
from steiger.web.directory.domain.import_relations import Said, relate
from steiger.web.directory.domain.import_report import ImportRefusedError, ImportReport, Outside
from steiger.web.directory.domain.incoming import Item
from steiger.web.directory.domain.off_the_map import bring_back
from steiger.web.directory.domain.offers import Offer, offer, protected
from steiger.web.directory.domain.own_entries import OwnEntry
from steiger.web.directory.domain.recognising import Recogniser
from steiger.web.directory.domain.slugs import SlugMaker
from steiger.web.directory.domain.sources import SourceInfo, get_source
from steiger.web.directory.domain.writing import Draft, create, replace_values, values_of
from steiger.web.directory.models import (
    Actor,
    ImportedRecord,
    ImportRun,
    Role,
    Source,
    Sourced,
)

CHUNK = 1_000
NOT_PUBLIC = "names an entry of this map that is not public; restore it first, or remove the row"
KEPT_REJECTIONS = 1_000
MAX_REJECTED = 10_000


class _DryRun(Exception):  # noqa: N818 - ends a rehearsal, is no error
    pass


@dataclass(slots=True)
class _Known:
    """What the source said last time."""

    actor: int
    digest: str
    withdrawn: bool


def import_items(
    *,
    source: SourceInfo,
    items: Iterable[Item | RejectedRow | LeftOut | Outside],
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
        complete: what the source no longer lists is withdrawn; rejected rows list theirs, too.
        strict: one rejected row refuses the whole file.
        dry_run: work out the same report and undo everything.
        progress: called with the number of items done.

    Raises:
        ImportRefusedError: rows were rejected under ``strict``, or under ``complete`` nobody can
            tell what the source still lists.
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
        # A row that is left out lists its entry all the same.
        self.left_out: set[str] = set()
        self.relations: list[Said] = []
        self.touched: set[str] = set()
        self.recogniser = Recogniser()
        self.own: dict[str, OwnEntry] = {}
        self.offers: dict[int, Offer] = {}
        # Actors whose last record of this source ended, though others vouch for them.
        self.silent: set[int] = set()

    def run(
        self,
        items: Iterable[Item | RejectedRow | LeftOut | Outside],
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
            self._withdraw(self._gone())
        self._relate()
        offer(self.source, list(self.offers.values()))

    def _gone(self) -> list[str]:
        """Records that a complete list no longer holds.

        Raises:
            ImportRefusedError: nobody can tell, because a row names no id, or there is no row.
        """
        for row in self.report.rejected:
            if not row.record_id:
                raise ImportRefusedError(
                    f"Row {row.row} was rejected and names no id, so nobody can tell whether its "
                    "entry is still listed. Mend the row, or import without --complete; nothing "
                    "was taken over.",
                    self.report,
                )
        live = [record for record, known in self.known.items() if not known.withdrawn]
        listed = self.seen.keys() | self.left_out
        if live and not listed:
            raise ImportRefusedError(
                f"The list names no entry, so --complete would withdraw all {len(live):,} of this "
                "source. Look whether the file is whole; nothing was changed.",
                self.report,
            )
        return [record for record in live if record not in listed]

    def _accepted(self, part: Iterable[Item | RejectedRow | LeftOut | Outside]) -> Iterator[Item]:
        for item in part:
            if isinstance(item, Outside):
                self.report.pass_over(item)
            elif isinstance(item, LeftOut):
                self.report.leave_out(item)
            elif isinstance(item, RejectedRow):
                self.report.rejected.append(item)
                if item.record_id:
                    self.left_out.add(item.record_id)
            elif item.record_id in self.seen:
                first = self.seen[item.record_id]
                reason = f"appears twice: row {first} has the same id"
                self.report.rejected.append(self._rejected(item, reason))
            else:
                self.seen[item.record_id] = item.row
                yield item

    def _rejected(self, item: Item, reason: str) -> RejectedRow:
        return RejectedRow(item.row, "id", reason, item.record_id, item.record_id)

    def _chunk(self, items: list[Item]) -> None:
        fresh, changed, gone = [], [], []
        self.own = self.recogniser.own([i for i in items if i.record_id not in self.known])
        for item in items:
            before = self.known.get(item.record_id)
            entry = self.own.get(item.record_id)
            if entry is not None and not entry.public:
                self.report.rejected.append(self._rejected(item, NOT_PUBLIC))
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
                Said(item.record_id, kind, other, note, page or item.stated_in, item.stated_on)
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
        taken = {known.actor for known in self.known.values()}
        same = self.recogniser.recognised(items, self.own, taken)
        bring_back(same.values(), by=self.by, source=self.source)
        items = self._without_hidden(items, same)
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

    def _without_hidden(self, items: list[Item], same: Mapping[str, int]) -> list[Item]:
        """Reject items whose actor was taken off the map: nobody would see what they say."""
        actors = Actor.objects.filter(pk__in=same.values())
        hidden = set(actors.exclude(state=Actor.State.PUBLISHED).values_list("pk", flat=True))
        self.report.rejected += [
            self._rejected(item, NOT_PUBLIC) for item in items if same.get(item.record_id) in hidden
        ]
        return [item for item in items if same.get(item.record_id) not in hidden]

    def _change(self, items: list[Item]) -> None:
        if not items:
            return
        owners = {item.record_id: self.known[item.record_id].actor for item in items}
        offered = self._offer(items, owners)
        taken = [item for item in items if item.record_id not in offered]
        self._write(taken, owners, "directory.actor.reimport")
        back = [owners[i.record_id] for i in taken if self.known[i.record_id].withdrawn]
        bring_back(back, by=self.by, source=self.source)
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

        A merged actor has several records of one source: what the others say stays. So do names
        that the source gives up.
        """
        several = Counter(known.actor for known in self.known.values())
        before = values_of(self.source, [owners[item.record_id] for item in items])
        present = {number: rows for number, rows in before.items() if several[number] > 1}
        wanted: dict[int, list[Sourced]] = {}
        for item in items:
            number = owners[item.record_id]
            rows = list(item.build(self.source))
            held = wanted.get(number, present.get(number, []))
            wanted[number] = _joined(item, rows, held) if held else rows
        for number, rows in wanted.items():
            for name in former_names(before[number], rows):
                name.source = self.source
                rows.append(name)
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
        for number, rows in wanted.items():
            said = stated(present[number]), stated(rows)
            self.offers[number] = Offer(number, records[number], *said)
        self.report.offered += len(mine)
        return {item.record_id for item in mine}

    def _withdraw(self, records: list[str]) -> None:
        """Withdraw actors for which nobody else vouches; others lose what the source said."""
        if not records:
            return
        ended: defaultdict[int, set[str]] = defaultdict(set)
        for record in records:
            ended[self.known[record].actor].add(record)
            self.known[record].withdrawn = True
        rows = ImportedRecord.objects.filter(source=self.source)
        for begin in range(0, len(records), CHUNK):
            rows.filter(record_id__in=records[begin : begin + CHUNK]).update(withdrawn=True)
        live = {known.actor for known in self.known.values() if not known.withdrawn}
        end = end_records(self.source, ended, live=live, offers=self.offers, by=self.by)
        self.silent |= end.silent
        self.touched.update(records)
        self.report.withdrawn += len(records) - end.offered
        self.report.offered += end.offered

    def _relate(self) -> None:
        speaking = {self.known[record].actor for record in self.seen if record in self.known}
        speaking |= self.silent
        kept = relate(
            self.source,
            self.relations,
            actors={r: known.actor for r, known in self.known.items() if not known.withdrawn},
            speaking=speaking,
            guarded=protected(speaking),
            news={self.known[record].actor for record in self.touched if record in self.known},
        )
        records = {known.actor: record for record, known in self.known.items()}
        for number, (before, after) in kept.items():
            held = self.offers.get(number)
            if held is None:
                self.report.offered += 1
                held = Offer(number, records[number], [], [], only_relations=True)
            self.offers[number] = replace(
                held, before=[*held.before, *before], after=[*held.after, *after]
            )


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
