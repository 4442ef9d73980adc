"""This court's own part of a look-up as GraphQL objects: what a partner, or the own door, merges with the others."""

from base64 import urlsafe_b64encode
from datetime import datetime
from functools import partial
from typing import Any, Final

import strawberry

from enforcement import lookup_parts
from enforcement.court import CourtNode
from enforcement.lookup_parts import Partner, Profile
from schema.node.lookup_enums import MatchLevel
from schema.node.lookup_types import (
    CourtPresence,
    DebtorPresence,
    DebtorProfile,
    ProfileAsset,
    ProfileCase,
    ProfilePayment,
    ProfileSanction,
    ProfileSettlement,
    ProfileWhereabouts,
)
from schema.node.own_coverage import own_coverage
from schema.scalars import BigInt, CaseNumber, CourtCode, Money

_REF_BYTES: Final = 16


async def presence(court: CourtNode, partner: Partner) -> DebtorPresence:
    """The presence of the mandate's person at this court alone."""
    made = await lookup_parts.presence(court, partner)
    found = made.found
    rows = []
    if found is not None:
        rows.append(
            CourtPresence(
                **_reported(court, made.as_of),
                has_open_cases=found.open_cases > 0,
                open_case_count=found.open_cases,
                terminated_case_count=found.terminated_cases,
                controlled_asset_count=found.controlled_assets,
                has_controlled_assets=found.controlled_assets > 0,
                dishonest=found.dishonest,
                consumption_restricted=found.restricted,
            )
        )
    return DebtorPresence(
        lookup_id=partner.mandate.id,
        has_open_cases=any(row.has_open_cases for row in rows),
        open_case_count=BigInt(sum(row.open_case_count for row in rows)),
        terminated_case_count=BigInt(sum(row.terminated_case_count for row in rows)),
        controlled_asset_count=BigInt(sum(row.controlled_asset_count for row in rows)),
        has_controlled_assets=any(row.has_controlled_assets for row in rows),
        dishonest=any(row.dishonest for row in rows),
        consumption_restricted=any(row.consumption_restricted for row in rows),
        as_of=made.as_of,
        courts=rows,
        coverage=own_coverage(court, partner.rows, partner.as_of),
    )


async def profile(court: CourtNode, partner: Partner) -> DebtorProfile:
    """The profile of the mandate's person at this court alone."""
    made = await lookup_parts.profile(court, partner)
    return DebtorProfile(
        lookup_id=partner.mandate.id,
        as_of=made.as_of,
        cases=_cases(court, made),
        assets_under_control=_assets(court, made),
        payments=_payments(court, made),
        settlements=_settlements(court, made),
        sanctions=_sanctions(court, made),
        whereabouts=_whereabouts(court, made),
        coverage=own_coverage(court, partner.rows, partner.as_of),
    )


def _reported(court: CourtNode, as_of: datetime) -> dict[str, Any]:
    return {"source_court": CourtCode(court.code), "as_of": as_of, "match_level": MatchLevel.EXACT_ID}


def _ref(court: CourtNode, kind: type, *key: object) -> strawberry.ID:
    """What tells the row from others: a keyed hash, which nobody else can compute, nor lead back to an id."""
    hashed = court.at_rest.blind("REF", " ".join((kind.__name__, *map(str, key))))
    return strawberry.ID(urlsafe_b64encode(hashed[:_REF_BYTES]).decode().rstrip("="))


def _cases(court: CourtNode, made: Profile) -> list[ProfileCase] | None:
    if made.cases is None:
        return None
    reported = _reported(court, made.as_of)
    return [
        ProfileCase(
            **reported,
            mark=partial(_ref, court, ProfileCase, case.id),
            case_number=CaseNumber(case.number),
            type=case.type,
            status=case.status,
            closing_method=case.closing_method,
            cause=case.cause,
            filed_on=case.filed_on,
            amount_applied=Money(case.amount_applied),
        )
        for case in made.cases
    ]


def _assets(court: CourtNode, made: Profile) -> list[ProfileAsset] | None:
    if made.assets is None:
        return None
    reported = _reported(court, made.as_of)
    return [
        ProfileAsset(
            **reported,
            mark=partial(_ref, court, ProfileAsset, each.measure.measure_id),
            kind=each.measure.asset_kind,
            identity=each.identity,
            division=each.measure.division,
            measure=each.measure.kind,
            status=each.measure.status,
            rank=each.measure.rank,
            effective_at=each.measure.effective_at,
            expires_on=each.measure.expires_on,
            amount=Money(each.measure.value),
        )
        for each in made.assets
    ]


def _payments(court: CourtNode, made: Profile) -> list[ProfilePayment] | None:
    if made.payments is None:
        return None
    reported = _reported(court, made.as_of)
    return [
        ProfilePayment(
            **reported,
            mark=partial(_ref, court, ProfilePayment, each.payment.id),
            case_number=CaseNumber(each.case_number),
            amount=Money(each.payment.amount),
            paid_on=each.payment.paid_on,
            venue_court=CourtCode(each.payment.venue_court),
        )
        for each in made.payments
    ]


def _settlements(court: CourtNode, made: Profile) -> list[ProfileSettlement] | None:
    if made.settlements is None:
        return None
    reported = _reported(court, made.as_of)
    return [
        ProfileSettlement(
            **reported,
            mark=partial(_ref, court, ProfileSettlement, each.settlement.id),
            case_number=CaseNumber(each.case_number),
            total=Money(each.settlement.total),
            signed_on=each.settlement.signed_on,
            status=each.settlement.status,
        )
        for each in made.settlements
    ]


def _sanctions(court: CourtNode, made: Profile) -> list[ProfileSanction] | None:
    if made.sanctions is None:
        return None
    reported = _reported(court, made.as_of)
    return [
        ProfileSanction(
            **reported,
            mark=partial(_ref, court, ProfileSanction, each.kind, each.case_number, each.since_on),
            kind=each.kind,
            case_number=None if each.case_number is None else CaseNumber(each.case_number),
            ground=each.ground,
            since_on=each.since_on,
            until_on=each.until_on,
            revision=each.revision,
        )
        for each in made.sanctions
    ]


def _whereabouts(court: CourtNode, made: Profile) -> list[ProfileWhereabouts] | None:
    if made.whereabouts is None:
        return None
    reported = _reported(court, made.as_of)
    return [
        ProfileWhereabouts(
            **reported,
            mark=partial(_ref, court, ProfileWhereabouts, each.domicile_division, each.address, each.workplace),
            domicile_division=each.domicile_division,
            address=each.address,
            workplace=each.workplace,
        )
        for each in made.whereabouts
    ]
