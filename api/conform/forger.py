"""A court that misbehaves: envelopes as nobody should write them, with real keys.

Its unchanged ask and message are what an honest court would send; every change makes a false one. Tests write with a
member's keys, the conformance kit with the examiner's.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import repeat
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from db.clock import Clock
from db.ids import new_id
from federation.ask import content, mandate
from federation.ask.content import Ask
from federation.ask.mandate import Mandate
from federation.rules.freshness import FRESH
from federation.wire import header, padding
from federation.wire.decryption import BoxKey
from federation.wire.envelope import signed_bytes
from federation.wire.framing import join, split
from federation.wire.header import Header
from federation.wire.signing import SigningKey
from federation.wire.suites import suite

FIELD: Final = "debtorPresence"
SELECTION: Final = "{ ... on DebtorPresence { openCaseCount } }"
_OF_HEADER: Final = frozenset(Header.__struct_fields__)
_OF_ASK: Final = frozenset(Ask.__struct_fields__)


@dataclass(frozen=True, slots=True)
class Face:
    """In whose name it writes, with which keys, and what its mandates say when nothing else is wanted."""

    court: str
    signing: SigningKey
    box: BoxKey
    mandate: Mapping[str, Any]  # officer, case_number, purpose, sections, subject_kind, subject


@dataclass(slots=True)
class Forger:
    """Writes in the name of `face` to `to`, unless told otherwise; `recipient` gives a court's encryption key."""

    face: Face
    to: str
    recipient: Callable[[str], tuple[str, X25519PublicKey]]
    clock: Clock
    directory: int = 1
    epochs: Iterator[int] = field(default_factory=partial(repeat, 1))  # of one envelope after another

    def envelope(
        self,
        kind: str,
        plaintext: bytes,
        *,
        signer: SigningKey | None = None,
        under: str = "",
        encrypted_to: X25519PublicKey | None = None,
        padded: bytes | None = None,
        rewrite: Callable[[bytes], bytes] = bytes,
        **changes: Any,
    ) -> bytes:
        """An envelope, well signed as it stands.

        `changes` are of its header; `signer` signs, under the key id `under` if given; `padded` stands in the box
        instead of the padded plaintext; `rewrite` changes the header's bytes before they are signed.
        """
        now = self.clock.now()
        key = signer or self.face.signing
        key = SigningKey(under, key.private) if under else key
        box_id, box_key = self.recipient(changes.get("to", self.to))
        head = Header(
            kind=kind,  # type: ignore[arg-type]  # any kind that is wanted
            id=new_id(now),
            epoch=next(self.epochs),
            sender=self.face.court,
            to=self.to,
            seq=1 if kind == "message" else None,
            issued=now,
            expires=now + FRESH,
            directory=self.directory,
            signing_key=key.id,
            box_key=box_id,
        )
        head_bytes = rewrite(header.encode(msgspec.structs.replace(head, **changes)))
        inside = padding.pad(kind, plaintext) if padded is None else padded
        box = suite(1).encrypt(encrypted_to or box_key, inside, head_bytes)
        return join(head_bytes, box, key.sign(signed_bytes(head_bytes, box)))

    def message(self, plaintext: bytes = b"\x00nothing", **changes: Any) -> bytes:
        """A message."""
        return self.envelope("message", plaintext, **changes)

    def ask(self, *, plaintext: bytes | None = None, **changes: Any) -> bytes:
        """An ask; names that the header has change that, others the ask and its mandate (see `asked`)."""
        own = {name: changes.pop(name) for name in tuple(changes) if self._is_of_ask(name)}
        return self.envelope("ask", content.encode(self.asked(**own)) if plaintext is None else plaintext, **changes)

    @staticmethod
    def _is_of_ask(name: str) -> bool:
        mandated = name in Mandate.__struct_fields__ and name not in _OF_HEADER
        return mandated or name in _OF_ASK or name.startswith("mandate_")

    def asked(self, *, mandate_signer: SigningKey | None = None, **changes: Any) -> Ask:
        """What stands in the box of a lawful ask, with changes of the ask or its mandate.

        `mandate_signer` signs the mandate; `mandate_expires` is its expiry.
        """
        given = {name: changes.pop(name) for name in tuple(changes) if name in _OF_ASK}
        plain = Ask(field=FIELD, contract=content.CONTRACT, arguments={}, selection=SELECTION, mandate=b"")
        ask = msgspec.structs.replace(plain, **given)
        signed = self._mandate(ask, mandate_signer or self.face.signing, changes)
        return msgspec.structs.replace(ask, mandate=given.get("mandate", signed))

    def _mandate(self, ask: Ask, signer: SigningKey, changes: dict[str, Any]) -> bytes:
        now = self.clock.now()
        said = Mandate(
            id=new_id(now),
            asking=self.face.court,
            asked=(self.to,),
            selection_digest=content.selection_digest(ask.field, ask.contract, ask.arguments, ask.selection),
            issued=now,
            expires=changes.pop("mandate_expires", now + timedelta(minutes=5)),
            **self.face.mandate,
        )
        return mandate.sign(msgspec.structs.replace(said, **changes), directory=self.directory, signer=signer)


def tampered(raw: bytes) -> bytes:
    """One bit of the box is another one."""
    head, box, signature = split(raw, 3)
    return join(head, box[:-1] + bytes([box[-1] ^ 1]), signature)


def with_header(raw: bytes, old: bytes, new: bytes) -> bytes:
    """Other words in the header; box and signature are as they were."""
    head, box, signature = split(raw, 3)
    return join(head.replace(old, new), box, signature)


def readdressed(raw: bytes, to: str, elsewhere: str) -> bytes:
    """The header names another court."""
    return with_header(raw, f'"to":"{to}"'.encode(), f'"to":"{elsewhere}"'.encode())
