"""How far the explorations go: in every run of the tests, and in `make model`.

Two explorations have every fault of the network and of machines at once; the others go further in one direction.
docs/one-pen.md tells their figures, and what is not explored.
"""

from collections.abc import Mapping
from typing import Final

from enforcement.rules.task_log import EventType
from tests.model.world import NO_FAULTS, Bounds

LONGEST: Final = (
    EventType.DISPATCHED,
    EventType.RECEIVED,
    EventType.SIGNED_FOR,
    EventType.STARTED,
    EventType.STEP_RECORDED,
    EventType.FED_BACK,
    EventType.FEEDBACK_REJECTED,
    EventType.STEP_RECORDED,
    EventType.FED_BACK,
    EventType.COMPLETED,
)
"""A life in which every hand-over comes twice but the first."""

THERE_AND_BACK: Final = (*LONGEST[:4], EventType.FED_BACK, EventType.COMPLETED)

NETWORK: Final = NO_FAULTS._replace(losses=2, crashes=2, doubles=2, restores=1)
EVERY: Final = NETWORK._replace(declared=1)

SMALL: Final[Mapping[str, Bounds]] = {
    "all at once": Bounds(log=3, requests=0, faults=EVERY),
    "all but a lost court": Bounds(log=5, requests=0, faults=NETWORK),
    "there and back, all but a lost court": Bounds(log=6, requests=0, line=THERE_AND_BACK, faults=NETWORK),
    "a lost court": Bounds(log=7, requests=1, faults=NO_FAULTS._replace(declared=1)),
    "a whole life": Bounds(log=10, requests=2),
    "a whole life, doubled messages": Bounds(log=10, requests=1, faults=NO_FAULTS._replace(doubles=2)),
    "losses, crashes, expiry": Bounds(log=6, requests=1, faults=NO_FAULTS._replace(losses=1, crashes=1, expiries=1)),
    "refused events, doubled": Bounds(log=5, requests=0, faults=NO_FAULTS._replace(doubles=1, refusals=1)),
    "a restored backup, requests": Bounds(log=5, requests=1, faults=NO_FAULTS._replace(restores=1)),
}
"""In every run of the tests."""

LARGE: Final[Mapping[str, Bounds]] = {
    "all at once": Bounds(log=4, requests=0, faults=EVERY),
    "all but a lost court": Bounds(log=6, requests=0, faults=NETWORK),
    "all but a lost court, requests": Bounds(log=4, requests=1, faults=NETWORK),
    "a lost court": Bounds(log=10, requests=1, faults=NO_FAULTS._replace(declared=1)),
    "a lost court, losses, copies, requests": Bounds(
        log=7, requests=1, faults=NO_FAULTS._replace(declared=1, doubles=2, losses=1)
    ),
    "the longest life, losses, crashes, copies, a restored backup": Bounds(
        log=10,
        requests=0,
        steps=2,
        line=LONGEST,
        faults=NO_FAULTS._replace(losses=1, crashes=1, doubles=1, restores=1),
    ),
    "losses, crashes, expiry": Bounds(log=8, requests=1, faults=NO_FAULTS._replace(losses=2, crashes=2, expiries=1)),
    "refused events, doubled": Bounds(log=6, requests=0, faults=NO_FAULTS._replace(doubles=1, refusals=1)),
    "refused events, losses, crashes": Bounds(
        log=5, requests=0, faults=NO_FAULTS._replace(losses=1, crashes=1, refusals=1)
    ),
    "a restored backup, a refused event, copies": Bounds(
        log=4, requests=0, faults=NO_FAULTS._replace(doubles=1, refusals=1, restores=1)
    ),
}
"""In `make model`, after the small ones."""


def told(bounds: Bounds) -> str:
    """The bounds in one line."""
    faults = bounds.faults
    parts = [
        "2 courts, 1 task",
        f"log {bounds.log}" + (" (one line)" if bounds.line else ""),
        f"{bounds.requests} requests",
        f"{bounds.in_flight} late copies per direction",
        f"{faults.losses} losses",
        f"{faults.crashes} crashes",
        f"{faults.doubles} duplications",
        f"{faults.expiries} expiries",
        f"{faults.refusals} refusals",
        f"{faults.restores} restores",
        f"{faults.declared} declared lost",
    ]
    return ", ".join(parts)
