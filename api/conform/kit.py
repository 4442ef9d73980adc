"""What every check has at hand: the examined node, the examiner's pen, and ways to ask and to hear.

Invariant: a node's words leave this module as codes and numbers only (api/conform/report.py); what is read of it is
bounded in size and time.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from api.conform import report
from api.conform.forger import Forger
from db.clock import Clock
from federation.ask import content
from federation.ask.content import Answer
from federation.delivery.post import Post, Reply, Unreachable, code_of
from federation.wire import decryption, envelope
from federation.wire.envelope import Envelope
from federation.wire.errors import BadSignature, CannotOpen, MalformedEnvelope

ASKS: Final = "/federation/ask"
MESSAGES: Final = "/federation/messages"
RECEIPTS: Final = "/federation/receipts"
CLEAR: Final = "/federation/clear"
GRAPHQL: Final = "/graphql"
SCHEMA: Final = "/schema.graphql"
ANSWER_S: Final = 5.0
"""How long a node may take for one answer."""
WRONG_PADDING: Final = "200-WRONG_PADDING"
WRONG_SIZE: Final = "200-WRONG_SIZE"
_OK: Final = 200


class NoAnswer(Exception):
    """Nothing whole came in time, or more than may come."""


@dataclass(frozen=True, slots=True)
class Examined:
    """The node of an applicant, as its application says."""

    court: str
    url: str  # checked by api/conform/address.py
    signing: Mapping[str, Ed25519PublicKey]  # by key id
    box_id: str
    box: X25519PublicKey


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: `said` is made of codes and numbers, `answer` is there if it is whole, signed and readable."""

    said: str
    raw: bytes = field(repr=False)
    envelope: Envelope | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Kit:
    """One run's instruments. `member` is an active court of the zone, in whose name nothing may be said."""

    examined: Examined
    forger: Forger
    member: str
    clock: Clock
    session: aiohttp.ClientSession
    post: Post
    token: str | None = None  # of an officer of the court, if the vendor gives one
    tls: ssl.SSLContext | None = None

    async def send(self, path: str, raw: bytes) -> Reply:
        """The reply to a POST. Raises NoAnswer."""
        try:
            return await self.post(self.examined.url + path, raw, timeout_s=ANSWER_S)
        except Unreachable:
            raise NoAnswer from None

    async def ask(self, raw: bytes) -> Answered:
        """What the node answers to an ask. Raises NoAnswer."""
        return self._answered(raw, await self.send(ASKS, raw))

    async def tell(self, raw: bytes) -> Answered:
        """What the node answers to a message. Raises NoAnswer."""
        return self._receipted(raw, await self.send(MESSAGES, raw))

    def _answered(self, raw: bytes, reply: Reply) -> Answered:
        found, said = self._envelope(raw, reply, "answer")
        if found is None:
            return Answered(said, reply.body)
        try:
            answer = content.decode_answer(decryption.decrypt(found, self.forger.face.box))
        except CannotOpen:
            return Answered(self._why_closed(found), reply.body, found)
        except content.MalformedContent:
            return Answered("200-MALFORMED_ANSWER", reply.body, found)
        return Answered(report.words(answer.status.value, answer.code), reply.body, found, answer)

    def _why_closed(self, found: Envelope) -> str:
        """Whether it is the encryption that is wrong, or the padding inside."""
        try:
            decryption.DECRYPT[found.header.suite](self.forger.face.box.private, found.box, found.header_bytes)
        except CannotOpen:
            return "200-CANNOT_OPEN"
        return WRONG_PADDING

    def _receipted(self, raw: bytes, reply: Reply) -> Answered:
        found, said = self._envelope(raw, reply, "receipt")
        if found is None:
            return Answered(said, reply.body)
        try:
            code = msgspec.json.decode(decryption.decrypt(found, self.forger.face.box), type=dict[str, Any])["code"]
        except (CannotOpen, msgspec.MsgspecError, KeyError):
            return Answered("200-CANNOT_OPEN", reply.body, found)
        return Answered(report.words(found.header.outcome, code), reply.body, found)

    def _envelope(self, raw: bytes, reply: Reply, kind: str) -> tuple[Envelope | None, str]:
        """The node's envelope in answer to `raw`; or None, and what is wrong or was said instead."""
        code = code_of(reply)
        if reply.status != _OK:
            return None, report.words(reply.status, None if code.startswith("HTTP_") else code)
        try:
            found = envelope.parse(reply.body)
        except MalformedEnvelope as error:
            return None, WRONG_SIZE if error.part == "box" else "200-NO_ENVELOPE"
        try:
            asked = envelope.parse(raw).header
        except MalformedEnvelope:
            return None, "200-ANSWERED"  # to what is no envelope
        head = found.header
        named = (head.kind, head.sender, head.to, head.re, head.re_digest, head.box_key)
        ours = (kind, self.examined.court, asked.sender, asked.id, envelope.digest(raw), self.forger.face.box.id)
        if named != ours:
            return None, "200-OTHER_ANSWER"
        try:
            envelope.verify(found, self.examined.signing[head.signing_key])
        except (KeyError, BadSignature):
            return None, "200-BAD_SIGNATURE"
        return found, ""
