"""What each stable code between courts means: in coverage, on the road of messages, in the directory and in key files.

Invariant: every code that federation/ or a task's message can give stands here; a test looks for them in the sources.
"""

from typing import Final

from api.error_codes import Again, Meanings
from federation.ask.status import Reason

_NO, _FIX, _LATER = Again.NO, Again.CORRECTED, Again.LATER

COVERAGE: Final[dict[Reason, Again]] = {
    Reason.TOO_LARGE: _FIX,
    Reason.MALFORMED: _NO,
    Reason.NOT_FOR_THIS_COURT: _NO,
    Reason.UNKNOWN_DIRECTORY: _LATER,
    Reason.UNKNOWN_COURT: _NO,
    Reason.MEMBERSHIP_SUSPENDED: _NO,
    Reason.BAD_SIGNATURE: _NO,
    Reason.STALE: _LATER,
    Reason.EQUIVOCATION: _NO,
    Reason.NO_AGREEMENT: _NO,
    Reason.COURT_RATE_LIMITED: _LATER,
    Reason.CANNOT_OPEN: _LATER,
    Reason.BAD_MANDATE: _NO,
    Reason.PURPOSE_NOT_AGREED: _NO,
    Reason.SECTION_NOT_AGREED: _FIX,
    Reason.RATE_LIMITED: _LATER,
    Reason.PURPOSE_NOT_PERMITTED: _FIX,
    Reason.UNSUPPORTED_FIELD: _FIX,
    Reason.UNSUPPORTED_CONTRACT: _LATER,
    Reason.INTERNAL: _LATER,
    Reason.DEADLINE: _LATER,
    Reason.NO_CONNECTION: _LATER,
    Reason.STREAM_CUT: _LATER,
    Reason.TOO_MANY_FAILURES: _LATER,
    Reason.BAD_RESPONSE: _NO,
    Reason.BAD_ANSWER: _NO,
    Reason.WRONG_SHAPE: _NO,
    Reason.CONTRADICTION: _NO,
    Reason.OTHER: _NO,
}
"""Reasons of a court's silence; their words stand in the schema (`CoverageReason`)."""

REFUSED_AT_ONCE: Final[Meanings] = {
    "MALFORMED_ENVELOPE": (_NO, "400. Not of this wire version's form."),
    "WRONG_KIND": (_NO, "400. A message where a receipt belongs, or the like."),
    "TOO_LARGE": (_NO, "413. Longer than its kind can be."),
    "BAD_SIGNATURE": (_NO, "403. Not the named key's signature."),
    "UNKNOWN_KEY": (_NO, "403. Never listed, of the other use, retired before it was issued, or revoked."),
    "UNKNOWN_COURT": (_NO, "403. The directory lists no such court."),
    "NOT_A_MEMBER": (_NO, "403. The sender has left the zone, or the court addressed has not joined it yet."),
    "NOT_ADDRESSED_HERE": (_NO, "403. The header names another court."),
    "RECEIPT_MISMATCH": (_NO, "403. The receipt answers another message, or another court signed it."),
    "EQUIVOCATION": (_NO, "409. Two different messages bear one number: both are kept, with an alarm."),
    "EXPIRED": (_NO, "410. The message's time is over."),
}
"""Verified bad: not stored, but noted (`refused_envelopes`)."""

NOT_NOW: Final[Meanings] = {
    "CUSTODY": (_LATER, "202. The gateway keeps a copy and goes on trying."),
    "NOT_YET": (_LATER, "202. Stored; something else has to come first."),
    "RESYNCING": (_LATER, "202. Stored; the two courts are still comparing what they hold after a restored backup."),
    "EARLIER_EVENT_MISSING": (_LATER, "202. Stored; an earlier event of the task has not come."),
    "EARLIER_STATEMENT_MISSING": (_LATER, "202. Stored; it names a statement about the task that has not come."),
    "REQUEST_UNKNOWN": (_LATER, "202. Stored; it answers a request that the restored database does not know yet."),
    "HEADS_BEHIND": (
        _LATER,
        "202. Stored; after a restored backup, an event that the peer holds has not come back yet.",
    ),
    "TASK_DISPUTED": (_LATER, "202. Stored; nothing is added to a log that has forked."),
    "BUSY": (_LATER, "202. Stored; somebody was changing the task at the same instant."),
    "UNKNOWN_DIRECTORY_VERSION": (
        _LATER,
        "503. The envelope names a directory version not held here: fetched, then again.",
    ),
    "DIRECTORY_EXPIRED": (_LATER, "503. The directory held here is past its time."),
    "ISSUED_IN_FUTURE": (_LATER, "503. More than five minutes ahead of this clock."),
    "QUEUE_FULL": (_LATER, "503. The gateway holds as much for this sender as it may."),
    "GATEWAY_UNREACHABLE": (_LATER, "The sender's own note: no answer from the gateway."),
    "UNREACHABLE": (_LATER, "The gateway's own note: no answer from the destination."),
}
"""Neither accepted nor refused: the sender goes on by itself; nobody has to do anything."""

SIGNED_REFUSALS: Final[Meanings] = {
    "CANNOT_OPEN": (_LATER, "Encrypted to a revoked or unknown key; the content goes out again as a new message."),
    "NOT_A_MEMBER": (_NO, "To the examiner: a message of no court of the zone (docs/conformance.md)."),
    "UNKNOWN_CONTENT": (_NO, "The box begins with no known kind of content."),
    "MALFORMED_CONTROL": (_NO, "A control message of another form."),
    "PROOF_MISMATCH": (_NO, "What is given back after a restored backup is not proved by the receipt beside it."),
    "MALFORMED_MESSAGE": (_NO, "A task's message of another form."),
    "CONTENT_TOO_LARGE": (_NO, "A statement's content is larger than one message may carry (docs/wire.md)."),
    "UNKNOWN_STATEMENT": (_NO, "A statement of a kind that this release does not know."),
    "AUTHOR_MISMATCH": (_NO, "The statement inside is another court's than the envelope."),
    "SIGNATURE_INVALID": (_NO, "The statement inside is not signed by its author."),
    "TRACK_MISMATCH": (_NO, "The header tells the zone something else than the box tells the court."),
    "COMMITMENT_MISMATCH": (_NO, "The payload is not the one that was signed for."),
    "EARLIER_EVENT_REFUSED": (_NO, "The event continues one that was refused; its author takes both back."),
    "REFUSED_BEFORE": (
        _NO,
        "It was refused before this court's database was restored; its author took it back.",
    ),
    "COURT_NOT_LOST": (_NO, "A task is taken back from a court that the directory does not declare lost."),
    "PEN_TAKEN": (_NO, "The author was declared lost and its task taken back; the event is kept as evidence."),
    "UNKNOWN_EVENT": (_NO, "An event that this release does not know."),
    "UNKNOWN_MATTER": (_NO, "A matter that this release does not know."),
    "CONTENT_MISMATCH": (_NO, "The content is of another matter than the header says."),
    "NOT_ENTRUSTED_HERE": (_NO, "A dispatch that entrusts another court."),
    "WORK_NOT_ACCEPTED": (
        _NO,
        "A step, feedback or conversation that the rules of both courts do not allow; an officer is told so first.",
    ),
    "NOT_A_PARTY": (_NO, "The author, or the next holder, is neither of the task's two courts."),
    "DUPLICATE_OF": (_NO, "The entrusted court has the same matter open already."),
    "MATTER_NOT_AGREED": (_NO, "The agreement in force leaves the matter out."),
    "MEMBERSHIP_SUSPENDED": (_NO, "A court was suspended when the task came."),
    "FORKED": (_NO, "Two events of one court under one number: the task is disputed, both courts are alarmed."),
    "LOADED_NOT_ACCEPTED": (_NO, "LOADED is written by the loader; no court may send it."),
    "LOG_BROKEN": (_NO, "The event does not fit the log."),
    "AUTHOR_NOT_HOLDER": (_NO, "The other court had to write the next event."),
    "EDGE_MISSING": (_NO, "The state table has no such event after the head."),
    "PREVIOUS_MISMATCH": (_NO, "The event continues another log."),
    "STATEMENT_FORKED": (_NO, "Another statement of its author bears the same id."),
    "STATEMENT_NOT_ALLOWED": (_NO, "The author's side may not say this, or not in the state in which it was said."),
    "THING_NOT_OF_TASK": (
        _NO,
        "An objection that only the other court decides, about a thing or measure that is not the task's.",
    ),
    "TOO_MANY_STATEMENTS": (_NO, "Its author has said 500 of such things about the task; what was accepted stays."),
    "UNREADABLE": (_NO, "The sender's own note: the refusal's code cannot be decrypted here."),
}
"""Codes inside a destination's signed REFUSED: final for that message; the officer who acted sees them on the task."""

KEPT_OUT: Final[Meanings] = {
    "MALFORMED_DIRECTORY": (_NO, "It is no directory, or contradicts itself; `part` says where."),
    "THRESHOLD_NOT_REACHED": (_NO, "Too few of those who decide on a document of the directory signed it."),
    "DIRECTORY_ROLLED_BACK": (_NO, "Older than the highest version ever seen: alarm."),
    "DIRECTORY_FORKED": (_NO, "Other content under a version already held: alarm."),
    "KEY_FILE_REFUSED": (_FIX, "`missing`, `exists` (never overwritten), `exposed` (mode is not 0600), `format`."),
    "TOO_LONG": (_FIX, "At the writer: a plaintext over its kind's largest size; never sent."),
}
"""What a program says to its operator, in its log."""
