"""What a channel's answer says of each kind that it was asked for, and the finds in it.

Invariant: what cannot be read is NO_ANSWER with the reason FAULTY, never "nothing found" and never a crash; what can be
read beside it is kept, and the row says that something was left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from db.records.searches import ResultOutcome, ResultRecord
from enforcement.channels import Holding, KindAnswer, SearchAnswer
from enforcement.holdings import checked
from enforcement.rules.refusals import Malformed
from enforcement.rules.search import SearchControlChannel
from enforcement.rules.search_results import FAULTY

AHEAD: Final = timedelta(minutes=5)
"""How far a channel's clock may be ahead of the court's."""
_REASON: Final = 64
_WORDS: Final = {
    "nothing": ResultOutcome.NOTHING,
    "refused": ResultOutcome.REFUSED,
    "no_answer": ResultOutcome.NO_ANSWER,
}
_SOURCES: Final = frozenset(channel.value for channel in SearchControlChannel)


@dataclass(frozen=True, slots=True)
class Heard:
    """The rows as they are to be filled, and the checked holdings behind those that say FOUND."""

    rows: list[ResultRecord]
    holdings: list[Holding]


def hear(rows: Sequence[ResultRecord], answer: SearchAnswer, now: datetime) -> Heard:
    """The answer, kind by kind."""
    if not _is_sound(answer, now):
        return Heard([_closed(row, ResultOutcome.NO_ANSWER, FAULTY, now) for row in rows], [])
    own_words = {word.kind: word for word in answer.kinds}
    found = Heard([], [])
    for row in rows:
        good, is_faulty = _read([holding for holding in answer.holdings if holding.kind == row.kind])
        outcome, reason = _outcome(answer, own_words.get(row.kind), bool(good), is_faulty)
        found.rows.append(_closed(row, outcome, reason, now, answer))
        if outcome is ResultOutcome.FOUND:
            found.holdings.extend(good)
    return found


def _is_sound(answer: SearchAnswer, now: datetime) -> bool:
    """Whether the answer can be believed: its source, its instant, and that it does not contradict itself."""
    if answer.source not in _SOURCES or answer.as_of.tzinfo is None or answer.as_of > now + AHEAD:
        return False
    if len({word.kind for word in answer.kinds}) != len(answer.kinds):
        return False
    says_found = answer.outcome == "found" or any(word.outcome == "found" for word in answer.kinds)
    return says_found == bool(answer.holdings)


def _read(holdings: list[Holding]) -> tuple[list[Holding], bool]:
    """Those that can be kept, and whether one cannot."""
    good = []
    for holding in holdings:
        try:
            good.append(checked(holding))
        except Malformed:
            continue
    return good, len(good) < len(holdings)


def _outcome(
    answer: SearchAnswer, word: KindAnswer | None, has_good: bool, is_faulty: bool
) -> tuple[ResultOutcome, str | None]:
    said = answer.outcome if word is None else word.outcome
    reason = code_of(answer.reason if word is None else word.reason)
    if said != "found":
        return (ResultOutcome.NO_ANSWER, FAULTY) if has_good or is_faulty else (_WORDS[said], reason)
    if has_good:
        return ResultOutcome.FOUND, FAULTY if is_faulty else None
    if is_faulty or word is not None:
        return ResultOutcome.NO_ANSWER, FAULTY
    return ResultOutcome.NOTHING, None


def code_of(reason: str | None) -> str | None:
    """A code of a unit's is kept; its prose is not."""
    if reason is None:
        return None
    is_code = len(reason) <= _REASON and reason.isascii() and reason.replace("_", "").isalnum() and reason.isupper()
    return reason if is_code else "OTHER"


def _closed(
    row: ResultRecord, outcome: ResultOutcome, reason: str | None, now: datetime, answer: SearchAnswer | None = None
) -> ResultRecord:
    return replace(
        row,
        outcome=outcome,
        reason=reason,
        source=None if answer is None else answer.source,
        as_of=None if answer is None else answer.as_of,
        closed_at=now,
    )
