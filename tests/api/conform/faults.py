"""Nodes that are wrong in one thing each: what is changed in our own node, and which checks must see it.

A fault changes the node's modules, never the kit's: the kit calls federation.wire and federation.graph by itself.
Long, because it is one table.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import orjson
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import api.ask_endpoints
import schema.engine
from api.bounded_http import BoundedHttp
from db import answers
from db import inbox as inbox_rows
from federation.ask import admission, checks, content, examining, mandate
from federation.ask.content import Answer
from federation.ask.refusing import Refused, Rejected
from federation.ask.status import Reason, Status
from federation.delivery import checks as road_checks
from federation.delivery import inbox
from federation.directory.directory import Directory
from federation.graph.selection import MalformedSelection
from federation.graph.skew import is_spoken
from federation.wire import decryption, encryption, envelope, framing, header, padding
from federation.wire.decryption import generate_box
from federation.wire.envelope import Envelope
from federation.wire.errors import CannotOpen
from federation.wire.header import Header
from federation.wire.signing import SigningKey, generate_signing
from federation.wire.suites import suite
from schema import part_documents
from tests.api.conform.applicant import Applicant

Patch = pytest.MonkeyPatch
Lie = Callable[[str, int, bytes], tuple[int, bytes]]
_DAY = timedelta(days=1)


class Liar:
    """Stands before the node and says something else than it does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.lie: Lie | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.lie is None or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said: list[Message] = []

        async def keep(message: Message) -> None:
            said.append(message)

        await self._app(scope, receive, keep)
        if not said:  # the other end has left
            return
        body = b"".join(message.get("body", b"") for message in said)
        status, body = self.lie(scope["path"], said[0]["status"], body)
        headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/octet-stream")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@dataclass(frozen=True)
class Subject:
    """The node that is made wrong."""

    made: Applicant
    liar: Liar


@dataclass(frozen=True)
class Fault:
    """What is wrong, and the checks that must say so: these and no others."""

    commit: Callable[[Subject, Patch], Any]
    seen_by: frozenset[str]


FAULTS: dict[str, Fault] = {}


def fault(name: str, *seen_by: str) -> Callable[[Callable[[Subject, Patch], Any]], None]:
    def add(commit: Callable[[Subject, Patch], Any]) -> None:
        FAULTS[name] = Fault(commit, frozenset(seen_by))

    return add


def without(patch: Patch, *steps: str) -> None:
    """The admission list without these steps."""
    for name in ("PROVING", "ADMITTING"):
        kept = tuple(step for step in getattr(admission, name) if step.__name__ not in steps)
        patch.setattr(admission, name, kept)


def accepting(path: str, code: str, status: int = 200) -> Callable[[Subject, Patch], None]:
    """Where the node refuses with `code`, it is told that all is well."""

    def commit(subject: Subject, _: Patch) -> None:
        told = json.dumps({"code": code}, separators=(",", ":")).encode()
        subject.liar.lie = lambda at, said, body: (status, b"{}") if at == path and body == told else (said, body)

    return commit


def reading(fix: Callable[[bytes], bytes], *, sizes: bool = True) -> Callable[[Subject, Patch], None]:
    """A lenient reader of asks: the header is read as if `fix` had been sent."""

    def parse(raw: bytes) -> Envelope:
        head, box, signature = framing.split(raw, 3)
        decoded = header.decode(fix(head))
        suite(decoded.suite)
        if sizes and len(box) - 48 not in padding.SIZES["ask"]:
            return envelope.parse(raw)
        return Envelope(decoded, head, box, signature, raw)

    def commit(_: Subject, patch: Patch) -> None:
        patch.setattr(checks, "envelope", SimpleNamespace(parse=parse, MAX_ASK=envelope.MAX_ASK))

    return commit


# The contract ---------------------------------------------------------------------------------------------------------


def publishing(change: Callable[[str], str]) -> Callable[[Subject, Patch], None]:
    def lie(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (status, change(body.decode()).encode()) if path == "/schema.graphql" else (status, body)

    def commit(subject: Subject, _: Patch) -> None:
        subject.liar.lie = lie

    return commit


fault("publishes no schema", "SCHEMA", "CONTRACT")(publishing(lambda _: "type {"))
fault("drops a field", "CONTRACT")(
    publishing(lambda sdl: sdl.replace("terminatedCaseCount: BigInt!", "otherCount: BigInt!"))
)
fault("changes a type", "CONTRACT")(
    publishing(lambda sdl: sdl.replace("terminatedCaseCount: BigInt!", "terminatedCaseCount: String!"))
)


# Asks: before the sender is proved ------------------------------------------------------------------------------------

fault("takes an ask of any length", "ASK_TOO_LARGE")(lambda _, patch: without(patch, "check_size"))


@fault("falls over what is no envelope", "ASK_NO_ENVELOPE", "ASK_UNKNOWN_FIELD", "ASK_DOUBLED_FIELD",
       "ASK_WIRE_VERSION", "ASK_SUITE", "ASK_BOX_SIZE")  # fmt: skip
def _(_: Subject, patch: Patch) -> None:
    async def check_header(arrival: Any) -> None:
        arrival.envelope = envelope.parse(arrival.raw)
        if arrival.header.kind != "ask":
            raise Rejected(Reason.MALFORMED)
        if arrival.header.to != arrival.court.code:
            raise Rejected(Reason.NOT_FOR_THIS_COURT)

    steps = tuple(check_header if s.__name__ == "check_header" else s for s in checks.PROVING)
    patch.setattr(admission, "PROVING", steps)


fault("overlooks an unknown field", "ASK_UNKNOWN_FIELD")(reading(lambda head: head.replace(b'{"w":1,', b"{")))
fault("takes the last of two fields", "ASK_DOUBLED_FIELD")(
    reading(lambda head: head.replace(b'{"v":1,"v":1', b'{"v":1'))
)
fault("takes any version of the wire", "ASK_WIRE_VERSION")(reading(lambda head: head.replace(b'"v":999', b'"v":1')))
fault("takes any suite", "ASK_SUITE")(reading(lambda head: head.replace(b'"suite":999', b'"suite":1')))
fault("takes a box of any size", "ASK_BOX_SIZE")(reading(bytes, sizes=False))


@fault("takes a message for an ask", "ASK_KIND")
def _(_: Subject, patch: Patch) -> None:
    def parse(raw: bytes) -> Envelope:
        found = envelope.parse(raw)
        asked = msgspec.structs.replace(found.header, kind="ask")
        return Envelope(asked, found.header_bytes, found.box, found.signature, raw)

    patch.setattr(checks, "envelope", SimpleNamespace(parse=parse, MAX_ASK=envelope.MAX_ASK))


@fault("takes what is for others", "ASK_OTHER_RECIPIENT", "ASK_READDRESSED")
def _(subject: Subject, patch: Patch) -> None:
    def parse(raw: bytes) -> Envelope:
        found = envelope.parse(raw)
        asked = msgspec.structs.replace(found.header, to=subject.made.keys.court)
        return Envelope(asked, found.header_bytes, found.box, found.signature, raw)

    patch.setattr(checks, "envelope", SimpleNamespace(parse=parse, MAX_ASK=envelope.MAX_ASK))


fault("takes a directory that nobody has", "ASK_UNKNOWN_DIRECTORY")(
    lambda _, patch: patch.setattr(Directory, "at", lambda directory, _version: directory.current())
)
fault("asks nobody who they are", "ASK_UNKNOWN_COURT")(lambda _, patch: without(patch, "check_member_state"))
fault(
    "accepts a bad signature",
    "ASK_TAMPERED",
    "ASK_HEADER_TAMPERED",
    "ASK_UNKNOWN_KEY",
    "ASK_FORGED",
    "ASK_UNKNOWN_DIRECTORY",
)(lambda _, patch: without(patch, "check_signature"))
fault("accepts everybody", "ASK_UNKNOWN_COURT", "ASK_IN_A_MEMBERS_NAME", "ASK_TAMPERED", "ASK_HEADER_TAMPERED",
      "ASK_UNKNOWN_KEY", "ASK_FORGED", "ASK_UNKNOWN_DIRECTORY")(
    lambda _, patch: without(patch, "check_member_state", "check_signature")
)  # fmt: skip


# Asks: after it -------------------------------------------------------------------------------------------------------

fault("answers stale asks", "ASK_STALE", "ASK_FROM_THE_FUTURE", "ASK_EXPIRED")(
    lambda _, patch: without(patch, "check_freshness")
)


@fault("answers a replay anew", "ASK_AGAIN", "ASK_EQUIVOCATION")
def _(_: Subject, patch: Patch) -> None:
    async def forget(*_: Any) -> None:
        """Nothing is kept."""

    without(patch, "check_replay")
    patch.setattr(admission, "answers", SimpleNamespace(lock=answers.lock, add=forget))


@fault("gives one answer to two asks", "ASK_EQUIVOCATION")
def _(_: Subject, patch: Patch) -> None:
    async def check_replay(arrival: Any, conn: Any) -> None:
        arrival.stored = await answers.find(conn, arrival.header.sender, arrival.header.id)

    steps = tuple(check_replay if s.__name__ == "check_replay" else s for s in checks.ADMITTING)
    patch.setattr(admission, "ADMITTING", steps)


@fault("falls over a box that it cannot open", "ASK_CANNOT_OPEN", "ASK_PADDING", "ASK_NO_CONTENT")
def _(_: Subject, patch: Patch) -> None:
    async def check_box(arrival: Any, _: Any) -> None:
        arrival.ask = content.decode_ask(decryption.decrypt(arrival.envelope, arrival.court.box))
        if not is_spoken(arrival.court.contract, arrival.ask.contract):
            raise Refused(Reason.UNSUPPORTED_CONTRACT, Status.UNSUPPORTED)

    steps = tuple(check_box if s.__name__ == "check_box" else s for s in checks.ADMITTING)
    patch.setattr(admission, "ADMITTING", steps)


@fault("overlooks the padding of asks", "ASK_PADDING")
def _(_: Subject, patch: Patch) -> None:
    def decrypt(found: Envelope, key: Any) -> bytes:
        try:
            return decryption.decrypt(found, key)
        except CannotOpen:
            inside = decryption.DECRYPT[1](key.private, found.box, found.header_bytes)
            return inside[4 : 4 + int.from_bytes(inside[:4])]

    patch.setattr(checks, "decryption", SimpleNamespace(decrypt=decrypt))


fault("speaks any contract", "ASK_CONTRACT")(lambda _, patch: patch.setattr(checks, "is_spoken", lambda *_: True))


# Mandates and selections ----------------------------------------------------------------------------------------------


@fault("falls over a missing mandate", "MANDATE_MISSING", "MANDATE_FORGED", "MANDATE_OF_A_MEMBER")
def _(_: Subject, patch: Patch) -> None:
    def open_signed(raw: bytes, verify: Any) -> mandate.Mandate:
        try:
            return mandate.open_signed(raw, verify)
        except mandate.BadMandate:
            raise RuntimeError from None

    patch.setattr(checks, "mandate", _mandates(open_signed=open_signed))


def _mandates(**changes: Any) -> SimpleNamespace:
    own = {name: getattr(mandate, name) for name in ("open_signed", "check_binding", "BadMandate")}
    return SimpleNamespace(**(own | changes))


def _unverified(raw: bytes, _: Any) -> mandate.Mandate:
    return mandate.open_signed(raw, lambda _: None)


fault("believes every mandate", "MANDATE_FORGED")(
    lambda _, patch: patch.setattr(checks, "mandate", _mandates(open_signed=_unverified))
)
fault("takes a mandate for any ask", "MANDATE_OTHER_COURT", "MANDATE_OTHER_SELECTION", "MANDATE_EXPIRED")(
    lambda _, patch: patch.setattr(checks, "mandate", _mandates(check_binding=lambda *_, **__: None))
)


@fault("answers the examiner about others", "MANDATE_OTHER_PERSON", "MANDATE_OTHER_CASE", "MANDATE_OTHER_OFFICER")
def _(_: Subject, patch: Patch) -> None:
    patch.setattr(examining, "is_sample", lambda _: True)


@fault("believes a member's mandate of the examiner", "MANDATE_FORGED", "MANDATE_OF_A_MEMBER", "MANDATE_OTHER_COURT",
       "MANDATE_OTHER_SELECTION", "MANDATE_EXPIRED")  # fmt: skip
def _(_: Subject, patch: Patch) -> None:
    changes = {"open_signed": _unverified, "check_binding": lambda *_, **__: None}
    patch.setattr(checks, "mandate", _mandates(**changes))
    patch.setattr(api.ask_endpoints, "check_admitted", lambda *_: None)


@fault("agrees with the examiner on everything", "PURPOSE_NOT_AGREED", "SECTION_NOT_AGREED")
def _(_: Subject, patch: Patch) -> None:
    agreed = examining.agreement

    def agreement(asked: str, on: Any) -> Any:
        wide = {"purposes": ["PROPERTY_INVESTIGATION", "WHEREABOUTS"], "sections": ["CASES", "WHEREABOUTS"]}
        return msgspec.structs.replace(agreed(asked, on), **wide)

    patch.setattr(examining, "agreement", agreement)


@fault("executes what is not valid", "SELECTION_INTROSPECTION", "SELECTION_FEDERATED")
def _(_: Subject, patch: Patch) -> None:
    patch.setattr(part_documents, "validate", lambda *_, **__: [])


@fault("falls over other root fields", "SELECTION_OTHER_ROOT")
def _(_: Subject, patch: Patch) -> None:
    known = part_documents.document

    def document(stated: Any, executable: Any, field: str, text: str) -> Any:
        assert field in stated.answers
        return known(stated, executable, field, text)

    patch.setattr(schema.engine, "document", document)


@fault("falls over a selection that is none", "SELECTION_OPERATION", "SELECTION_SECOND_ROOT", "SELECTION_VARIABLES",
       "SELECTION_TOO_DEEP", "SELECTION_TOO_WIDE", "SELECTION_CYCLE")  # fmt: skip
def _(_: Subject, patch: Patch) -> None:
    known = part_documents.document

    def document(*given: Any) -> Any:
        try:
            return known(*given)
        except MalformedSelection:
            raise RuntimeError from None

    patch.setattr(schema.engine, "document", document)


fault("lets the asker say what the mandate says", "ARGUMENT_OF_THE_MANDATE")(
    lambda _, patch: patch.setattr(schema.engine.Engine, "_takes", lambda *_: True)
)


# Messages -------------------------------------------------------------------------------------------------------------

_MESSAGES, _RECEIPTS = "/federation/messages", "/federation/receipts"
for _code, _check, *_others in (
    ("TOO_LARGE", "MESSAGE_TOO_LARGE", "LIMITS_BODIES"),
    ("MALFORMED_ENVELOPE", "MESSAGE_NO_ENVELOPE", "MESSAGE_EPOCH"),
    ("WRONG_KIND", "MESSAGE_KIND"),
    ("NOT_ADDRESSED_HERE", "MESSAGE_OTHER_RECIPIENT"),
    ("ISSUED_IN_FUTURE", "MESSAGE_FROM_THE_FUTURE"),
):
    fault(f"takes a message that is {_code}", _check, *_others)(accepting(_MESSAGES, _code))
fault("takes a receipt for nothing", "RECEIPT_FOR_NOTHING")(accepting(_RECEIPTS, "UNKNOWN_COURT"))
fault("lets clocks run ahead", "MESSAGE_FROM_THE_FUTURE")(
    lambda _, patch: patch.setattr(road_checks, "FUTURE_TOLERANCE", _DAY)
)


@fault("verifies nothing of messages", "MESSAGE_TAMPERED", "MESSAGE_FORGED", "MESSAGE_UNKNOWN_KEY",
       "MESSAGE_UNKNOWN_COURT", "MESSAGE_IN_A_MEMBERS_NAME")  # fmt: skip
def _(_: Subject, patch: Patch) -> None:
    known = road_checks.genuine

    async def genuine(raw: bytes, kind: Any, *, directory: Any, **more: Any) -> Envelope:
        trusting = SimpleNamespace(verify=lambda _: None, fresh=directory.fresh, current=directory.current)
        return await known(raw, kind, directory=trusting, **more)  # type: ignore[arg-type]

    patch.setattr(road_checks, "genuine", genuine)


@fault("keeps no time of messages", "MESSAGE_EXPIRED")
def _(_: Subject, patch: Patch) -> None:
    async def close(intake: Any, message: Envelope, digest: str) -> bytes:
        signed: bytes = intake.sign(message.header, digest, "REFUSED", "NOT_A_MEMBER")
        return signed

    patch.setattr(inbox, "_close_expired_unseen", close)


fault("takes a box for what it is not", "MESSAGE_CANNOT_OPEN")(
    lambda _, patch: patch.setattr(inbox, "_open", lambda *_: b"\x00")
)


@fault("applies the examiner's messages", "MESSAGE_OF_NO_MEMBER", "MESSAGE_CONTROL", "MESSAGE_AGAIN")
def _(_: Subject, patch: Patch) -> None:
    patch.setattr(inbox, "EXAMINER", "")
    patch.setattr("federation.delivery.inbox.rules.is_over", lambda *_: False)  # the examiner's lives come in no order


@fault("signs every receipt anew", "MESSAGE_AGAIN", "MESSAGE_EQUIVOCATION")
def _(_: Subject, patch: Patch) -> None:
    known = inbox._take_in

    async def take_in(intake: Any, message: Envelope) -> Any:
        row = await inbox_rows.find(intake.conn, message.header.sender, message.header.id)
        digest = envelope.digest(message.raw)
        if row is not None and row.digest == digest and row.receipt is not None:
            return intake.sign(message.header, digest, "REFUSED", "NOT_A_MEMBER")
        return await known(intake, message)

    patch.setattr(inbox, "_take_in", take_in)


@fault("gives one receipt to two messages", "MESSAGE_EQUIVOCATION")
def _(_: Subject, patch: Patch) -> None:
    async def refuse(intake: Any, message: Envelope, _digest: str) -> Any:
        row = await inbox_rows.find(intake.conn, message.header.sender, message.header.id)
        assert row is not None
        return row.receipt

    patch.setattr(inbox, "_refuse_other_bytes", refuse)


# Answers --------------------------------------------------------------------------------------------------------------

_WHOLE_ANSWERS = ("ANSWER", "ANSWER_SHAPE", "ASK_AGAIN")
_SIGNED_REFUSALS = (
    "ASK_STALE", "ASK_FROM_THE_FUTURE", "ASK_EXPIRED", "ASK_CANNOT_OPEN", "ASK_PADDING", "ASK_NO_CONTENT",
    "ASK_CONTRACT", "ASK_EQUIVOCATION", "MANDATE_MISSING", "MANDATE_FORGED", "MANDATE_OF_A_MEMBER",
    "MANDATE_OTHER_COURT", "MANDATE_OTHER_SELECTION", "MANDATE_EXPIRED", "MANDATE_OTHER_PERSON", "MANDATE_OTHER_CASE",
    "MANDATE_OTHER_OFFICER", "PURPOSE_NOT_AGREED", "SECTION_NOT_AGREED", "SELECTION_INTROSPECTION",
    "SELECTION_FEDERATED", "SELECTION_OTHER_ROOT", "SELECTION_OPERATION", "SELECTION_SECOND_ROOT",
    "SELECTION_VARIABLES", "SELECTION_TOO_DEEP", "SELECTION_TOO_WIDE", "SELECTION_CYCLE", "ARGUMENT_OF_THE_MANDATE",
)  # fmt: skip
_ALL_ANSWERS = (*_WHOLE_ANSWERS, "ANSWER_PROFILE", *_SIGNED_REFUSALS)


def writing(write: Callable[..., bytes]) -> Callable[[Subject, Patch], None]:
    return lambda _, patch: patch.setattr(admission, "encryption", SimpleNamespace(write=write))


def _by_another(head: Header, plaintext: bytes, *, recipient: Any, signer: SigningKey) -> bytes:
    return encryption.write(
        head, plaintext, recipient=recipient, signer=SigningKey(signer.id, generate_signing().private)
    )


def _to_another(head: Header, plaintext: bytes, *, recipient: Any, signer: SigningKey) -> bytes:
    return encryption.write(head, plaintext, recipient=generate_box().public, signer=signer)


def _in_clear(_: Header, plaintext: bytes, **__: Any) -> bytes:
    return plaintext


def _padded(inside: Callable[[bytes], bytes]) -> Callable[..., bytes]:
    def write(head: Header, plaintext: bytes, *, recipient: Any, signer: SigningKey) -> bytes:
        head_bytes = header.encode(head)
        box = suite(1).encrypt(recipient, inside(plaintext), head_bytes)
        return framing.join(head_bytes, box, signer.sign(envelope.signed_bytes(head_bytes, box)))

    return write


def _with_a_fill(plaintext: bytes) -> bytes:
    return padding.pad("answer", plaintext)[:-1] + b"\1"


fault(
    "lets another key sign its answers", *_ALL_ANSWERS, "ANSWER_SIGNED", "ANSWER_ENCRYPTED", "ANSWER_PADDED", "CLOCK"
)(writing(_by_another))
fault("encrypts to another court", *_ALL_ANSWERS, "ANSWER_ENCRYPTED")(writing(_to_another))
fault("answers in clear", *_ALL_ANSWERS, "ANSWER_SIGNED", "ANSWER_ENCRYPTED", "ANSWER_PADDED", "CLOCK")(
    writing(_in_clear)
)
fault("fills with what is not zero", *_ALL_ANSWERS, "ANSWER_PADDED")(writing(_padded(_with_a_fill)))
fault("pads to any length", *_ALL_ANSWERS, "ANSWER_PADDED", "ANSWER_SIGNED", "ANSWER_ENCRYPTED", "CLOCK")(
    writing(_padded(lambda plaintext: len(plaintext).to_bytes(4) + plaintext))
)


@fault("does not know the examiner", *_WHOLE_ANSWERS, "ANSWER_PROFILE", "SELECTION_INTROSPECTION",
       "SELECTION_FEDERATED", "SELECTION_OTHER_ROOT", "SELECTION_OPERATION", "SELECTION_SECOND_ROOT",
       "SELECTION_VARIABLES", "SELECTION_TOO_DEEP", "SELECTION_TOO_WIDE", "SELECTION_CYCLE", "ARGUMENT_OF_THE_MANDATE",
       "PURPOSE_NOT_AGREED", "SECTION_NOT_AGREED")  # fmt: skip
def _(_: Subject, patch: Patch) -> None:
    patch.setattr(examining, "is_sample", lambda _: False)


def finding(**changes: Any) -> Callable[[Subject, Patch], None]:
    """Every part is changed before it is encrypted."""

    def encode(answer: Any) -> bytes:
        if isinstance(answer, Answer) and answer.status is Status.EMPTY:
            answer = msgspec.structs.replace(answer, **changes)
        return content.encode(answer)

    return lambda _, patch: patch.setattr(admission, "content", SimpleNamespace(encode=encode))


fault("knows the sample person", *_WHOLE_ANSWERS, "ANSWER_PROFILE")(finding(status=Status.ANSWERED, rows=1))


@fault("leaves out a key", "ANSWER_SHAPE", "ANSWER_PROFILE")
def _(_: Subject, patch: Patch) -> None:
    def dumps(part: dict[str, Any]) -> bytes:
        return orjson.dumps({key: value for key, value in part.items() if key != "asOf"})

    patch.setattr(schema.engine, "orjson", SimpleNamespace(dumps=dumps))


@fault("leaves out a section", "ANSWER_PROFILE")
def _(_: Subject, patch: Patch) -> None:
    def dumps(part: dict[str, Any]) -> bytes:
        return orjson.dumps({key: value for key, value in part.items() if key != "cases"})

    patch.setattr(schema.engine, "orjson", SimpleNamespace(dumps=dumps))


@fault("signs with a clock of its own", "CLOCK")
def _(_: Subject, patch: Patch) -> None:
    def write(head: Header, plaintext: bytes, **more: Any) -> bytes:
        ahead = timedelta(minutes=6)
        late = msgspec.structs.replace(head, issued=head.issued + ahead, expires=head.expires + ahead)
        return encryption.write(late, plaintext, **more)

    patch.setattr(admission, "encryption", SimpleNamespace(write=write))


# Limits ---------------------------------------------------------------------------------------------------------------


@fault("falls over bombs", "LIMITS_DOCUMENTS", "LIMITS_BODIES")
def _(subject: Subject, _: Patch) -> None:
    subject.liar.lie = lambda path, status, body: (500, b"") if path == "/graphql" else (status, body)


@fault("executes for nobody", "LIMITS_DOCUMENTS", "LIMITS_BODIES")
def _(subject: Subject, _: Patch) -> None:
    subject.liar.lie = lambda path, status, body: (200, b"{}") if path == "/graphql" else (status, body)


@fault("falls over what is no HTTP", "LIMITS_HTTP")
def _(_: Subject, patch: Patch) -> None:
    def send(protocol: Any, _: str) -> None:
        protocol.transport.write(b"HTTP/1.1 500 Internal Server Error\r\n\r\n")
        protocol.transport.close()

    patch.setattr(BoundedHttp, "send_400_response", send)


@fault("waits for all of a body", "LIMITS_BODIES", "LIMITS_SLOW_BODY", "ASK_TOO_LARGE")
def _(_: Subject, patch: Patch) -> None:
    async def read_body(request: Any, limit_bytes: int) -> tuple[bytes, bool]:
        return (await request.body())[: limit_bytes - 1], True

    patch.setattr(api.ask_endpoints, "read_body", read_body)
    patch.setattr(BoundedHttp, "_body_is_late", lambda _: None)


fault("waits for a head", "LIMITS_SLOW_HEAD")(
    lambda _, patch: patch.setattr(BoundedHttp, "_head_is_late", lambda _: None)
)
fault("waits for a body", "LIMITS_SLOW_BODY")(
    lambda _, patch: patch.setattr(BoundedHttp, "_body_is_late", lambda _: None)
)
fault("takes anybody for the gateway", "CLEAR_FORGED")(accepting("/federation/clear", "BAD_SIGNATURE"))
fault("takes rubbish from the gateway", "CLEAR_MALFORMED")(accepting("/federation/clear", "MALFORMED"))
