"""A step in a transfer is said to the other court, and what it goes back to if that court refuses it is kept.

Invariant: one own statement at a time is under way, so that the other court never hears two in the wrong order.
"""

from dataclasses import replace
from typing import Any, Final

import msgspec

from db import case_transfers
from db.pool import Conn
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord
from enforcement import court_statements
from enforcement.case_transfers.contents import CaseTransferStepPayload, Kept
from enforcement.court import CourtNode
from enforcement.rules.case_transfer import StatementUnderWay
from enforcement.rules.rights import Caller

STEP: Final = "CASE_TRANSFER_STEP"


async def say(
    court: CourtNode,
    conn: Conn,
    officer: Caller,
    before: CaseTransferRecord,
    after: CaseTransferRecord,
    payload: CaseTransferStepPayload,
    case: CaseRecord | None = None,
) -> CaseTransferRecord:
    """The transfer as it stands after the step; `case` is the own one as it stood before.

    Raises:
        StatementUnderWay: the other court has not answered for the last one.
    """
    if before.under_way:
        raise StatementUnderWay
    said = await court_statements.send(
        court,
        conn,
        before.peer,
        STEP,
        msgspec.structs.replace(payload, after=before.head),
        refers=before.id,
        officer=officer.officer_id,
    )
    changed = replace(after, head=said.id, under_way=True, before=_kept(before, case), refused_code=None)
    return await case_transfers.save(conn, changed)


def _kept(before: CaseTransferRecord, case: CaseRecord | None) -> dict[str, Any]:
    """What a refusal brings back."""
    kept = Kept(
        **{name: getattr(before, name) for name in Kept.__struct_fields__ if name != "case_status"},
        case_status=None if case is None else case.status.value,
    )
    found: dict[str, Any] = msgspec.to_builtins(kept)
    return found
