"""What a court counts over its own tables for the whole zone. Nothing here names a person, a case or an asset."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountyCounts:
    """One county as the records of one court know it."""

    division: str
    open_cases: int
    assets: int
    open_tasks: int
