"""What an officer may type in of a search: an answer at a counter (登门临柜), or what was seen on the spot (现场调查).

Source: 民诉法 art. 253; 执行财产调查规定 arts. 11, 12; two officers on the spot by practice: a default.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from enforcement.rules.feedback import ON_SITE_OFFICERS
from enforcement.rules.handling import CLOCKS
from enforcement.rules.refusals import Malformed
from enforcement.rules.task_refusals import TwoOfficersRequired

MOST_HOLDINGS: Final = 100
LONGEST_PLACE: Final = 200
LONGEST_REASON: Final = 64


class VisitChannel(StrEnum):
    """How an officer came by the answer; the values are of SearchControlChannel."""

    COUNTER = "COUNTER"  # 登门临柜
    ONSITE = "ONSITE"  # 现场调查


class EnteredOutcome(StrEnum):
    """What an officer may type in; silence is nobody's answer."""

    FOUND = "FOUND"  # 有财产
    NOTHING = "NOTHING"  # 查无财产
    REFUSED = "REFUSED"  # 拒绝协助


def check_entry(
    channel: VisitChannel, outcome: EnteredOutcome, *, holdings: int, unit_id: str | None, place: str, officers: int
) -> None:
    """Return if the entry is whole: finds where something was found, a place, and who was there.

    Raises:
        Malformed: SEARCH_ANSWER; part holdings, outcome, unitId or place.
        TwoOfficersRequired: on the spot with fewer than two.
    """
    if (outcome is EnteredOutcome.FOUND) != bool(holdings) or holdings > MOST_HOLDINGS:
        raise Malformed("SEARCH_ANSWER", "holdings")
    if len(place) > LONGEST_PLACE or (not place.strip() and unit_id is None):
        raise Malformed("SEARCH_ANSWER", "place")
    if channel is VisitChannel.COUNTER:
        return
    if unit_id is not None:
        raise Malformed("SEARCH_ANSWER", "unitId")
    if outcome is EnteredOutcome.REFUSED:
        raise Malformed("SEARCH_ANSWER", "outcome")
    if officers < ON_SITE_OFFICERS:
        raise TwoOfficersRequired


def check_as_of(as_of: datetime, *, requested_at: datetime, now: datetime) -> None:
    """Return if the answer is of a time between the search and now; clocks may be apart.

    Raises:
        Malformed: PERIOD.
    """
    if as_of.tzinfo is None or not requested_at - CLOCKS <= as_of <= now + CLOCKS:
        raise Malformed("PERIOD", "asOf")
