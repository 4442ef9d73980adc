"""Asset searches (查控): who says what, and when a question is given up.

Invariant: "nothing found" is only ever a channel's own word; silence is NO_ANSWER.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class SearchControlChannel(StrEnum):
    """查控渠道, recorded on every find."""

    NATIONAL_NETWORK = "NATIONAL_NETWORK"  # 总对总
    PROVINCIAL_NETWORK = "PROVINCIAL_NETWORK"  # 点对点
    COUNTER = "COUNTER"  # 登门临柜
    ONSITE = "ONSITE"  # 现场调查
    ENTRUSTED = "ENTRUSTED"  # 委托
    DEBTOR_REPORT = "DEBTOR_REPORT"  # 财产报告
    CREDITOR_CLUE = "CREDITOR_CLUE"  # 申请人线索
    REWARD_NOTICE = "REWARD_NOTICE"  # 悬赏


class OwnerMatch(StrEnum):
    """Whose an asset is by its registry, compared with whom the search was about. Source: 异议复议规定 art. 25."""

    UNSTATED = "UNSTATED"  # 未载明
    DEBTOR = "DEBTOR"  # 被执行人
    CO_OWNED = "CO_OWNED"  # 共有
    OTHER = "OTHER"  # 他人


MAX_ATTEMPTS: Final = 8
_FIRST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_PAUSE: Final = timedelta(minutes=5)


def pause_after(attempts: int, jitter: float = 1.0) -> timedelta:
    """How long to leave a unit alone after `attempts` tries without an answer: 1 s, doubled, at most 5 min."""
    doubled = _FIRST_PAUSE * (1 << min(attempts - 1, 20))
    return min(doubled, _LONGEST_PAUSE) * jitter


def is_given_up(attempts: int) -> bool:
    """A search may end without an answer; an assistance notice is offered until it is answered."""
    return attempts >= MAX_ATTEMPTS
