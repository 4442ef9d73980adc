"""The delegated tasks of set L: 80,000 at scale 1, shared evenly by the 56 ordered pairs of courts.

Each is loaded at both of its courts with one signed event, equal byte for byte, as fixture set S does it.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Final

from bench import set_l
from bench.set_l import COURTS, DIVISIONS, Debtor, Size
from enforcement.payloads import DebtorRef, DocumentRef, FeedbackPayload, TaskContent
from enforcement.rules.task_status import DelegatedTaskStatus
from enforcement.task_rows import LoadedTask

_S: Final = DelegatedTaskStatus
_MIX: Final = (_S.COMPLETED,) * 12 + (_S.IN_PROGRESS,) * 3 + (_S.RECEIVED, _S.SIGNED_FOR, _S.FED_BACK, _S.RETURNED)
"""Every nineteenth task is in each of these."""
_PAIRS: Final = tuple(permutations(COURTS, 2))
_LAST: Final = datetime(2025, 7, 7, 1, tzinfo=UTC)
_PAPERS: Final = ("DELEGATION_LETTER", "INVESTIGATION_NOTICE", "OFFICER_CERTIFICATE")


def tasks(court: str, scale: float) -> Iterator[LoadedTask]:
    """The tasks of which `court` is a party, one at a time."""
    size = Size(scale)
    each, rest = divmod(round(set_l.TASKS * scale), len(_PAIRS))
    for place, (delegating, entrusted) in enumerate(_PAIRS):
        if court in {delegating, entrusted}:
            for number in range(each + (place < rest)):
                yield _task(delegating, entrusted, number, size)


def _task(delegating: str, entrusted: str, number: int, size: Size) -> LoadedTask:
    state = _MIX[number % len(_MIX)]
    case = (number * 7 + COURTS.index(entrusted)) % min(size.cases, size.debtors)
    status_at = _LAST - timedelta(hours=number % 4_000)
    received_at = status_at - timedelta(days=3)
    is_back = state in {_S.FED_BACK, _S.COMPLETED}
    is_taken = is_back or state is _S.IN_PROGRESS
    here, there = DIVISIONS[delegating], DIVISIONS[entrusted]
    officer = set_l.handler(delegating, case)
    case_number = set_l.case_number(delegating, case, size)
    return LoadedTask(
        id=set_l.row_id(f"task:{delegating}", entrusted, number),
        delegating=delegating,
        entrusted=entrusted,
        case_id=set_l.case_id(delegating, case),
        case_number=case_number,
        matter="INVESTIGATE_ASSETS",
        status=state.value,
        holder=delegating if is_back else entrusted,
        urgent=False,
        content=_content(case_number, Debtor(delegating, case)),
        created_at=received_at - timedelta(days=1),
        status_at=status_at,
        dispatched_at=received_at,
        received_at=received_at,
        asked_at=None,
        resume=None,
        due_on=(status_at + timedelta(days=10)).date(),
        answer_due_on=(received_at + timedelta(days=10)).date(),
        created_by=officer,
        submitted_by=officer,
        approved_by=f"o-{here}-05",
        dispatched_by=f"o-{here}-07",
        signed_for_by=None if state is _S.RECEIVED else f"o-{there}-07",
        assigned_to=f"o-{there}-01" if is_taken else None,
        feedback=FeedbackPayload(result="NOT_FOUND_ASSET", searched=[f"u-{there}-vehicle"]) if is_back else None,
        papers_asked=(),
        return_reason="NO_LINK_TO_DISTRICT" if state is _S.RETURNED else None,
        overlays=frozenset(),
        synthetic=True,
    )


def _content(case_number: str, debtor: Debtor) -> TaskContent:
    return TaskContent(
        case_number=case_number,
        debtor=DebtorRef(
            kind="NATURAL",
            name=debtor.name,
            identifier_kind="ID_NUMBER",
            identifier=debtor.identifier,
            domicile_division=DIVISIONS[debtor.home],
        ),
        matter="INVESTIGATE_ASSETS",
        kinds=["VEHICLE"],
        documents=[
            DocumentRef(kind=paper, number=case_number, sha256=hashlib.sha256(paper.encode()).hexdigest())
            for paper in _PAPERS
        ],
        contact="000-0000000",
    )
