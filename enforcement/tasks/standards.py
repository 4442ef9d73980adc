"""Under which rules a matter is delegated and handled: the law's, and the standard that the zone's courts agreed upon.

Invariant: a standard applies by the civil day of the act, in the province of the court that handles the matter.
"""

from datetime import datetime

from db import held_standards
from db.clock import civil_date
from db.pool import Conn
from db.records.tasks import TaskRecord
from enforcement.rules import task_standards
from enforcement.rules.matter import MatterRules


async def rules_for(conn: Conn, matter: str, entrusted: str, now: datetime) -> MatterRules:
    """The rules that hold now for a matter that `entrusted` handles."""
    today = civil_date(now)
    held = await held_standards.of_matter(conn, matter, on=today)
    return task_standards.rules_with(task_standards.applying(held, matter, entrusted, today))


async def rules_of(conn: Conn, task: TaskRecord, now: datetime) -> MatterRules:
    """The rules that hold now for the task."""
    return await rules_for(conn, task.matter, task.entrusted_court, now)
