"""When a clue (线索) has to be verified.

Source: 执行财产调查规定 art. 2: a specific clue within seven days, within three where the matter is urgent.
"""

from datetime import date, datetime

from db.clock import civil_date
from db.records.clues import ClueUrgency
from enforcement.rules.deadlines import Term, WorkCalendar


def due_on(
    submitted_at: datetime,
    urgency: ClueUrgency,
    *,
    specific_days: int,
    urgent_days: int,
    calendar: WorkCalendar | None = None,
) -> date | None:
    """The last day; None for a clue that names nothing that could be looked for."""
    days = {ClueUrgency.SPECIFIC: specific_days, ClueUrgency.URGENT: urgent_days}.get(urgency)
    if days is None:
        return None
    return (calendar or WorkCalendar()).due(civil_date(submitted_at), Term(days))
