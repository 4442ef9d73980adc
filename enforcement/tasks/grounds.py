"""What a new task rests on: the own case, its debtor, the ruling, the other court and the agreement with it.

Invariant: everything the other court will read about the person comes from the own court's records, never from the
caller.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from db import assets, cases, measure_orders, measures, parties
from db.at_rest import AtRest
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import AssetKind, AssetRecord, MeasureKind, MeasureRecord, MeasureStatus
from db.records.cases import OPEN, CaseRecord
from db.records.measure_life import NoticeAct
from db.records.parties import IdentifierKind, PartyRecord, PartyRole
from enforcement import basis, clues, things
from enforcement.case_transfers import elsewhere
from enforcement.court import CourtNode
from enforcement.payloads import AssetRef, DebtorRef, DocumentRef, TaskContent
from enforcement.rules import asset_identity, identity, matter
from enforcement.rules.exemption import check_exempt
from enforcement.rules.matter import DelegatedMatterType, RequiredPaper
from enforcement.rules.measure_orders import ACTS, act_of, check_matter, check_stands
from enforcement.rules.proportionality import in_part
from enforcement.rules.refusals import (
    CaseNotOpen,
    Malformed,
    MeasureNotForAsset,
    NotDebtorsAsset,
    NotFound,
    NotJudgmentDebtor,
    TransitionNotAllowed,
)
from enforcement.rules.rights import Caller
from enforcement.rules.task_refusals import (
    ApprovalRequired,
    EntrustedCourtUnknown,
    LegalDocumentMissing,
    MatterNotAgreed,
    MembershipSuspended,
    NotAMember,
)
from enforcement.tasks import standards
from federation.wire.errors import UnknownCourt

_M: Final = DelegatedMatterType
_ORDERS: Final[Mapping[DelegatedMatterType, frozenset[MeasureKind]]] = {
    _M.FREEZE_FUNDS: frozenset({MeasureKind.FREEZE}),
    _M.FREEZE_EQUITY: frozenset({MeasureKind.FREEZE}),
    _M.SEAL: frozenset({MeasureKind.SEAL}),
    _M.SEIZE_VEHICLE: frozenset({MeasureKind.SEIZE, MeasureKind.SEAL}),
    _M.SEIZE_MOVABLE: frozenset({MeasureKind.SEIZE, MeasureKind.SEAL}),
    _M.WITHHOLD_INCOME: frozenset({MeasureKind.WITHHOLD_INCOME}),
    _M.DEDUCT_FUNDS: frozenset({MeasureKind.DEDUCT}),
    _M.WITHDRAW_PROVIDENT_FUND: frozenset({MeasureKind.EXTRACT, MeasureKind.DEDUCT}),
}
"""Which measure a matter carries out for the first time; renewals and lifts concern one that stands already."""


@dataclass(frozen=True, slots=True)
class Debtor:
    """The person as the caller names them: by the own court's id, by number, or not at all if the case has but one."""

    party_id: UUID | None = None
    identifier_kind: IdentifierKind | None = None
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """What a handler asks for."""

    case_number: str
    debtor: Debtor
    entrusted_court: str
    matter: DelegatedMatterType
    documents: tuple[DocumentRef, ...]
    kinds: tuple[AssetKind, ...] = ()
    measure_id: UUID | None = None
    follow_up_of: UUID | None = None
    urgent: bool = False
    contact: str = ""
    remark: str = ""
    official_platform_no: str | None = None
    clue_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """A new task's ground, checked."""

    case: CaseRecord
    content: TaskContent


async def check(court: CourtNode, conn: Conn, caller: Caller, new: NewTask) -> Basis:
    """The basis of `new`, if there is one.

    Raises:
        Malformed: case number, identifier, a document's digest, or no asset kind to search for.
        NotFound, NotAssigned, CaseNotOpen, NotJudgmentDebtor: the case is unknown, another officer's, not worked on,
            or another person's.
        NotAMember, EntrustedCourtUnknown, MembershipSuspended, MatterNotAgreed: see `check_courts`.
        LegalDocumentMissing: papers, or the ruling that a measure rests on.
        TransitionNotAllowed, MeasureNotForAsset, NotDebtorsAsset: the measure is not one that this matter carries out.
        ExemptProperty: the law keeps its asset out of reach.
    """
    case = await basis.held_case(court, conn, caller, new.case_number)
    await _check_worked_on(conn, case, new.matter)
    party = await _debtor(court, conn, case, new.debtor, civil_date(court.clock.now()))
    check_courts(court, court.code, new.entrusted_court, new.matter)
    _check_form(new)
    rules = await standards.rules_for(conn, new.matter, new.entrusted_court, court.clock.now())
    matter.check_papers(new.matter, [document.kind for document in new.documents], rules)
    measure, asset = await _measure(court, conn, case, party, new)
    content = content_for(court, case, party, new, measure, asset)
    if measure is not None and new.matter in ACTS:
        content = await _ordered(conn, new.matter, measure, content, civil_date(court.clock.now()))
    return Basis(case, msgspec.structs.replace(content, clues=await clues.told(court, conn, case, new.clue_ids)))


def check_courts(court: CourtNode, delegating: str, entrusted: str, matter_type: str) -> None:
    """Return if `delegating` may delegate the matter to `entrusted` today, by the newest directory.

    Raises:
        NotAMember: this court is none yet.
        EntrustedCourtUnknown: no such member, or the two are one.
        MembershipSuspended: one of the two is not active.
        MatterNotAgreed: no agreement in force covers the matter.
    """
    now = court.clock.now()
    view = court.directory.current()
    if not view.is_listed(court.code):
        raise NotAMember
    try:
        view.court(entrusted)
    except UnknownCourt:
        raise EntrustedCourtUnknown("entrustedCourt") from None
    if entrusted == delegating:
        raise EntrustedCourtUnknown("entrustedCourt")
    if not (view.is_active(delegating) and view.is_active(entrusted)):
        raise MembershipSuspended
    agreement = view.agreement(delegating, entrusted, civil_date(now))
    if agreement is None or matter_type not in agreement.matters:
        raise MatterNotAgreed


async def check_case(conn: Conn, case_id: UUID | None, matter_type: str) -> CaseRecord:
    """The own case of a task of that matter, if work on it goes on.

    Raises:
        NotFound, CaseNotOpen.
    """
    case = None if case_id is None else await cases.get(conn, case_id)
    if case is None:
        raise NotFound
    await _check_worked_on(conn, case, DelegatedMatterType(matter_type))
    return case


async def _check_worked_on(conn: Conn, case: CaseRecord, matter_type: DelegatedMatterType) -> None:
    """A measure that stands is renewed and lifted also in cases that nobody works on. Raises CaseNotOpen."""
    act = act_of(matter_type)
    if act in {NoticeAct.RENEW, NoticeAct.LIFT}:
        await elsewhere.check_change(conn, act, case)
    elif case.status not in OPEN:
        raise CaseNotOpen


async def _debtor(court: CourtNode, conn: Conn, case: CaseRecord, named: Debtor, today: date) -> PartyRecord:
    if named.identifier_kind is None or named.identifier is None:
        return await basis.debtor_of(conn, case, named.party_id)
    number = identity.canonical(named.identifier_kind, named.identifier, today=today)
    key = parties.identifier_key(court.at_rest, named.identifier_kind, number)
    party = await parties.by_identifier_key(conn, key)
    if party is None or not await cases.has_role(conn, case.id, party.id, PartyRole.DEBTOR):
        raise NotJudgmentDebtor
    return party


def _check_form(new: NewTask) -> None:
    if new.matter is _M.INVESTIGATE_ASSETS and not new.kinds:
        raise Malformed("KINDS", "kinds")
    for document in new.documents:
        if len(document.sha256) != hashlib.sha256().digest_size * 2 or set(document.sha256) - set("0123456789abcdef"):
            raise Malformed("DOCUMENT", "SHA256")


async def _measure(
    court: CourtNode, conn: Conn, case: CaseRecord, party: PartyRecord, new: NewTask
) -> tuple[MeasureRecord | None, AssetRecord | None]:
    """The measure that the task carries out, and its asset; (None, None) when the matter needs none."""
    if new.measure_id is None:
        if matter.rule(new.matter).needs_evidence:
            raise LegalDocumentMissing((RequiredPaper.RULING,))
        return None, None
    measure = await measures.get(conn, new.measure_id)
    if measure is None or measure.case_id != case.id or measure.ordering_court != court.code:
        raise NotFound
    check_order(new.matter, measure)
    asset = await assets.get(conn, measure.asset_id)
    if asset is None or asset.owner_id != party.id:
        raise NotDebtorsAsset
    if new.matter in _ORDERS:
        check_exempt((await things.of(conn, asset)).exemptions)
    if new.matter in ACTS:
        check_matter(new.matter, measure.kind, asset.kind)
    if new.matter is _M.SEIZE_VEHICLE and asset.kind is not AssetKind.VEHICLE:
        raise MeasureNotForAsset("measureId")
    return measure, asset


def content_for(
    court: CourtNode,
    case: CaseRecord,
    party: PartyRecord,
    new: NewTask,
    measure: MeasureRecord | None,
    asset: AssetRecord | None,
) -> TaskContent:
    """What the other court will read of a new task, from this court's own records."""
    return TaskContent(
        case_number=case.number,
        debtor=DebtorRef(
            kind=party.kind.value,
            name=party.name,
            identifier_kind=party.identifier_kind.value,
            identifier=parties.identifier(court.at_rest, party),
            domicile_division=party.domicile_division,
        ),
        matter=new.matter.value,
        kinds=sorted({kind.value for kind in new.kinds}),
        asset=None if asset is None else _asset_ref(court, asset),
        ruling_no=None if measure is None else measure.ruling_no,
        measure_kind=None if measure is None else measure.kind.value,
        measure_id=None if measure is None else measure.id,
        term_years=None if measure is None else measure.term_years,
        amount=None if measure is None or asset is None else in_part(asset.kind, measure.value),
        documents=list(new.documents),
        contact=new.contact,
        official_platform_no=new.official_platform_no,
        remark=new.remark,
    )


def carries_out(matter_type: str) -> bool:
    """Whether a task of the matter has a measure registered for the first time."""
    return DelegatedMatterType(matter_type) in _ORDERS


def check_order(matter_type: DelegatedMatterType, measure: MeasureRecord) -> None:
    """Return if the matter may carry out the measure for the first time, or does not."""
    wanted = _ORDERS.get(matter_type)
    if wanted is None:
        return
    if measure.kind not in wanted:
        raise MeasureNotForAsset("measureId")
    if measure.status is MeasureStatus.PROPOSED:
        raise ApprovalRequired
    if measure.status is not MeasureStatus.RULED:
        raise TransitionNotAllowed(measure.status.value, MeasureStatus.NOTICE_SENT.value)


async def _ordered(
    conn: Conn, matter_type: DelegatedMatterType, measure: MeasureRecord, content: TaskContent, today: date
) -> TaskContent:
    """The content of a task that renews, lifts or ends a measure: it carries the ruling that orders that.

    A title may be transferred without ending a measure of this court.

    Raises:
        LegalDocumentMissing: nothing orders it.
        TransitionNotAllowed: the measure has ended since it was ordered; what has lapsed is not renewed.
    """
    order = await measure_orders.open_of(conn, measure.id)
    if order is None or order.act is not ACTS[matter_type]:
        if matter_type is _M.TRANSFER_TITLE:
            return content
        raise LegalDocumentMissing((RequiredPaper.RULING,))
    check_stands(order.act, measure.status, measure.expires_on, today)
    return msgspec.structs.replace(
        content,
        ruling_no=order.ruling_no,
        term_years=order.term_years or content.term_years,
        registered_ruling=measure.ruling_no,
    )


def _asset_ref(court: CourtNode, asset: AssetRecord) -> AssetRef:
    return AssetRef(
        kind=asset.kind.value,
        identity=assets.identity(court.at_rest, asset),
        division=asset.division,
        description=asset.description,
    )


def duplicate_key(at_rest: AtRest, delegating: str, entrusted: str, content: TaskContent) -> bytes:
    """What makes two tasks the same: delegating court, case, matter, ruling and thing.

    Without a thing it is the debtor, the kinds to search for and the court that is to search: the same search may be
    delegated to several courts.
    """
    if content.asset is not None:
        kind, name = asset_identity.named_by(AssetKind(content.asset.kind), content.asset.identity)
        about = [kind, name, content.ruling_no or ""]
    else:
        about = [content.debtor.identifier, entrusted, *sorted(content.kinds)]
    parts = [delegating, content.case_number, content.matter, *about]
    return at_rest.blind("TASK", msgspec.json.encode(parts).decode())
