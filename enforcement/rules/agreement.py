"""What an agreement of two courts (协作协议) may say, measured by the zone's framework agreement (框架协议).

Invariant: a pair's agreement narrows the framework and never widens it. Source: the framework agreement's own heads.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from enforcement.rules.lookup import LookupPurpose, ProfileSection
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.membership_refusals import BeyondFramework
from enforcement.rules.refusals import Malformed


@dataclass(frozen=True, slots=True)
class Terms:
    """What is answered, what for, what may be delegated, how often, and from which day to which (inclusive, China)."""

    sections: Collection[str]
    purposes: Collection[str]
    matters: Collection[str]
    looks_per_hour: int
    valid_from: date
    valid_until: date


_KNOWN: Final[tuple[tuple[str, type[StrEnum]], ...]] = (
    ("sections", ProfileSection),
    ("purposes", LookupPurpose),
    ("matters", DelegatedMatterType),
)


def check_known(terms: Terms) -> None:
    """Return if the terms name what this release knows, each once, and a span of days.

    Raises:
        Malformed: TERMS (`sections`, `purposes`, `matters`), PERIOD (`validUntil`).
    """
    for part, kind in _KNOWN:
        values = list(getattr(terms, part))
        if len(set(values)) != len(values) or not set(values) <= set(kind):
            raise Malformed("TERMS", part)
    if terms.valid_until < terms.valid_from:
        raise Malformed("PERIOD", "validUntil")


def check_within(terms: Terms, framework: Terms | None) -> None:
    """Return if the terms allow nothing beyond the framework.

    Raises:
        BeyondFramework: in `sections`, `purposes`, `matters`, `looksPerHour`, `validFrom` or `validUntil`; `framework`
            when the zone has none.
    """
    if framework is None:
        raise BeyondFramework("framework")
    for part, _ in _KNOWN:
        if not set(getattr(terms, part)) <= set(getattr(framework, part)):
            raise BeyondFramework(part)
    if terms.looks_per_hour > framework.looks_per_hour:
        raise BeyondFramework("looksPerHour")
    if terms.valid_from < framework.valid_from:
        raise BeyondFramework("validFrom")
    if terms.valid_until > framework.valid_until:
        raise BeyondFramework("validUntil")


def check_ends(before: Terms, after: Terms, today: date) -> None:
    """Return if `after` is `before` with an earlier last day, no earlier than yesterday.

    Raises:
        Malformed: TERMS (`terms`), PERIOD (`validUntil`).
    """
    parts = [part for part, _ in _KNOWN]
    same = all(list(getattr(before, part)) == list(getattr(after, part)) for part in parts)
    if not same or (before.looks_per_hour, before.valid_from) != (after.looks_per_hour, after.valid_from):
        raise Malformed("TERMS", "terms")
    if after.valid_until >= before.valid_until or (today - after.valid_until).days > 1:
        raise Malformed("PERIOD", "validUntil")
