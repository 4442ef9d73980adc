"""Envelopes as nobody should write them, with the zone's real keys; posted straight to a door."""

import aiohttp

from api.conform import forger as forging
from api.conform.forger import Face, tampered
from api.demo.zone import Zone
from federation.ask import content
from federation.ask.content import Answer
from federation.delivery.post import MEDIA_TYPE
from federation.wire import decryption, envelope
from tests.courts.desks import connected, counts, division_of

__all__ = ["ELSEWHERE", "SENDER", "TO", "Forger", "grown", "newest_refusal", "readdressed", "tampered"]

SENDER, TO, ELSEWHERE = "赣1123", "浙0127", "赣1181"
_MANDATE = {
    "officer": "o-361123-01",
    "case_number": "（2025）赣1123执242号",
    "purpose": "PROPERTY_INVESTIGATION",
    "sections": (),
    "subject_kind": "ID_NUMBER",
    "subject": "341021199211209990",
}


class Forger(forging.Forger):
    """Writes in the name of 玉山 to 淳安, unless told otherwise."""

    def __init__(self, zone: Zone, session: aiohttp.ClientSession) -> None:
        own = zone.keys[SENDER]
        boxes = {code: (keys.box.id, keys.box.public) for code, keys in zone.keys.items()}
        super().__init__(Face(SENDER, own.signing, own.box, _MANDATE), TO, boxes.__getitem__, zone.clock)
        self.zone = zone
        self.session = session

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


def readdressed(raw: bytes) -> bytes:
    """The header names another court; box and signature are as they were."""
    return forging.readdressed(raw, TO, ELSEWHERE)


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
