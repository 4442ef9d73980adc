"""When two courts have spoken about a task: what asking for papers and sending back look for.

Source: courts' own rules of delegated matters: no supplement is asked for, and nothing is returned, before the courts
communicated. That a note which came through counts as well as a telephone call is practice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from enforcement.rules.handling import CLOCKS
from enforcement.rules.statements import StatementKind

CONVERSATION: Final = (StatementKind.NOTE, StatementKind.CALL_RECORD)
"""What the two handlers say to each other."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A statement of the conversation: when it was said, or the call was, and whether it came through."""

    id: UUID
    kind: StatementKind
    at: datetime
    came_through: bool  # the other court's, or an own one whose signed receipt is here


def is_communication(spoken: Spoken, received_at: datetime | None) -> bool:
    """Whether the courts communicated by it, since the entrusted one received the task.

    A call is over when it is written down, so that its record counts at once; a note counts once it came through.
    """
    if received_at is not None and spoken.at < received_at - CLOCKS:
        return False
    return spoken.kind is StatementKind.CALL_RECORD or spoken.came_through


def newest(conversation: Iterable[Spoken], received_at: datetime | None) -> Spoken | None:
    """The last communication, or None when there was none."""
    counted = [spoken for spoken in conversation if is_communication(spoken, received_at)]
    return max(counted, key=lambda spoken: (spoken.at, spoken.id), default=None)
