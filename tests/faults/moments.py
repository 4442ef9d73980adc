"""When processes are killed in the middle of SC-01: which one, in which step, and at which write.

A moment with a `table` comes when some transaction wants to write to that table: the test holds the table from the
beginning of the step, kills once somebody waits for it, and lets go. So a kill falls on a chosen commit, in every run.
"""

from dataclasses import dataclass
from typing import Final

KAIHUA: Final = "浙0824"
SHEXIAN: Final = "皖1021"
GATEWAY: Final = "gateway"
DATABASE: Final = "database"

_HOME: Final = "node_330824"
_AWAY: Final = "node_341021"


@dataclass(frozen=True, slots=True)
class Moment:
    """One kill. Without a table: `after_s` seconds into the step, 0 being just before it."""

    step: str
    words: str
    database: str = ""
    table: str = ""
    after_s: float = 0.0


MOMENTS: Final[dict[str, tuple[Moment, ...]]] = {
    KAIHUA: (
        Moment("look_up", "its asks are under way", _AWAY, "access_log"),
        Moment("delegate_search", "the message stands in the outbox, no number given", _HOME, "pairs"),
        Moment("take_search", "an event of the other court is being taken in", _HOME, "inbox"),
        Moment("learn_of_the_find", "the find is being written", _HOME, "findings"),
        Moment("delegate_seizure", "its message is in custody, unanswered", _AWAY, "inbox"),
        Moment("seize", "80 ms into the step", after_s=0.08),
        Moment("serve_notice", "the registry's receipt is being written", _HOME, "assistance_receipts"),
        Moment("pay_and_settle", "the payment stands, the settlement is being written", _HOME, "settlements"),
        Moment("confirm", "the last event is being written", _HOME, "task_events"),
    ),
    GATEWAY: (
        Moment("find_out_whom_to_ask", "before it is asked"),
        Moment("look_up", "asks are under way", _AWAY, "access_log"),
        Moment("delegate_search", "a message is in custody, unanswered", _AWAY, "inbox"),
        Moment("take_search", "the destination accepted, the answer is not kept yet", GATEWAY, "track_events"),
        Moment("learn_of_the_find", "120 ms into the step", after_s=0.12),
        Moment("delegate_seizure", "a message is being taken into custody", GATEWAY, "carried_messages"),
        Moment("seize", "before the step"),
        Moment("serve_notice", "the registry's receipt is in custody", _HOME, "inbox"),
        Moment("confirm", "the last event is in custody", _AWAY, "task_events"),
    ),
    SHEXIAN: (
        Moment("look_up", "it is answering an ask", _AWAY, "access_log"),
        Moment("delegate_search", "the task is being written", _AWAY, "tasks"),
        Moment("take_search", "its event stands in the outbox, no number given", _AWAY, "pairs"),
        Moment("search", "the find is being written", _AWAY, "findings"),
        Moment("learn_of_the_find", "its feedback is being queued", _AWAY, "outbox"),
        Moment("seize", "the handling step is being written", _AWAY, "task_events"),
        Moment(
            "serve_notice", "the registry has registered, the receipt is being written", _AWAY, "assistance_receipts"
        ),
        Moment("feed_back_seizure", "before the step"),
        Moment("confirm", "the last event is being taken in", _AWAY, "inbox"),
    ),
    DATABASE: (
        Moment("look_up", "asks are under way", _AWAY, "access_log"),
        Moment("delegate_search", "a message is in custody, unanswered", _AWAY, "inbox"),
        Moment("take_search", "150 ms into the step", after_s=0.15),
        Moment("search", "the find is being written", _AWAY, "findings"),
        Moment("learn_of_the_find", "the feedback's find is being written", _HOME, "findings"),
        Moment(
            "serve_notice", "the registry has registered, the receipt is being written", _AWAY, "assistance_receipts"
        ),
        Moment("pay_and_settle", "the payment stands, the settlement is being written", _HOME, "settlements"),
        Moment("confirm", "the destination accepted, the gateway keeps the answer", GATEWAY, "track_events"),
    ),
}
