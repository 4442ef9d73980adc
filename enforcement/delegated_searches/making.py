"""A new search at several courts: checked for all of them before anything is written, then one task for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from db import delegated_search_tasks, delegated_searches, events
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import AssetKind
from db.records.audit import AuditAction
from db.records.delegated_searches import DelegatedSearchRecord, DelegatedSearchStatus, SearchTaskRecord
from enforcement import audit, basis, once
from enforcement.court import CourtNode
from enforcement.payloads import DocumentRef
from enforcement.rules import rights
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.refusals import Malformed, NotFound, RuleBroken
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import CourtsRefused
from enforcement.tasks import drafting, grounds
from enforcement.tasks.announcing import DELEGATED_SEARCH
from enforcement.tasks.grounds import Debtor, NewTask

TOPIC: Final = DELEGATED_SEARCH
"""Of `events` rows about delegated searches; what their tasks do stands under the tasks."""
_MATTER: Final = DelegatedMatterType.INVESTIGATE_ASSETS


@dataclass(frozen=True, slots=True)
class NewDelegatedSearch:
    """What a handler asks for: the same of every court."""

    case_number: str
    debtor_id: UUID | None
    kinds: tuple[AssetKind, ...]
    courts: tuple[str, ...]
    documents: tuple[DocumentRef, ...]
    urgent: bool = False
    contact: str = ""
    remark: str = ""


async def delegate(
    court: CourtNode, caller: Caller | None, new: NewDelegatedSearch, *, idempotency_key: str
) -> DelegatedSearchRecord:
    """The search, submitted for approval with its tasks; the same key again gives the search it made.

    Raises:
        Forbidden: the caller is no handler.
        Malformed: KINDS, COURTS; none, or one twice.
        CourtsRefused: courts that cannot be asked, each with its reason.
        DuplicateOf: one of the courts is asked the same by an open task.
        IdempotencyKeyReused: the key made something else.
        RuleBroken: see `grounds.check`.
    """
    officer = rights.check(caller, Act.DELEGATE_SEARCH)
    if not new.kinds:
        raise Malformed("KINDS", "kinds")
    if not new.courts or len(set(new.courts)) != len(new.courts):
        raise Malformed("COURTS", "courts")
    now = court.clock.now()
    search_id = new_id(now)
    async with transaction(court.pool) as conn:
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.DELEGATE_SEARCH, new, result_id=search_id, now=now
        )
        if made is not None:
            return await known(conn, made)
        check_courts(court, new.courts)
        case = await basis.open_case(court, conn, officer, new.case_number)
        debtor = await basis.debtor_of(conn, case, new.debtor_id)
        search = _search(search_id, case.id, debtor.id, new, officer, now)
        await delegated_searches.add(conn, search)
        for code in search.courts:
            await _ask(court, conn, officer, search, _task(new, case.number, debtor.id, code))
        await events.add(conn, topic=TOPIC, ref=search.id, kind=search.status, now=now)
        await audit.note(court, conn, officer, AuditAction.REQUEST_SEARCH, case_number=case.number, object_id=search.id)
        return search


async def known(conn: Conn, search_id: UUID) -> DelegatedSearchRecord:
    """The search. Raises NotFound."""
    search = await delegated_searches.get(conn, search_id)
    if search is None:
        raise NotFound
    return search


def check_courts(court: CourtNode, codes: Sequence[str]) -> None:
    """Return if every one of the courts may be asked to search today.

    Raises:
        CourtsRefused: those that may not, with the code of the rule that each breaks.
    """
    refused = []
    for code in codes:
        try:
            grounds.check_courts(court, court.code, code, _MATTER)
        except RuleBroken as error:
            refused.append((code, error.code))
    if refused:
        raise CourtsRefused(tuple(refused))


def _search(
    search_id: UUID, case_id: UUID, party_id: UUID, new: NewDelegatedSearch, officer: Caller, now: datetime
) -> DelegatedSearchRecord:
    return DelegatedSearchRecord(
        id=search_id,
        case_id=case_id,
        party_id=party_id,
        kinds=sorted({kind.value for kind in new.kinds}),
        courts=sorted(new.courts),
        status=DelegatedSearchStatus.PENDING_APPROVAL,
        created_by=officer.officer_id,
        created_at=now,
        dispatched_at=None,
        changed_at=now,
        version=1,
    )


def _task(new: NewDelegatedSearch, case_number: str, party_id: UUID, code: str) -> NewTask:
    return NewTask(
        case_number=case_number,
        debtor=Debtor(party_id),
        entrusted_court=code,
        matter=_MATTER,
        documents=new.documents,
        kinds=new.kinds,
        urgent=new.urgent,
        contact=new.contact,
        remark=new.remark,
    )


async def _ask(court: CourtNode, conn: Conn, officer: Caller, search: DelegatedSearchRecord, new: NewTask) -> None:
    """The task of one court, submitted with the search."""
    task = await drafting.drafted(court, conn, officer, new, uuid4())
    await drafting.submitted(court, conn, officer, task, search.created_at)
    await delegated_search_tasks.add(conn, SearchTaskRecord(task.id, search.id, new.entrusted_court, 1))
