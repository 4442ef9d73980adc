"""Which days China does not work on: data, replaced each autumn when the State Council announces the next year.

Source: 国办发明电〔2024〕12号 (2025); the State Council's notice of 4 November 2025 (2026); 2027 is not announced yet:
the statutory days of 全国年节及纪念日放假办法 (2024 rev.) alone.
"""

from datetime import date, timedelta
from typing import Final


def _span(first: date, last: date) -> frozenset[date]:
    return frozenset(first + timedelta(days=n) for n in range((last - first).days + 1))


DAYS_OFF: Final = frozenset().union(
    _span(date(2025, 1, 1), date(2025, 1, 1)),
    _span(date(2025, 1, 28), date(2025, 2, 4)),
    _span(date(2025, 4, 4), date(2025, 4, 6)),
    _span(date(2025, 5, 1), date(2025, 5, 5)),
    _span(date(2025, 5, 31), date(2025, 6, 2)),
    _span(date(2025, 10, 1), date(2025, 10, 8)),
    _span(date(2026, 1, 1), date(2026, 1, 3)),
    _span(date(2026, 2, 15), date(2026, 2, 23)),
    _span(date(2026, 4, 4), date(2026, 4, 6)),
    _span(date(2026, 5, 1), date(2026, 5, 5)),
    _span(date(2026, 6, 19), date(2026, 6, 21)),
    _span(date(2026, 9, 25), date(2026, 9, 27)),
    _span(date(2026, 10, 1), date(2026, 10, 7)),
    _span(date(2027, 1, 1), date(2027, 1, 1)),
    _span(date(2027, 2, 5), date(2027, 2, 8)),
    _span(date(2027, 4, 5), date(2027, 4, 5)),
    _span(date(2027, 5, 1), date(2027, 5, 2)),
    _span(date(2027, 6, 9), date(2027, 6, 9)),
    _span(date(2027, 9, 15), date(2027, 9, 15)),
    _span(date(2027, 10, 1), date(2027, 10, 3)),
)

WORKED_WEEKENDS: Final = frozenset(
    {
        date(2025, 1, 26),
        date(2025, 2, 8),
        date(2025, 4, 27),
        date(2025, 9, 28),
        date(2025, 10, 11),
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    }
)
"""Saturdays and Sundays worked in exchange (调休上班)."""
