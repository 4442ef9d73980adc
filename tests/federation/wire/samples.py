"""Headers of each kind that `encode` accepts, and envelopes made of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from db.ids import new_id
from federation.wire import encryption
from federation.wire.header import Header, Track
from federation.wire.keyfile import NodeKeys

NOW = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
KINDS = ("ask", "answer", "message", "receipt")
DIGEST = "0f" * 32
TRACK = Track(
    task=UUID("4b1c3f5e-8a2d-4c6f-9e10-2233445566aa"),
    seq=1,
    event="DISPATCHED",
    status="DISPATCHED",
    holder="皖1021",
    due_on=date(2025, 7, 15),
    urgent=False,
    matter="SEIZE_VEHICLE",
)


def header(kind: str, **changes: Any) -> Header:
    answers: dict[str, Any] = {"re": new_id(NOW), "re_digest": DIGEST} if kind in {"answer", "receipt"} else {}
    if kind == "receipt":
        answers["outcome"] = "ACCEPTED"
    if kind == "message":
        answers |= {"seq": 1, "track": TRACK}
    base = Header(
        kind=kind,  # type: ignore[arg-type]  # the tests also pass what is no kind
        id=new_id(NOW),
        epoch=1,
        sender="浙0824",
        to="皖1021",
        issued=NOW,
        expires=NOW + timedelta(minutes=5),
        directory=1,
        signing_key="s-1",
        box_key="b-1",
        **answers,
    )
    return msgspec.structs.replace(base, **changes)


def envelope(kind: str, plaintext: bytes, sender: NodeKeys, recipient: NodeKeys, **changes: Any) -> bytes:
    head = header(kind, signing_key=sender.signing.id, box_key=recipient.box.id, **changes)
    return encryption.write(head, plaintext, recipient=recipient.box.public, signer=sender.signing)
