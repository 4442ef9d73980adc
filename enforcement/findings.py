"""Finds (发现财产): fed back by an entrusted court or made here, and adopted by an officer as assets of the case.

Invariant: a find becomes an asset only by an officer's act; the same registry identity is one asset of a case.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from db import assets, cases, events, findings, parties, search_results, searches
from db.at_rest import AtRest
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import AssetKind, AssetRecord, AssetStatus
from db.records.audit import AuditAction
from db.records.cases import OPEN, CaseRecord
from db.records.parties import IdentifierKind, PartyRole
from db.records.searches import FindingRecord, ResultOutcome
from db.records.tasks import TaskRecord
from enforcement import audit, basis, once
from enforcement.court import CourtNode
from enforcement.payloads import ChannelWord, FindingPayload
from enforcement.rules import asset_identity, rights
from enforcement.rules.asset_facts import AssetFacts, RealEstateFacts
from enforcement.rules.refusals import CaseNotOpen, NotDebtorsAsset, NotFound, NotJudgmentDebtor
from enforcement.rules.rights import Act, Caller
from enforcement.rules.search import OwnerMatch, SearchControlChannel
from enforcement.rules.task_refusals import IdempotencyKeyReused, NotAssigned

TOPIC: Final = "finding"


def payload(at_rest: AtRest, finding: FindingRecord) -> FindingPayload:
    """The find in clear: for own officers and encrypted boxes only."""
    return msgspec.json.decode(at_rest.decrypt(finding.content, context=findings.CONTENT), type=FindingPayload)


def encrypted_facts(at_rest: AtRest, facts: AssetFacts) -> bytes:
    """The facts as an asset's row keeps them."""
    return at_rest.encrypt(msgspec.json.encode(facts), context=assets.FACTS)


def facts_of(at_rest: AtRest, asset: AssetRecord) -> AssetFacts | None:
    """What is known of the asset besides its identity, in clear: for own officers only."""
    said = assets.facts(at_rest, asset)
    return None if said is None else msgspec.json.decode(said, type=AssetFacts)


async def searched_units(conn: Conn, task_id: UUID) -> list[str]:
    """Ids of the units that looked for the task, so that "nothing found" names who did."""
    return await searches.searched_units(conn, task_id)


async def words_of(conn: Conn, task_id: UUID) -> list[ChannelWord]:
    """What each channel said of each kind in the searches for the task; whom one still waits for did not answer."""
    return [
        ChannelWord(
            kind=row.kind,
            channel=row.channel,
            outcome=(row.outcome or ResultOutcome.NO_ANSWER).value,
            as_of=row.as_of,
            unit_id=row.unit_id,
            unit_name=row.unit_name,
            reason=row.reason,
        )
        for row in await search_results.of_task(conn, task_id)
    ]


async def take_findings(
    court: CourtNode, conn: Conn, task: TaskRecord, found: Sequence[FindingPayload], now: datetime
) -> int:
    """Keep, in the caller's transaction, what the entrusted court of `task` fed back; how many were new."""
    return sum([await findings.insert(conn, _received(court, task, entry, now)) for entry in found])


def _received(court: CourtNode, task: TaskRecord, entry: FindingPayload, now: datetime) -> FindingRecord:
    return FindingRecord(
        id=entry.id,
        inquiry_id=None,
        case_id=task.case_id,
        task_id=task.id,
        court=task.entrusted_court,
        kind=entry.kind,
        content=court.at_rest.encrypt(msgspec.json.encode(entry), context=findings.CONTENT),
        source=entry.source,
        as_of=entry.as_of,
        recorded_at=now,
        asset_id=None,
        adopted_by=None,
        adopted_at=None,
    )


async def adopt(court: CourtNode, caller: Caller | None, finding_id: UUID, *, idempotency_key: str) -> AssetRecord:
    """The find as an asset of its case; of the asset that stands there already, if the identity is the same.

    Raises:
        Forbidden: the caller is no handler.
        NotFound: no such find, or one made for another court's case: that court adopts it.
        NotAssigned, CaseNotOpen: the case is another handler's, or not worked on.
        IdempotencyKeyReused: the key adopted another find.
        NotJudgmentDebtor: whom the find is about is no debtor of the case.
        NotDebtorsAsset: its registry names somebody else as the owner.
        Malformed: the unit gave an identity that breaks its form.
    """
    officer = rights.check(caller, Act.ADOPT_FINDING)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        finding, case = await locked(conn, officer, finding_id)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.ADOPT_FINDING, finding_id, result_id=finding_id, now=now
        )
        if made is not None and made != finding_id:
            raise IdempotencyKeyReused
        return await adopted(court, conn, officer, case, finding)


async def locked(conn: Conn, officer: Caller, finding_id: UUID) -> tuple[FindingRecord, CaseRecord]:
    """A find of an own case that is worked on, and the case: both locked until the transaction ends.

    Raises:
        NotFound, NotAssigned, CaseNotOpen: see `adopt`.
    """
    finding = await findings.lock(conn, finding_id)
    if finding is None or finding.case_id is None:
        raise NotFound
    return finding, await _case(conn, officer, finding.case_id)


async def adopted(
    court: CourtNode, conn: Conn, officer: Caller, case: CaseRecord, finding: FindingRecord
) -> AssetRecord:
    """The asset that the locked find is, or becomes now. Raises NotJudgmentDebtor and Malformed as `adopt` does."""
    if finding.asset_id is not None:
        return await _asset(conn, finding.asset_id)
    now = court.clock.now()
    asset = await _found_or_new(court, conn, case, finding, now)
    await findings.adopt(conn, finding.id, asset.id, officer=officer.officer_id, now=now)
    await events.add(conn, topic=TOPIC, ref=finding.id, kind="ADOPTED", now=now)
    await audit.note(court, conn, officer, AuditAction.ADOPT_FINDING, case_number=case.number, object_id=finding.id)
    return asset


async def _case(conn: Conn, officer: Caller, case_id: UUID) -> CaseRecord:
    known = await cases.get(conn, case_id)
    case = None if known is None else await cases.lock(conn, known.number)
    if case is None:
        raise NotFound
    if case.handler_id != officer.officer_id:
        raise NotAssigned
    if case.status not in OPEN:
        raise CaseNotOpen
    return case


async def _asset(conn: Conn, asset_id: UUID) -> AssetRecord:
    asset = await assets.get(conn, asset_id)
    assert asset is not None  # foreign key
    return asset


async def _found_or_new(
    court: CourtNode, conn: Conn, case: CaseRecord, finding: FindingRecord, now: datetime
) -> AssetRecord:
    found = payload(court.at_rest, finding)
    if found.owner == OwnerMatch.OTHER:
        raise NotDebtorsAsset
    kind = AssetKind(found.kind)
    identity = asset_identity.canonical(found.identity)
    key = court.at_rest.blind(*asset_identity.named_by(kind, identity))
    for known in await assets.by_identity_key(conn, key):
        if known.case_id == case.id:
            return known
    asset = AssetRecord(
        id=new_id(now),
        case_id=case.id,
        owner_id=await _owner(court, conn, case, finding),
        kind=kind,
        identity=assets.encrypted_identity(court.at_rest, identity),
        identity_key=key,
        division=found.division,
        description=found.description,
        estimated_value=found.estimated_value,
        source=found.source if finding.court == court.code else SearchControlChannel.ENTRUSTED.value,
        found_on=civil_date(found.as_of),
        as_of=found.as_of,
        status=AssetStatus.FOUND,
        only_home=isinstance(found.facts, RealEstateFacts) and bool(found.facts.only_home),
        exemption=None,
        co_owned=found.owner == OwnerMatch.CO_OWNED,
        mortgage_amount=None,
        version=1,
        synthetic=case.synthetic,
        facts=None if found.facts is None else encrypted_facts(court.at_rest, found.facts),
    )
    await assets.insert(conn, asset)
    return asset


async def _owner(court: CourtNode, conn: Conn, case: CaseRecord, finding: FindingRecord) -> UUID:
    """The debtor whom the search was about: by our search, or by the task that we sent."""
    party_id = await _searched_party(court, conn, finding)
    if party_id is None or not await cases.has_role(conn, case.id, party_id, PartyRole.DEBTOR):
        raise NotJudgmentDebtor
    return party_id


async def _searched_party(court: CourtNode, conn: Conn, finding: FindingRecord) -> UUID | None:
    if finding.search_id is not None:
        search = await searches.get(conn, finding.search_id)
        return None if search is None else search.party_id
    assert finding.task_id is not None  # a find without a search came with a task's feedback
    content = await basis.content_of_task(court, conn, finding.task_id)
    debtor = content.debtor
    key = parties.identifier_key(court.at_rest, IdentifierKind(debtor.identifier_kind), debtor.identifier)
    party = await parties.by_identifier_key(conn, key)
    return None if party is None else party.id
