"""What a court counts over its own tables for the whole zone. Nothing here names a person, a case or an asset."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountyCounts:
    """One county as the records of one court know it."""

    division: str
    open_cases: int
    assets: int
    open_tasks: int


@dataclass(frozen=True, slots=True)
class PairCounts:
    """The tasks that this court sent to `entrusted_court` in a period: how many, and what became of them."""

    entrusted_court: str
    dispatched: int
    signed_for: int
    signed_for_in_time: int
    completed: int
    completed_in_time: int
    returned: int
    handled: int
    handling_minutes: int
