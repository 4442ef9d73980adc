"""退出: a court leaves. It writes and signs by itself what the others are then asked to sign.

its head signs the next root and members   ->  the proposal, with its own signature
enough courts signed                       ->  WITHDRAWING: no new asks or tasks; open tasks run off
no open task, or it was declared lost      ->  FINISH_WITHDRAWAL is proposed  ->  WITHDRAWN
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from db import open_tracks
from db.records.membership import ProposalRecord
from db.records.tracks import TrackRecord
from enforcement.desk.membership import drafts, history, proposing, signing
from enforcement.desk.membership.drafts import Claim
from enforcement.desk.membership.office import MembershipOffice
from enforcement.desk.membership.proposing import Wish
from enforcement.rules.membership import MembershipAct, ProposalKind, check_may_begin
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Caller
from enforcement.rules.task_status import ENDED
from federation.directory.signed import Signature

_AGE: Final = timedelta(days=1)
"""A withdrawal may be signed on a machine without network so long before it is sent."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What the court signed: the documents follow from the instants."""

    court: str
    made_at: datetime
    effective_at: datetime
    signatures: Mapping[str, Signature] = field(repr=False)


async def withdraw(
    office: MembershipOffice, caller: Caller | None, withdrawal: Withdrawal, version: int
) -> ProposalRecord:
    """The proposal with the court's own signature; the open one again, if there is one.

    Raises:
        Forbidden: who brings a token is the court's own president or liaison officer.
        NotFound, StaleVersion, TransitionNotAllowed, ProposalOpen.
        Malformed: PERIOD (`madeAt`, `effectiveAt`). SignatureRejected.
    """
    with history.refusals_logged(MembershipAct.WITHDRAW):
        check_may_begin(MembershipAct.WITHDRAW, caller, withdrawal.court)
        wish = Wish(ProposalKind.WITHDRAW, withdrawal.court, withdrawal.effective_at)
        async with office.act() as sitting:
            if (found := await proposing.open_like(sitting, wish, withdrawal.court)) is not None:
                return found
            if not sitting.now - _AGE <= withdrawal.made_at <= sitting.now + proposing.EARLY:
                raise Malformed("PERIOD", "madeAt")
            proposing.check_ahead(withdrawal.effective_at, withdrawal.made_at)
            sitting.check_version(version)
            await proposing.check_edge(sitting, wish)
            claim = Claim(wish.kind, wish.court, withdrawal.made_at, withdrawal.effective_at)
            made = proposing.record(claim, withdrawal.court, None if caller is None else caller.officer_id)
            await proposing.add(sitting, made, drafts.follow(sitting.standing, claim), caller)
            ballot = await signing.read(sitting, made.id)
            await signing.store(sitting, ballot, withdrawal.court, withdrawal.signatures)
            return await signing.settle(office, sitting, await signing.read(sitting, made.id))


async def open_tasks(office: MembershipOffice, court: str) -> list[TrackRecord]:
    """What still has to run off: the court's open tasks on either side, oldest first, at most 500."""
    async with office.pool.acquire() as conn:
        return await open_tracks.of_court(conn, court, sorted(ENDED))
