"""How far the explorations go: in every run of the tests, and in `make model`.

All faults at once are more than a machine holds, so each exploration has its own; docs/one-pen.md says which are never
explored together.
"""

from collections.abc import Mapping
from typing import Final

from tests.model.world import NO_FAULTS, Bounds

SMALL: Final[Mapping[str, Bounds]] = {
    "a whole life": Bounds(log=10, requests=2),
    "doubled messages": Bounds(log=7, requests=1, faults=NO_FAULTS._replace(doubles=2)),
    "lost messages, crashes, expiry": Bounds(log=6, requests=1, faults=NO_FAULTS._replace(drops=2, expiries=1)),
    "refused events, doubled": Bounds(log=5, requests=0, faults=NO_FAULTS._replace(doubles=1, refusals=1)),
    "a restored backup": Bounds(log=5, requests=1, faults=NO_FAULTS._replace(restores=1)),
    "a restored backup, losses, crashes": Bounds(log=5, requests=0, faults=NO_FAULTS._replace(drops=1, restores=1)),
}
"""In every run of the tests."""

LARGE: Final[Mapping[str, Bounds]] = {
    "a whole life, doubled messages": Bounds(log=10, requests=1, faults=NO_FAULTS._replace(doubles=2)),
    "lost messages, crashes, expiry": Bounds(log=6, requests=1, faults=NO_FAULTS._replace(drops=4, expiries=1)),
    "refused events, doubled": Bounds(log=6, requests=0, faults=NO_FAULTS._replace(doubles=1, refusals=1)),
    "refused events, losses, crashes": Bounds(log=5, requests=0, faults=NO_FAULTS._replace(drops=1, refusals=1)),
    "a restored backup, a refused event": Bounds(log=4, requests=0, faults=NO_FAULTS._replace(refusals=1, restores=1)),
    "a restored backup, all else": Bounds(log=6, requests=0, faults=NO_FAULTS._replace(drops=1, doubles=1, restores=1)),
}
"""In `make model`, after the small ones."""


def told(bounds: Bounds) -> str:
    """The bounds in one line."""
    faults = bounds.faults
    parts = [
        "2 courts, 1 task",
        f"log {bounds.log}",
        f"{bounds.requests} requests",
        f"{bounds.in_flight} late copies per direction",
        f"{faults.drops} losses or crashes",
        f"{faults.doubles} duplications",
        f"{faults.expiries} expiries",
        f"{faults.refusals} refusals",
        f"{faults.restores} restores",
    ]
    return ", ".join(parts)
