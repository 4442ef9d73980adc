"""Puts together what a view answers from what the documents say. Pure."""

from collections.abc import Collection
from datetime import date, datetime

from db.clock import civil_date
from federation.directory.document import AgreementEntry, CourtEntry, OfficerEntry
from federation.directory.documents import AgreementDocument, CourtDocument, MemberEntry, SuspensionEntry
from federation.directory.standing import is_suspended, state_at


def court_entry(
    member: MemberEntry, document: CourtDocument, suspension: SuspensionEntry | None, instant: datetime
) -> CourtEntry | None:
    """The court at that instant; None before it is a member."""
    state = state_at(member, suspension, instant)
    if state is None:
        return None
    alone = suspension is not None and state != member.state and is_suspended(suspension, instant)
    return CourtEntry(
        code=member.code,
        division=member.division,
        name_zh=member.name_zh,
        name_en=member.name_en,
        level=member.level,
        county_zh=member.county_zh,
        county_en=member.county_en,
        province=member.province,
        parent=member.parent,
        state=state,
        since=civil_date(suspension.at) if alone and suspension is not None else member.since,
        url=document.url,
        issuer=document.issuer,
        keys=document.keys,
        officers=document.officers,
        liaison=document.liaison,
        contracts=document.contracts,
        wire=document.wire,
        lost_at=member.lost_at,
    )


def agreement_entry(document: AgreementDocument) -> AgreementEntry:
    """The agreement as a view answers it."""
    return AgreementEntry(
        asking=document.asking,
        asked=document.asked,
        sections=document.sections,
        purposes=document.purposes,
        matters=document.matters,
        looks_per_hour=document.looks_per_hour,
        valid_from=document.valid_from,
        valid_until=document.valid_until,
    )


def narrowed(own: AgreementEntry, by: AgreementEntry) -> AgreementEntry:
    """What both agreements allow, for the pair of `own`."""
    return AgreementEntry(
        asking=own.asking,
        asked=own.asked,
        sections=_both(own.sections, by.sections),
        purposes=_both(own.purposes, by.purposes),
        matters=_both(own.matters, by.matters),
        looks_per_hour=min(own.looks_per_hour, by.looks_per_hour),
        valid_from=max(own.valid_from, by.valid_from),
        valid_until=min(own.valid_until, by.valid_until),
    )


def serves(officer: OfficerEntry, today: date) -> bool:
    """Whether the officer's entry is in force on that day in China."""
    begun = officer.valid_from is None or officer.valid_from <= today
    return begun and (officer.valid_until is None or today <= officer.valid_until)


def _both(own: Collection[str], others: Collection[str]) -> list[str]:
    return [each for each in own if each in set(others)]
