"""What a court's node holds of supervisions of its tasks (督办标记), as the gateway told it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SupervisionMarkRecord:
    """A supervision: `raised_by` is the superior court, `court` the one that answers it by `respond_by`.

    `ground` and `origin` are codes, perhaps of a newer release. `cleared_at` is when the gateway told of it no longer:
    it was answered, or closed.
    """

    id: UUID
    task_id: UUID
    ground: str
    origin: str
    raised_by: str
    court: str
    respond_by: date
    raised_at: datetime
    cleared_at: datetime | None = None
