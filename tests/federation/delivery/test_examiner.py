"""The examiner's messages: refused in signed words by a court that is no member yet; nobody else takes them."""

from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest

from api.conform.forger import Face, Forger
from federation.delivery.post import Reply
from federation.wire import envelope, keyfile
from federation.wire.decryption import decrypt
from federation.wire.header import EXAMINER
from tests.federation.delivery.road import A, B, Road
from tests.federation.zone import key_entries

pytestmark = pytest.mark.anyio
APPLICANT = "浙0881"
RESTORED = b"\x01" + msgspec.msgpack.encode({"kind": "ask", "epoch": 1, "since": None})


@dataclass(frozen=True, slots=True)
class Examined:
    """A court with B's keys, and the examiner's pen."""

    road: Road
    pen: Forger
    code: str

    async def told(self, raw: bytes) -> Reply:
        return await self.road.wire(self.road.urls[self.code] + "/federation/messages", raw, timeout_s=1)

    async def receipt(self, raw: bytes) -> tuple[str | None, Any]:
        """Outcome and code of the signed answer."""
        reply = await self.told(raw)
        found = envelope.parse(reply.body)
        return found.header.outcome, msgspec.json.decode(decrypt(found, self.pen.face.box))["code"]


async def examined(road: Road, *, is_member: bool) -> Examined:
    """B under its own code, or under one that nobody lists."""
    code, zone = B if is_member else APPLICANT, road.zone
    keys = keyfile.generate(EXAMINER)
    gateway = msgspec.structs.replace(zone.document().gateway, url=road.urls["gateway"], examiner=key_entries(keys))
    raw = zone.signed(2, gateway=gateway, courts=[zone.court(each, url="http://127.0.0.1:1") for each in zone.keys])
    road.urls[code] = road.urls[B]
    road.court(replace(road.b.node, code=code))
    pools = [(road.relay.pool, road.relay.directory)]
    for pool, directory in pools + [(court.pool, court.node.directory) for court in road.courts.values()]:
        async with pool.acquire() as conn:
            await directory.accept(conn, raw, road.clock.now())
    own = zone.keys[B].box
    face = Face(EXAMINER, keys.signing, keys.box, {})
    return Examined(road, Forger(face, code, lambda _: (own.id, own.public), road.clock, 2), code)


async def test_an_applicant_refuses_the_examiners_messages_signed(road: Road) -> None:
    applicant = await examined(road, is_member=False)
    said = applicant.pen.message()

    assert await applicant.receipt(said) == ("REFUSED", "NOT_A_MEMBER")
    assert await applicant.receipt(said) == ("REFUSED", "NOT_A_MEMBER")
    assert await applicant.receipt(applicant.pen.message(RESTORED)) == ("REFUSED", "NOT_A_MEMBER")
    court = road.courts[APPLICANT]
    assert (await court.applied(), await court.count("outbox"), await court.count("inbox")) == ([], 0, 2)


async def test_an_applicant_hears_no_member(road: Road) -> None:
    applicant = await examined(road, is_member=False)
    own = road.zone.keys[A]

    reply = await applicant.told(applicant.pen.message(sender=A, signer=own.signing))

    assert (reply.status, reply.body) == (403, b'{"code":"NOT_A_MEMBER"}')
    assert await road.courts[APPLICANT].count("inbox") == 0


async def test_a_member_does_not_hear_the_examiner(road: Road) -> None:
    member = await examined(road, is_member=True)

    reply = await member.told(member.pen.message())

    assert (reply.status, reply.body) == (403, b'{"code":"UNKNOWN_COURT"}')
    assert await road.b.count("inbox") == 0


async def test_the_gateway_does_not_carry_for_the_examiner(road: Road) -> None:
    member = await examined(road, is_member=True)

    reply = await road.wire(road.urls["gateway"] + "/relay/messages", member.pen.message(), timeout_s=1)

    assert (reply.status, reply.body) == (403, b'{"code":"UNKNOWN_COURT"}')
    assert await road.relay.pool.fetchval("SELECT count(*) FROM carried_messages") == 0
