"""Envelopes as nobody should write them, with the zone's real keys; posted straight to a door."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec

from api.demo.zone import Zone
from db.ids import new_id
from federation.ask import content, mandate
from federation.ask.content import Answer, Ask
from federation.ask.mandate import Mandate
from federation.delivery.post import MEDIA_TYPE
from federation.wire import decryption, encryption, envelope
from federation.wire.framing import join, split
from federation.wire.header import Header
from federation.wire.signing import SigningKey
from tests.courts.desks import connected, counts, division_of

SENDER, TO, ELSEWHERE = "赣1123", "浙0127", "赣1181"
FIVE_MINUTES = timedelta(minutes=5)
_SELECTION = "{ ... on DebtorPresence { openCaseCount } }"


@dataclass(frozen=True, slots=True)
class Forger:
    """Writes in the name of 玉山 to 淳安, unless told otherwise."""

    zone: Zone
    session: aiohttp.ClientSession

    def envelope(
        self, kind: str, plaintext: bytes, *, signer: SigningKey | None = None, under: str = "", **changes: Any
    ) -> bytes:
        """An envelope; `changes` are of its header, `signer` signs, under the key id `under` if given."""
        now = self.zone.clock.now()
        key = signer or self.zone.keys[SENDER].signing
        key = SigningKey(under, key.private) if under else key
        box = self.zone.keys[changes.get("to", TO)].box
        head = Header(
            kind=kind,  # type: ignore[arg-type]  # any kind that a test names
            id=new_id(now),
            epoch=1,
            sender=SENDER,
            to=TO,
            seq=1 if kind == "message" else None,
            issued=now,
            expires=now + FIVE_MINUTES,
            directory=1,
            signing_key=key.id,
            box_key=box.id,
        )
        head = msgspec.structs.replace(head, **changes)
        return encryption.write(head, plaintext, recipient=box.public, signer=key)

    def message(self, plaintext: bytes = b"\x00nothing", **changes: Any) -> bytes:
        return self.envelope("message", plaintext, **changes)

    def ask(self, *, plaintext: bytes | None = None, **changes: Any) -> bytes:
        """An ask; what the mandate alone has is changed there, the rest in the header."""
        own = set(Mandate.__struct_fields__) - set(Header.__struct_fields__)
        of_mandate = {name: changes.pop(name) for name in own if name in changes}
        body = content.encode(self.asked(**of_mandate)) if plaintext is None else plaintext
        return self.envelope("ask", body, **changes)

    def asked(self, **changes: Any) -> Ask:
        """What stands in the box of a lawful ask, with changes of its mandate."""
        now = self.zone.clock.now()
        said = Mandate(
            id=new_id(now),
            asking=SENDER,
            officer="o-361123-01",
            case_number="（2025）赣1123执242号",
            purpose="PROPERTY_INVESTIGATION",
            sections=(),
            subject_kind="ID_NUMBER",
            subject="341021199211209990",
            asked=(TO,),
            selection_digest=content.selection_digest("debtorPresence", content.CONTRACT, {}, _SELECTION),
            issued=now,
            expires=now + FIVE_MINUTES,
        )
        signed = mandate.sign(
            msgspec.structs.replace(said, **changes), directory=1, signer=self.zone.keys[SENDER].signing
        )
        return Ask(
            field="debtorPresence", contract=content.CONTRACT, arguments={}, selection=_SELECTION, mandate=signed
        )

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of a door's answer."""
        async with self.session.post(url, data=body, headers={"Content-Type": MEDIA_TYPE}) as response:
            return response.status, await response.read()

    def door(self, path: str, court: str | None = TO) -> str:
        """A door of a court, or of the gateway."""
        addresses = self.zone.addresses
        return (addresses.gateway if court is None else addresses.node(division_of(court))) + path

    def opened(self, raw: bytes) -> Answer:
        """The answer in an envelope to the sender."""
        return content.decode_answer(decryption.decrypt(envelope.parse(raw), self.zone.keys[SENDER].box))


def tampered(raw: bytes) -> bytes:
    """One bit of the box is another one."""
    head, box, signature = split(raw, 3)
    return join(head, box[:-1] + bytes([box[-1] ^ 1]), signature)


def readdressed(raw: bytes) -> bytes:
    """The header names another court; box and signature are as they were."""
    head, box, signature = split(raw, 3)
    return join(head.replace(f'"to":"{TO}"'.encode(), f'"to":"{ELSEWHERE}"'.encode()), box, signature)


_BEHIND_THE_TEST = {"carried_traffic", "directory_documents", "node_health", "warnings"}
"""Tables in which the zone goes on writing by itself."""


async def grown(zone: Zone, name: str, before: dict[str, int]) -> dict[str, int]:
    """By how many rows each table of a process grew."""
    after = await counts(zone, name)
    changed = {table: after[table] - before[table] for table in after if table not in _BEHIND_THE_TEST}
    return {table: rows for table, rows in changed.items() if rows}


async def newest_refusal(zone: Zone, name: str) -> tuple[str, str | None, str, int]:
    """Reason, claimed sender, digest and size of the newest refused envelope."""
    async with connected(zone, name) as conn:
        row = await conn.fetchrow("SELECT * FROM refused_envelopes ORDER BY number DESC LIMIT 1")
    assert row is not None
    return row["reason"], row["sender_claimed"], row["digest"], row["size_bytes"]
