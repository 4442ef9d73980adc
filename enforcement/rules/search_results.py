"""What a search knows of each kind of asset, from what each channel said of it.

Invariant: NOTHING is said only where a channel said it of that very kind; silence, refusals and what nobody asked stay
what they are. One find outweighs every other word; of the rest the most that is known counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from db.records.assets import AssetKind
from db.records.searches import InquiryOutcome, ResultOutcome, ResultRecord

FAULTY: Final = "FAULTY"
"""Reason of a row: what the channel said, or a part of it, could not be read as an asset of the kind."""
NO_UNIT: Final = "NO_UNIT"
"""Reason of NOT_ASKED: no assisting unit here keeps the kind."""
NO_CHANNEL: Final = "NO_CHANNEL"
"""Reason of NOT_ASKED: the unit has to be visited, and nobody was there yet."""

WITHOUT_UNIT: Final = frozenset(
    {AssetKind.MOVABLE, AssetKind.IP_RIGHT, AssetKind.INSURANCE_VALUE, AssetKind.SHIP, AssetKind.OTHER_RIGHT}
)
"""Kinds that no unit of a county keeps: found on the spot, or at a counter elsewhere."""
_LOOKED: Final = frozenset({ResultOutcome.FOUND, ResultOutcome.NOTHING})
_BY_WEIGHT: Final = (
    ResultOutcome.FOUND,
    ResultOutcome.NOTHING,
    ResultOutcome.REFUSED,
    ResultOutcome.NO_ANSWER,
    ResultOutcome.NOT_ASKED,
)


@dataclass(frozen=True, slots=True)
class KindCoverage:
    """What is known of one kind. `outcome` is None while a channel is still asked and none has found anything."""

    kind: str
    outcome: ResultOutcome | None
    reason: str | None
    asked: int
    answered: int  # those who looked
    is_complete: bool  # everybody who was to be asked looked, and all that they said could be read
    rows: tuple[ResultRecord, ...]


def coverage(kinds: Iterable[str], rows: Sequence[ResultRecord]) -> list[KindCoverage]:
    """What is known of each of `kinds`, in their order."""
    return [_of_kind(kind, tuple(row for row in rows if row.kind == kind)) for kind in kinds]


def _of_kind(kind: str, rows: tuple[ResultRecord, ...]) -> KindCoverage:
    """Who is visited where a channel of the same unit did not answer counts once: the unit looked."""
    looked = {row.unit_id or row.id for row in rows if row.outcome in _LOOKED}
    outcome, reason = _verdict(rows)
    return KindCoverage(
        kind=kind,
        outcome=outcome,
        reason=reason,
        asked=len({row.unit_id or row.id for row in rows if row.outcome is not ResultOutcome.NOT_ASKED}),
        answered=len(looked),
        is_complete=bool(rows)
        and all((row.unit_id or row.id) in looked for row in rows)
        and not any(row.reason == FAULTY and row.outcome in _LOOKED for row in rows),
        rows=rows,
    )


def _verdict(rows: tuple[ResultRecord, ...]) -> tuple[ResultOutcome | None, str | None]:
    if not rows:
        return ResultOutcome.NOT_ASKED, NO_UNIT
    said = {row.outcome for row in rows}
    if ResultOutcome.FOUND not in said and None in said:
        return None, None
    outcome = next(outcome for outcome in _BY_WEIGHT if outcome in said)
    return outcome, next(row.reason for row in rows if row.outcome is outcome)


def outcome_of_unit(rows: Sequence[ResultRecord]) -> InquiryOutcome | None:
    """The unit's answer as a whole, from its kinds; None while one of them is open."""
    said = {row.outcome for row in rows}
    if None in said:
        return None
    outcome = next((outcome for outcome in _BY_WEIGHT if outcome in said), ResultOutcome.NO_ANSWER)
    return InquiryOutcome.NO_ANSWER if outcome is ResultOutcome.NOT_ASKED else InquiryOutcome(outcome.value)
