"""In which state a member is at an instant, and when that changes next. Pure.

Decided states hold from an instant that the courts wrote; a suspension by the gateway alone lapses. So a view of the
directory is of an instant: it is made anew when `next_change` has passed.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from db.clock import SHANGHAI, civil_date
from federation.directory.documents import MemberEntry, MemberState, SuspensionEntry
from federation.rules import quorum


def state_at(member: MemberEntry, suspension: SuspensionEntry | None, instant: datetime) -> MemberState | None:
    """The state that holds; None before the court is a member."""
    state = member.state if instant >= member.effective_at else member.before
    return "SUSPENDED" if state == "ACTIVE" and is_suspended(suspension, instant) else state


def is_suspended(suspension: SuspensionEntry | None, instant: datetime) -> bool:
    """Whether the gateway's own suspension is in force."""
    return suspension is not None and suspension.at <= instant < suspension.at + quorum.LAPSES_AFTER


def next_change(members: Iterable[MemberEntry], suspensions: Iterable[SuspensionEntry], instant: datetime) -> datetime:
    """The first instant after `instant` at which a state may change, or a day begins in China: officers' terms do."""
    changes = [datetime.combine(civil_date(instant) + timedelta(days=1), time(), SHANGHAI)]
    decided = [at for member in members for at in (member.effective_at, member.lost_at) if at is not None]
    changes += [at for at in decided if at > instant]
    for entry in suspensions:
        changes += [at for at in (entry.at, entry.at + quorum.LAPSES_AFTER) if at > instant]
    return min(changes)
