"""A request for transfer also asks whether this court sealed a thing: it is admitted, counted and logged as a look-up.

Invariant: each one that was evaluated is a row of the access log, refused ones too, and counts for its court and its
officer. A thing that nobody knows here and one that nobody sealed are answered alike: NOT_FIRST_SEAL.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from db import access_log, parties
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn
from db.records.assets import AssetRecord
from db.records.court_statements import CourtStatementRecord
from db.records.lookups import COURT_RATE_LIMITED, RATE_LIMITED, AccessRecord
from enforcement.court import CourtNode
from enforcement.rules.lookup import RATE_WINDOW
from enforcement.transfers.contents import TransferRequestPayload
from federation.delivery.node import Refused

FIELD: Final = "requestTransfer"
ANSWERED: Final = "ANSWERED"
_MANDATE: Final = "access_log.mandate"


async def admit(court: CourtNode, conn: Conn, said: CourtStatementRecord, payload: TransferRequestPayload) -> None:
    """Return if that court may ask now, as often as it asks.

    Raises:
        Refused: MEMBERSHIP_SUSPENDED; NO_AGREEMENT of the two; UNKNOWN_OFFICER; COURT_RATE_LIMITED, RATE_LIMITED.
    """
    now, view = court.clock.now(), court.directory.current()
    if not (view.is_active(said.author) and view.is_active(court.code)):
        raise Refused("MEMBERSHIP_SUSPENDED")
    agreement = view.agreement(said.author, court.code, civil_date(now))
    if agreement is None:
        raise Refused("NO_AGREEMENT")
    if payload.officer is not None and view.officer(said.author, payload.officer) is None:
        raise Refused("UNKNOWN_OFFICER")
    await access_log.lock_officer(conn, said.author, "")
    if await access_log.count_court(conn, said.author, now - RATE_WINDOW) >= agreement.looks_per_hour:
        raise Refused(COURT_RATE_LIMITED)
    if payload.officer is not None:
        await _check_officer_rate(court, conn, said.author, payload.officer, now)


async def _check_officer_rate(court: CourtNode, conn: Conn, author: str, officer: str, now: datetime) -> None:
    await access_log.lock_officer(conn, author, officer)
    asked = await access_log.count_officer(conn, author, officer, now - RATE_WINDOW)
    if asked >= court.limits.looks_per_hour_officer:
        raise Refused(RATE_LIMITED)


async def entry(
    court: CourtNode,
    conn: Conn,
    said: CourtStatementRecord,
    payload: TransferRequestPayload,
    known: Sequence[AssetRecord],
    outcome: str,
) -> AccessRecord:
    """The row of the access log: on which basis, about whose thing, and what came of it.

    An officer whom the directory does not list is left out: it may be anything.
    """
    owner = await parties.get(conn, known[0].owner_id) if known else None
    listed = None if payload.officer is None else court.directory.current().officer(said.author, payload.officer)
    return AccessRecord(
        at=court.clock.now(),
        asking_court=said.author,
        ask_id=new_id(court.clock.now()),  # a word that was refused may be brought again: that is another question
        digest=said.digest,
        outcome=outcome,
        officer_id=None if listed is None else listed.id,
        field=FIELD,
        case_number=payload.case_number,
        subject_kind=None if owner is None else owner.identifier_kind,
        subject_key=None if owner is None else owner.identifier_key,
        mandate=court.at_rest.encrypt(said.statement, context=_MANDATE),
        rows=1 if outcome == ANSWERED else 0,
        roles=None if listed is None else list(listed.roles),
    )
