"""Unified standards (统一标准): which kind of value settles which matter. Figures and practices are the provinces' own.

Source: the framework agreement's third head, 统一交叉执行标准; standards differ by province and change with time.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from db.records.zone import StandardMatter, StandardPractice


class ValueKind(StrEnum):
    """What a standard is given in; each is a field of the standard."""

    AMOUNT = "amount"  # CNY; of a month and person
    DAYS = "days"
    PRACTICE = "practice"


_M: Final = StandardMatter
_P: Final = StandardPractice

KINDS: Final[Mapping[StandardMatter, ValueKind]] = MappingProxyType(
    {
        _M.LIVING_COST_MINIMUM: ValueKind.AMOUNT,
        _M.PAYOUT_TERM: ValueKind.DAYS,
        _M.PROVIDENT_FUND_WITHDRAWAL: ValueKind.PRACTICE,
        _M.PRIORITY_OF_FIRST_SEIZURE: ValueKind.PRACTICE,
    }
)

PRACTICES: Final[Mapping[StandardMatter, frozenset[StandardPractice]]] = MappingProxyType(
    {
        _M.PROVIDENT_FUND_WITHDRAWAL: frozenset({_P.WHEN_WITHDRAWABLE, _P.ON_RULING}),
        _M.PRIORITY_OF_FIRST_SEIZURE: frozenset({_P.PRO_RATA, _P.FIRST_SEIZURE_FIRST, _P.FIRST_SEIZURE_LARGER_SHARE}),
    }
)
