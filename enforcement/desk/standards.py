"""统一标准: what the zone's courts demand of delegated matters beyond the law; proposed by one, signed by the others.

PROPOSED -> AGREED, when more than two thirds of the active courts have signed the same text; -> its last day, which is
agreed upon in the same way, as the next revision of the text. A proposal is WITHDRAWN by the court that made it.

Invariant: of one matter and province no two standards that are proposed or agreed hold on one day. A signature is that
of a text: should the same text be proposed again after it was withdrawn, it counts again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from db import framework as framework_tables
from db import published_standards
from db.pool import Conn, snapshot, transaction
from db.published_standards import TABLE
from db.records.framework import FrameworkAct, FrameworkKind, FrameworkStep
from db.records.standards import RevisionRecord, StandardRecord, StandardStatus
from enforcement import standard_content
from enforcement.desk import framework
from enforcement.desk.framework import Hand, Page, Place
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules import task_standards
from enforcement.rules.framework import check_ahead, check_period, overlap
from enforcement.rules.framework_refusals import PeriodsOverlap, RecordClosed
from enforcement.rules.matter import DelegatedMatterType, MatterRules, RequiredPaper
from enforcement.rules.paging import check_first
from enforcement.rules.refusals import Forbidden, Malformed, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import RequestPending
from enforcement.rules.task_standards import Demands
from enforcement.standard_content import StandardContent
from federation.clear import agreed
from federation.rules.quorum import threshold

_KIND: Final = FrameworkKind.STANDARD
_S: Final = StandardStatus


@dataclass(frozen=True, slots=True)
class NewStandard:
    """What is demanded, and from when until when."""

    demands: Demands
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Only:
    """Which standards a list shows; None means any. A province shows those of all provinces too."""

    matter: DelegatedMatterType | None = None
    province: str | None = None
    status: StandardStatus | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Standard:
    """A record with the text that is to be signed or was agreed last, who signed it, and its history."""

    record: StandardRecord
    digest: str
    signed_by: Sequence[str]
    needed: int
    history: Sequence[FrameworkAct]
    today: date

    @property
    def is_in_force(self) -> bool:
        """Whether it was agreed upon, and holds today."""
        return self.record.status is _S.AGREED and task_standards.holds(self.record, self.today)


def text_of(record: StandardRecord) -> bytes:
    """The bytes that are to be signed now; of what waits for no signatures, those that were signed last."""
    is_waiting = record.status is not _S.AGREED or record.end_on is not None
    return standard_content.write(
        StandardContent(
            id=record.id,
            revision=record.revision + 1 if is_waiting else record.revision,
            matter=DelegatedMatterType(record.matter),
            province=record.province,
            papers=[RequiredPaper(paper) for paper in record.papers],
            answer_within_days=record.answer_within_days,
            sign_for_working_days=record.sign_for_working_days,
            from_on=record.from_on,
            to_on=record.end_on or record.to_on,
        )
    )


async def publish(desk: GatewayDesk, caller: Caller | None, new: NewStandard, *, idempotency_key: str) -> Standard:
    """Propose a standard to the zone's courts; the same key again gives it again.

    Raises:
        NotSignedIn, Forbidden, UnknownCourt: see `framework.hand`.
        Malformed: STANDARD, see `task_standards.check`; PERIOD: it begins today or later; KEY.
        PeriodsOverlap: another of this matter and province is proposed, or holds, on some of these days.
        IdempotencyKeyReused.
    """
    by = framework.hand(desk, caller, Act.PUBLISH_STANDARD, _KIND)
    async with transaction(desk.pool) as conn:
        standard_id, is_made = await framework.claim(conn, by, idempotency_key, new)
        if not is_made:
            task_standards.check(new.demands)
            check_ahead(new.from_on, by.today, "from")
            check_period(new.from_on, new.to_on, by.today)
            await _check_free(conn, new)
            record = _record(by, standard_id, new)
            await TABLE.add(conn, record)
            await _offer(conn, record)
            await by.note(conn, standard_id, 1, FrameworkStep.PROPOSED)
        (made,) = await load(desk, conn, await TABLE.several(conn, [standard_id]), by.today)
    return made


def _record(by: Hand, standard_id: UUID, new: NewStandard) -> StandardRecord:
    return StandardRecord(
        id=standard_id,
        matter=new.demands.matter,
        province=new.demands.province,
        papers=sorted(new.demands.papers),
        answer_within_days=new.demands.answer_within_days,
        sign_for_working_days=new.demands.sign_for_working_days,
        from_on=new.from_on,
        to_on=new.to_on,
        status=_S.PROPOSED,
        revision=0,
        end_on=None,
        end_by=None,
        proposed_by=by.who.court,
        recorded_at=by.now,
        version=1,
    )


async def _check_free(conn: Conn, new: NewStandard) -> None:
    await framework_tables.lock_name(conn, f"standard {new.demands.matter}")
    for other in await published_standards.of_matter(conn, new.demands.matter, _S.PROPOSED, _S.AGREED):
        is_same = other.province == new.demands.province
        if is_same and overlap((new.from_on, new.to_on), (other.from_on, other.to_on)):
            raise PeriodsOverlap


async def _offer(conn: Conn, record: StandardRecord) -> None:
    """Write the text that is to be signed now."""
    text = text_of(record)
    revision = RevisionRecord(record.id, record.revision + 1, text, agreed.digest_of(text), None)
    await published_standards.add_revision(conn, revision)


async def end(desk: GatewayDesk, caller: Caller | None, standard_id: UUID, version: int, last_day: date) -> Standard:
    """Propose the last day of a standard that was agreed upon: today or later, and before the one that is set.

    Raises:
        NotSignedIn, Forbidden, UnknownCourt: see `framework.hand`.
        NotFound, StaleVersion.
        TransitionNotAllowed: it was never agreed upon.
        RecordClosed: its last day is past.
        RequestPending: another end is being signed.
        Malformed: PERIOD.
    """
    by = framework.hand(desk, caller, Act.PUBLISH_STANDARD, _KIND)
    async with transaction(desk.pool) as conn:
        record = framework.found(await TABLE.lock(conn, standard_id))
        framework.check_version(record.version, version)
        if record.status is not _S.AGREED:
            raise TransitionNotAllowed(record.status, "ENDED")
        if record.to_on is not None and record.to_on < by.today:
            raise RecordClosed
        if record.end_on is not None:
            raise RequestPending
        if last_day < max(by.today, record.from_on) or (record.to_on is not None and last_day >= record.to_on):
            raise Malformed("PERIOD", "lastDay")
        ending = replace(record, end_on=last_day, end_by=by.who.court)
        await _offer(conn, ending)
        return await _keep(desk, conn, by, ending, FrameworkStep.END_PROPOSED)


async def withdraw(desk: GatewayDesk, caller: Caller | None, standard_id: UUID, version: int) -> Standard:
    """Take a proposal back that is not agreed upon, of a standard or of its end; for the court that made it.

    Raises:
        NotSignedIn, UnknownCourt: see `framework.hand`.
        Forbidden: another court made the proposal.
        NotFound, StaleVersion.
        TransitionNotAllowed: there is nothing to take back.
    """
    by = framework.hand(desk, caller, Act.PUBLISH_STANDARD, _KIND)
    async with transaction(desk.pool) as conn:
        record = framework.found(await TABLE.lock(conn, standard_id))
        framework.check_version(record.version, version)
        if record.status is _S.PROPOSED:
            proposer: str | None = record.proposed_by
            taken_back = replace(record, status=_S.WITHDRAWN)
        elif record.end_on is not None:
            proposer = record.end_by
            taken_back = replace(record, end_on=None, end_by=None)
        else:
            raise TransitionNotAllowed(record.status, _S.WITHDRAWN)
        if proposer != by.who.court:
            raise Forbidden
        return await _keep(desk, conn, by, taken_back, FrameworkStep.WITHDRAWN)


async def _keep(desk: GatewayDesk, conn: Conn, by: Hand, record: StandardRecord, step: FrameworkStep) -> Standard:
    kept = replace(record, version=record.version + 1)
    await TABLE.save(conn, kept)
    await by.note(conn, kept.id, kept.version, step)
    (made,) = await load(desk, conn, [kept], by.today)
    return made


async def load(desk: GatewayDesk, conn: Conn, records: Sequence[StandardRecord], today: date) -> list[Standard]:
    """The records with their signatures and histories."""
    view = desk.directory.current()
    needed = threshold(max(1, sum(view.is_active(entry.code) for entry in view.courts())))
    digests = {record.id: agreed.digest_of(text_of(record)) for record in records}
    signed = await published_standards.signatures(conn, list(digests.values()))
    acts = await framework_tables.acts(conn, list(digests))
    return [
        Standard(each, digests[each.id], sorted(signed[digests[each.id]]), needed, acts[each.id], today)
        for each in records
    ]


async def several(desk: GatewayDesk, caller: Caller, standard_ids: Sequence[UUID]) -> list[Standard]:
    """Those of the standards that there are; all who read the framework's records read them.

    Raises:
        Forbidden.
    """
    reader = framework.reads(desk, caller)
    async with snapshot(desk.pool) as conn:
        return await load(desk, conn, await TABLE.several(conn, standard_ids), reader.today)


async def page(
    desk: GatewayDesk, caller: Caller | None, only: Only, *, first: int, after: Place | None
) -> Page[Standard]:
    """The zone's standards, newest first.

    Raises:
        NotSignedIn, Forbidden.
        Malformed: PAGE.
    """
    reader, size = framework.reads(desk, caller), check_first(first)
    async with snapshot(desk.pool) as conn:
        rows = await published_standards.page(
            conn,
            matter=only.matter,
            province=only.province,
            status=only.status,
            day=only.day,
            after=after,
            limit=size + 1,
        )
        return Page(await load(desk, conn, rows[:size], reader.today), has_next=len(rows) > size)


async def rules_for(
    desk: GatewayDesk, conn: Conn, matter: DelegatedMatterType, entrusted: str, on: date
) -> MatterRules:
    """The rules under which `entrusted` handles a matter on a day."""
    held = await published_standards.of_matter(conn, matter, _S.AGREED)
    return task_standards.rules_with(task_standards.applying(held, matter, entrusted, on), desk.rules)
