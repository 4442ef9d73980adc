"""Looking a debtor up across courts (查询): the asking officer's side.

A request arrives -> its formats, the officer's number of look-ups, the case, the officer's place in it, the debtor
and the purpose are checked -> one row in `lookups` says what was asked and how that ended, refused or not, and is
committed -> the mandate is signed (once for each contract spoken), one ask per court is written -> own court and
others answer -> the row gets its coverage.

Invariant: a refusal of the basis is final: nothing is sent. The row is there before anything leaves.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from db import lookups
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.lookups import DONE
from db.records.parties import IdentifierKind
from enforcement.court import CourtNode
from enforcement.lookup_request import LookupRequest, Told, read, row
from enforcement.lookup_scope import Plan, plan
from enforcement.rules.lookup import (
    RATE_WINDOW,
    DirectoryOutdated,
    check_case,
    check_officer,
    check_purpose,
    check_rate,
    check_required,
    check_scope,
    check_sections,
)
from enforcement.rules.refusals import Forbidden, NotJudgmentDebtor, RuleBroken
from enforcement.rules.rights import Act, Caller, check
from enforcement.rules.task_refusals import MembershipSuspended, NotAMember
from enforcement.scope import NOT_COVERED, is_covered
from federation.ask import mandate
from federation.ask.asking import AskingCourt, SentAsk, write_ask
from federation.ask.content import Answer, Ask, selection_digest
from federation.ask.coverage import Coverage
from federation.ask.gather import Changed, gather
from federation.ask.gathering import Gathering
from federation.ask.mandate import Mandate
from federation.graph.reading import Reading
from federation.rules.freshness import FRESH


@dataclass(frozen=True, slots=True)
class Lookup:
    """A look-up that was allowed and written down: its mandate, its asks, its courts."""

    mandate: Mandate
    request: LookupRequest
    plan: Plan
    ask: Ask
    sent: tuple[SentAsk, ...]


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the checks have established."""

    subject_kind: IdentifierKind
    subject: str
    case_number: str
    plan: Plan


async def start(court: CourtNode, caller: Caller | None, request: LookupRequest) -> Lookup:
    """Check the basis, write the look-up down, sign the mandate and write the asks. Handler or command centre.

    Raises:
        Forbidden, Malformed, NotAMember, MembershipSuspended, RateLimited, LegalBasisRequired, CaseNotOpen,
        NotJudgmentDebtor, PurposeNotPermitted, UnknownCourtCode: each is written down too.
    """
    if caller is None:  # nobody is signed in: there is no officer to write down
        raise Forbidden
    officer = caller
    now = court.clock.now()
    if now >= court.directory.current().expires_at:
        await court.fetch()
    lookup_id, told = new_id(now), read(court, request, now)
    async with transaction(court.pool) as conn:
        await lookups.lock_officer(conn, officer.officer_id)
        outcome: _Basis | RuleBroken
        try:
            outcome = await _examine(court, conn, officer, request, told, now)
        except RuleBroken as refusal:
            outcome = refusal
        refused = outcome if isinstance(outcome, RuleBroken) else None
        await lookups.add(conn, row(court, officer, request, told, lookup_id, now, refused))
    if isinstance(outcome, RuleBroken):
        raise outcome
    return _write(court, officer, request, outcome, lookup_id, now)


async def run(
    court: CourtNode,
    lookup: Lookup,
    gathering: Gathering,
    local: Callable[[Lookup], Awaitable[Answer]],
    changed: Changed,
) -> Coverage:
    """Ask everybody and write down what was covered; `gathering` holds the parts. `changed` is called after each."""
    asking = _asking(court)
    answer_here = (lambda: local(lookup)) if lookup.plan.answers_itself else None
    await gather(
        asking, gathering, lookup.sent, local=answer_here, budget_ms=lookup.request.scope.deadline_ms, changed=changed
    )
    coverage = gathering.coverage()
    outcome = DONE if is_covered(lookup.request.scope, coverage) else NOT_COVERED
    async with court.pool.acquire() as conn:  # one statement is a transaction
        await lookups.end(
            conn,
            lookup.mandate.id,
            outcome=outcome,
            coverage=coverage.as_data(),
            rows=sum(each.rows or 0 for each in coverage.courts),
            at=court.clock.now(),
        )
    return coverage


def gathering_of(lookup: Lookup, reading: Reading) -> Gathering:
    """The empty set of parts of a look-up: nobody has answered yet."""
    return Gathering.read_as(reading, lookup.plan.waiting)


async def _examine(
    court: CourtNode, conn: Conn, caller: Caller, request: LookupRequest, told: Told, now: datetime
) -> _Basis:
    """Every check of the asking side, in order. The number of attempts comes before what an attempt could find out."""
    check(caller, Act.LOOK_UP)
    kind, subject = told.subject
    number = told.case_number
    check_scope(request.scope)
    if now >= court.directory.current().expires_at:
        raise DirectoryOutdated
    if not court.directory.current().is_listed(court.code):
        raise NotAMember
    if not court.directory.current().is_active(court.code):
        raise MembershipSuspended
    assert told.key is not None  # the subject has one
    since = now - RATE_WINDOW
    grounds = await lookups.grounds(conn, caller.officer_id, since, case_number=number, subject_key=told.key)
    check_rate(grounds.attempts, court.limits.looks_per_hour_officer)
    check_case(check_officer(caller, grounds.case))
    if not grounds.names_debtor:
        raise NotJudgmentDebtor
    check_sections(request.field, request.sections)
    check_purpose(request.purpose, request.sections)
    planned = plan(
        court.directory.current(),
        court.code,
        request.scope,
        purpose=request.purpose,
        sections=request.sections,
        on=civil_date(now),
        language=request.language,
        contract=court.contract,
    )
    check_required(request.scope, planned.waiting)
    return _Basis(kind, subject, number, planned)


def _write(
    court: CourtNode, caller: Caller, request: LookupRequest, basis: _Basis, lookup_id: UUID, now: datetime
) -> Lookup:
    """Sign a mandate for each contract that is spoken with somebody, and write one ask per court."""
    general = Mandate(
        id=lookup_id,
        asking=court.code,
        officer=caller.officer_id,
        case_number=basis.case_number,
        purpose=request.purpose,
        sections=tuple(sorted(request.sections)),
        subject_kind=basis.subject_kind,
        subject=basis.subject,
        asked=basis.plan.asked,
        selection_digest="",
        issued=now,
        expires=now + FRESH,
    )
    spoken = {court.contract, *basis.plan.contracts.values()}
    asks = {contract: _ask(court, request, general, contract) for contract in spoken}
    asking = _asking(court)
    sent = tuple(write_ask(asking, to, asks[basis.plan.contracts[to]][1], now) for to in basis.plan.asked)
    said, ask = asks[court.contract]
    return Lookup(said, request, basis.plan, ask, sent)


def _ask(court: CourtNode, request: LookupRequest, general: Mandate, contract: int) -> tuple[Mandate, Ask]:
    """The ask in the words of `contract`, and the mandate for exactly that ask: signed if it goes to somebody."""
    digest = selection_digest(request.field, contract, request.arguments, request.selection.text)
    said = msgspec.structs.replace(general, selection_digest=digest)
    signed = mandate.sign(said, directory=court.directory.current().version, signer=court.signer) if said.asked else b""
    ask = Ask(
        field=request.field,
        contract=contract,
        arguments=request.arguments,
        selection=request.selection.text,
        mandate=signed,
    )
    return said, ask


def _asking(court: CourtNode) -> AskingCourt:
    return AskingCourt(
        code=court.code,
        clock=court.clock,
        directory=court.directory,
        signer=court.signer,
        box=court.box,
        client=court.asks,
        epoch=court.epoch,
        fetch=court.fetch,
    )
