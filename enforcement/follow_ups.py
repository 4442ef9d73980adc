"""From a find to the seizure of what was found (后续委托): asset, ruling, draft task and papers in one transaction.

Life of a follow-up
    a find of the own search, or fed back by an entrusted court, in another member's district
    delegateSeizure      the find is adopted, the measure RULED, the task a DRAFT to the court of the find's district
    as every task        submitted, approved by a second person, dispatched; see enforcement/tasks/drafting.py

Invariant: all of it stands, or nothing: a seizure that the law does not allow leaves the find as it was.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid4

from db import tasks
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import AssetRecord, MeasureRecord, MeasureStatus
from db.records.cases import CaseRecord
from db.records.searches import FindingRecord
from db.records.tasks import TaskRecord
from enforcement import basis, findings, measures, once
from enforcement.court import CourtNode
from enforcement.measures import NewMeasure
from enforcement.payloads import DocumentRef, TaskContent
from enforcement.rules import papers, rights
from enforcement.rules.follow_up import SEIZURES, Seizure, entrusted_court
from enforcement.rules.matter import RequiredPaper
from enforcement.rules.refusals import DuplicateOf
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import LegalDocumentMissing
from enforcement.tasks import drafting, grounds
from enforcement.tasks.grounds import Debtor, NewTask


@dataclass(frozen=True, slots=True)
class NewSeizure:
    """What a handler asks for; `documents` are the papers that the program cannot write."""

    finding_id: UUID
    ruling_no: str
    documents: tuple[DocumentRef, ...] = ()
    value: Decimal | None = None
    term_years: int | None = None
    urgent: bool = False
    contact: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class _Find:
    """A find that is an asset of the case now, and what is to be done with it."""

    finding: FindingRecord
    case: CaseRecord
    asset: AssetRecord
    seizure: Seizure
    entrusted: str


async def delegate_seizure(
    court: CourtNode, caller: Caller | None, new: NewSeizure, *, idempotency_key: str
) -> TaskRecord:
    """The draft of the task that seizes what was found; the same key again gives the task it made.

    Raises:
        Forbidden: the caller is no handler.
        NotFound, NotAssigned, CaseNotOpen, NotJudgmentDebtor: see `findings.adopt`.
        LegalDocumentMissing: no ruling number, or papers that an officer has to bring.
        EntrustedCourtUnknown: it lies in no other member's district.
        NotDebtorsAsset, ExemptProperty, TermTooLong, ExceedsClaim, Malformed: see `measures.rule`.
        DuplicateOf: a task for it is under way, or the same measure stands on it already.
        IdempotencyKeyReused: the key made something else.
        RuleBroken: see `grounds.check`.
    """
    officer = rights.check(caller, Act.DELEGATE_SEIZURE)
    now, task_id = court.clock.now(), uuid4()
    async with transaction(court.pool) as conn:
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.DELEGATE_SEIZURE, new, result_id=task_id, now=now
        )
        if made is not None:
            return await drafting.known(conn, made)
        found = await _adopted(court, conn, officer, new)
        measure = await _measure(court, conn, officer, found, new)
        return await drafting.drafted(court, conn, officer, await _task(court, conn, found, measure, new), task_id)


async def _adopted(court: CourtNode, conn: Conn, officer: Caller, new: NewSeizure) -> _Find:
    finding, case = await findings.locked(conn, officer, new.finding_id)
    if not new.ruling_no.strip():
        raise LegalDocumentMissing((RequiredPaper.RULING,))
    asset = await findings.adopted(court, conn, officer, case, finding)
    members = {entry.division: entry.code for entry in court.directory.current().courts()}
    entrusted = entrusted_court(asset.division, finding.court, own=court.code, courts=members)
    return _Find(finding, case, asset, SEIZURES[asset.kind], entrusted)


async def _measure(court: CourtNode, conn: Conn, officer: Caller, found: _Find, new: NewSeizure) -> MeasureRecord:
    """The measure, ruled now; or ruled before by the same ruling, if no task is carrying it out."""
    case, asset, kind = found.case, found.asset, found.seizure.measure
    standing = await measures.standing(court, conn, case, asset, kind)
    if standing is None:
        ruling = NewMeasure(case.number, asset.id, kind, new.ruling_no, new.value, new.term_years)
        return await measures.ruled(court, conn, officer, case, ruling, new_id(court.clock.now()))
    content = await _content(court, conn, found, standing, _new_task(found, new))
    key = grounds.duplicate_key(court.at_rest, court.code, found.entrusted, content)
    under_way = await tasks.open_duplicate(conn, key)
    is_same = standing.ruling_no == measures.ruling_number(court, case, new.ruling_no)
    if under_way is not None or not is_same or standing.status is not MeasureStatus.RULED:
        raise DuplicateOf(under_way or standing.id)
    return standing


async def _task(court: CourtNode, conn: Conn, found: _Find, measure: MeasureRecord, new: NewSeizure) -> NewTask:
    """The task with every paper that this court has or can write."""
    task = _new_task(found, new)
    task = replace(task, documents=(*task.documents, *await _certificates(court, conn, task)))
    content = await _content(court, conn, found, measure, task)
    written = papers.completed(content, court.code, found.entrusted)
    return replace(task, measure_id=measure.id, documents=tuple(written))


def _new_task(found: _Find, new: NewSeizure) -> NewTask:
    return NewTask(
        case_number=found.case.number,
        debtor=Debtor(found.asset.owner_id),
        entrusted_court=found.entrusted,
        matter=found.seizure.matter,
        documents=new.documents,
        follow_up_of=found.finding.task_id,
        urgent=new.urgent,
        contact=new.contact,
        remark=new.remark,
    )


async def _content(court: CourtNode, conn: Conn, found: _Find, measure: MeasureRecord, task: NewTask) -> TaskContent:
    debtor = await basis.debtor_of(conn, found.case, found.asset.owner_id)
    return grounds.content_for(court, found.case, debtor, task, measure, found.asset)


async def _certificates(court: CourtNode, conn: Conn, task: NewTask) -> list[DocumentRef]:
    """The officers' certificates that the followed task brought along, unless new ones are given."""
    wanted = RequiredPaper.OFFICER_CERTIFICATE
    if task.follow_up_of is None or any(document.kind == wanted for document in task.documents):
        return []
    followed = await basis.content_of_task(court, conn, task.follow_up_of)
    return [document for document in followed.documents if document.kind == wanted]
