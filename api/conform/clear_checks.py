"""Clear queries are the gateway's alone: what is none, or what another signed in its name, is refused."""

from typing import Final

from api.conform import report
from api.conform.checks import Check, Seen
from api.conform.kit import CLEAR, Kit
from db.ids import new_id
from federation.ask.content import CONTRACT
from federation.clear import content
from federation.clear.content import ClearQuery
from federation.delivery.post import code_of
from federation.rules.freshness import FRESH


async def malformed(kit: Kit, seen: Seen) -> None:
    """What is no statement."""
    reply = await kit.send(CLEAR, b"rubbish")
    seen.expect(report.words(reply.status, code_of(reply)), "400-MALFORMED")


async def forged(kit: Kit, seen: Seen) -> None:
    """A good query, signed by the examiner in the gateway's name."""
    now = kit.clock.now()
    query = ClearQuery(
        id=new_id(now),
        to=kit.examined.court,
        contract=CONTRACT,
        field="crossBorderMatrix",
        arguments={},
        selection="{ ... on CrossBorderMatrix { rows { sourceCourt } } }",
        language="zh",
        issued=now,
        expires=now + FRESH,
    )
    raw = content.write_query(query, directory=kit.forger.directory, signer=kit.forger.face.signing)
    reply = await kit.send(CLEAR, raw)
    seen.expect(report.words(reply.status, code_of(reply)), "401-BAD_SIGNATURE")


CLEAR_CHECKS: Final = (
    Check("CLEAR_MALFORMED", "不合规的明文查询被拒收", "a clear query that is none is refused", malformed),
    Check(
        "CLEAR_FORGED", "冒用网关名义的明文查询被拒收", "a clear query that the gateway did not sign is refused", forged
    ),
)
