"""One asset as a channel names it, checked and made a find: the way in for registries, answer files and officers alike.

Invariant: what breaks its form becomes no find; whom the books name as owner is compared and not kept.
"""

from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from db import findings
from db.ids import new_id
from db.records.assets import AssetKind
from db.records.searches import FindingRecord, SearchRecord
from enforcement.channels import Holding, Subject
from enforcement.court import OwnRecords
from enforcement.payloads import FindingPayload, PriorMeasure
from enforcement.rules import asset_facts, asset_identity, courts, divisions
from enforcement.rules.identity import compact
from enforcement.rules.money import LARGEST
from enforcement.rules.refusals import Malformed, RuleBroken
from enforcement.rules.search import OwnerMatch

MOST_MEASURES: Final = 1_000
_LONGEST_PART: Final = 200
_LONGEST_DESCRIPTION: Final = 500


def checked(holding: Holding) -> Holding:
    """The holding with its identity in canonical form.

    Raises:
        Malformed: a part of the identity, the facts, the value, the county or a measure breaks its form; never with
            the value.
    """
    try:
        kind = AssetKind(holding.kind)
    except ValueError:
        raise Malformed("KINDS", "kind") from None
    identity = asset_identity.canonical(holding.identity)
    if not asset_identity.is_named(kind, identity):
        raise Malformed("IDENTITY_PARTS", "identity")
    for part, value in identity.items():
        if len(value) > _LONGEST_PART or not value.isprintable():
            raise Malformed("IDENTITY_PARTS", part)
    if holding.facts is not None:
        asset_facts.check(kind, holding.facts)
    if len(holding.description) > _LONGEST_DESCRIPTION or not holding.description.isprintable():
        raise Malformed("TEXT", "description")
    divisions.check(holding.division)
    _check_value(holding.estimated_value)
    _check_prior(holding)
    return msgspec.structs.replace(holding, identity=identity)


def _check_value(value: Decimal | None) -> None:
    if value is not None and not (value.is_finite() and Decimal(0) <= value <= LARGEST):
        raise Malformed("MONEY", "estimatedValue")


def _check_prior(holding: Holding) -> None:
    if not 0 <= holding.prior_measures <= MOST_MEASURES or len(holding.prior) > MOST_MEASURES:
        raise Malformed("PRIOR_MEASURES", "count")
    for prior in holding.prior:
        if not 1 <= prior.rank <= MOST_MEASURES:
            raise Malformed("PRIOR_MEASURES", "rank")
        if prior.registered_at is not None and prior.registered_at.tzinfo is None:
            raise Malformed("PRIOR_MEASURES", "registeredAt")
        try:
            courts.level(prior.court)
        except RuleBroken:
            raise Malformed("PRIOR_MEASURES", "court") from None


def owner_match(holding: Holding, subject: Subject) -> OwnerMatch:
    """Whose the books say it is. An owner among several is one of them."""
    if holding.co_owned:
        return OwnerMatch.CO_OWNED
    if holding.owner is None or not holding.owner.strip():
        return OwnerMatch.UNSTATED
    return OwnerMatch.DEBTOR if compact(holding.owner) == compact(subject.identifier) else OwnerMatch.OTHER


def finding_of(
    court: OwnRecords,
    search: SearchRecord,
    subject: Subject,
    holding: Holding,
    *,
    unit: tuple[str, str],
    source: str,
    as_of: datetime,
    now: datetime,
    inquiry_id: UUID | None = None,
) -> FindingRecord:
    """The find that a checked holding is; `unit` is the id and the name of who has it on its books."""
    payload = FindingPayload(
        id=new_id(now),
        kind=holding.kind,
        identity=holding.identity,
        division=holding.division,
        description=holding.description,
        unit_id=unit[0],
        unit_name=unit[1],
        source=source,
        as_of=as_of,
        estimated_value=holding.estimated_value,
        prior_measures=max(holding.prior_measures, len(holding.prior)),
        prior=sorted(holding.prior, key=_by_rank),
        facts=holding.facts,
        owner=owner_match(holding, subject).value,
    )
    return FindingRecord(
        id=payload.id,
        inquiry_id=inquiry_id,
        case_id=search.case_id,
        task_id=search.task_id,
        court=court.code,
        kind=payload.kind,
        content=court.at_rest.encrypt(msgspec.json.encode(payload), context=findings.CONTENT),
        source=source,
        as_of=as_of,
        recorded_at=now,
        asset_id=None,
        adopted_by=None,
        adopted_at=None,
        search_id=search.id,
    )


def _by_rank(prior: PriorMeasure) -> tuple[int, str]:
    return prior.rank, prior.court
