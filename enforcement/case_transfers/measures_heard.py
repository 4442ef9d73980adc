"""What a node does when it hears of measures that the other court holds for a case, or is asked to change one.

Invariant: of a measure the newest version is kept; nothing here changes a measure of this court.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from db import measures, measures_elsewhere
from db.clock import civil_date
from db.measures_elsewhere import ElsewhereRecord
from db.pool import Conn
from db.records.assets import AssetKind, MeasureKind, MeasureStatus
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord
from db.records.court_statements import CourtStatementRecord
from db.records.warnings_raised import About, WarningKind, WarningLevel
from enforcement import warnings_raised
from enforcement.case_transfers.checking import is_line, word
from enforcement.case_transfers.contents import HeldMeasure, HeldMeasuresPayload, MeasureAskedPayload
from enforcement.case_transfers.opening import MISSING, locked
from enforcement.court import CourtNode
from enforcement.rules.case_transfer import CaseTransferStatus, MeasureElsewhereAct, has_case
from enforcement.rules.money import not_negative
from enforcement.rules.refusals import RuleBroken
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.overlay_checks import is_day
from federation.delivery.node import NotYet, Refused

MOST: Final = 500
_S = CaseTransferStatus
_MOST_NUMBER: Final = 2**31 - 1
_MOST_PARTS: Final = 20
_MOST_TEXT: Final = 4000
_ASKED: Final = {
    MeasureElsewhereAct.RENEW: WarningKind.RENEWAL_ASKED,
    MeasureElsewhereAct.LIFT: WarningKind.LIFT_ASKED,
}


async def told(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: HeldMeasuresPayload) -> None:
    """How measures stand that the other court holds for the case here.

    Raises:
        Refused: NOT_A_PARTY; STATEMENT_NOT_ALLOWED: too many.
        NotYet, NotAPayload, StaleVersion.
    """
    check(payload.measures)
    transfer, _ = await _about(conn, said)
    if transfer.direction == "OUTBOUND" and transfer.status != _S.RETURNED:
        raise NotYet(MISSING)  # the case comes back first
    if await measures_elsewhere.count(conn, transfer.id) + len(payload.measures) > 2 * MOST:
        raise Refused("STATEMENT_NOT_ALLOWED")
    await keep(court, conn, transfer, payload.measures)


async def told_before(
    _court: CourtNode, _conn: Conn, _said: CourtStatementRecord, _payload: HeldMeasuresPayload
) -> None:
    """An own word that a restored court had forgotten: it tells again what it does not know it told."""


async def asked(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: MeasureAskedPayload) -> None:
    """The court that has the case asks that a measure held for it be renewed or lifted: the handler is warned.

    Raises:
        Refused: NOT_A_PARTY: it is no measure of that case, or none of this court; STATEMENT_NOT_ALLOWED: the other
            court does not have the case.
        NotYet, NotAPayload, StaleVersion.
    """
    act = word(MeasureElsewhereAct, payload.act)
    transfer, case = await _about(conn, said)
    theirs = "INBOUND" if transfer.direction == "OUTBOUND" else "OUTBOUND"
    if not has_case(theirs, _S(transfer.status)):
        raise Refused("STATEMENT_NOT_ALLOWED")
    measure = await measures.get(conn, payload.measure_id)
    is_held = case is not None and measure is not None and measure.case_id == case.id
    if case is None or measure is None or not is_held or measure.ordering_court != court.code:
        raise Refused("NOT_A_PARTY")
    await warnings_raised.raise_(
        court,
        conn,
        _ASKED[act],
        About(case_id=case.id, measure_id=measure.id),
        once=f"{measure.id} {civil_date(court.clock.now())}",  # however often it is asked in a day
        level=WarningLevel.URGENT,
        officer=case.handler_id,
        due_on=measure.expires_on,
    )


async def asked_before(
    _court: CourtNode, _conn: Conn, _said: CourtStatementRecord, _payload: MeasureAskedPayload
) -> None:
    """An own request that a restored court had forgotten; the other court has it."""


async def keep(court: CourtNode, conn: Conn, transfer: CaseTransferRecord, given: Sequence[HeldMeasure]) -> None:
    """Keep the newest of each."""
    for each in given:
        content = court.at_rest.encrypt(msgspec.json.encode(each), context=measures_elsewhere.CONTEXT)
        row = ElsewhereRecord(transfer.id, each.measure_id, each.version, each.status, each.expires_on, content)
        await measures_elsewhere.put(conn, row)


def check(given: Sequence[HeldMeasure]) -> None:
    """Return if these can be kept and shown. Raises NotAPayload."""
    holds = len(given) <= MOST and len({each.measure_id for each in given}) == len(given)
    for each in given:
        word(MeasureKind, each.kind)
        word(MeasureStatus, each.status)
        word(AssetKind, each.asset.kind)
        texts = [each.ruling_no, each.asset.division, *each.asset.identity, *each.asset.identity.values()]
        holds = holds and all(is_line(text) for text in texts) and 0 < len(each.asset.identity) <= _MOST_PARTS
        holds = holds and len(each.asset.description) <= _MOST_TEXT and 1 <= each.version <= _MOST_NUMBER
        holds = holds and (each.rank is None or 1 <= each.rank <= _MOST_NUMBER)
        holds = holds and _is_money(each.value)
        holds = holds and (each.expires_on is None or is_day(each.expires_on))
        begun = each.effective_at
        holds = holds and (begun is None or (begun.tzinfo is not None and is_day(begun.date())))
    if not holds:
        raise NotAPayload


def _is_money(value: Decimal) -> bool:
    try:
        not_negative(value)
    except RuleBroken:
        return False
    return True


async def _about(conn: Conn, said: CourtStatementRecord) -> tuple[CaseTransferRecord, CaseRecord | None]:
    found = None if said.refers is None else await locked(conn, said.refers)
    if found is None or found[0].status == _S.PROPOSED:
        raise NotYet(MISSING)
    if found[0].peer != said.peer:
        raise Refused("NOT_A_PARTY")
    return found
