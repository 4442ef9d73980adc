"""A zone whose courts agree upon standards: the gateway, two courts with their nodes, and one with its key alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import aiohttp

from db.clock import SetClock
from db.pool import Pool
from enforcement.agreed_standards import Follower
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller, Role
from federation.clear import agreed
from federation.clear.agreed import SignatureBody
from federation.clear.passing import ZoneClient
from federation.wire.signing import SigningKey
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.enforcement.framework_desk import Door, officer, open_door
from tests.enforcement.task_zone import NewDatabase, Pair, TaskZone, pair
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN

SHOWN = """... on PublishedStandard { id matter province papers answerWithinDays signForWithinWorkingDays from to status
    inForce proposedLastDay proposedBy { code } digest signedBy { code } signaturesNeeded version
    history { version step court officerId } }"""
CHANGE = SHOWN + " ... on TransitionNotAllowed { current }"
DEMANDED: dict[str, Any] = {
    "matter": "INVESTIGATE_ASSETS",
    "province": "皖",
    "papers": ["SERVICE_RECEIPT"],
    "answerWithinDays": 5,
    "signForWithinWorkingDays": 2,
    "from": "2025-07-15",
}
SIGN = """mutation ($input: SignStandardInput!) { signStandard(input: $input) {
    ... on StandardToSign { standardId revision digest status } ... on Problem { code } } }"""
READ = """query ($id: UUID!) { standardToSign(standardId: $id) {
    ... on StandardToSign { standardId revision digest demands { papers from to answerWithinDays } }
    ... on Problem { code } } }"""
HELD = """{ agreedStandards { ... on AgreedStandards { standards {
    standardId revision signedBy demands { matter province papers to } } } ... on Problem { code } } }"""


def president(court: str) -> Caller:
    return Caller(f"o-{DIVISIONS[court]}-06", court, frozenset({Role.PRESIDENT}))


@dataclass(slots=True)
class StandardsZone:
    """What a test acts upon; `nodes` share the databases of `courts`, and know the gateway."""

    door: Door
    courts: Pair
    nodes: dict[str, CourtNode]
    client: ZoneClient

    async def publish(self, court: str = KAIHUA, /, **changes: Any) -> Any:
        return await self.door.do(officer(court), "publishStandard", SHOWN, **(DEMANDED | changes))

    async def at_node(self, court: str, document: str, caller: Caller | None, **variables: Any) -> Any:
        """The only root field of the answer of a court's node."""
        context = NodeContext(self.nodes[court], caller, "en")
        result = await SCHEMA.execute(document, variables, context)
        assert result.errors is None, result.errors
        assert result.data is not None
        (value,) = result.data.values()
        return value

    async def sign(self, court: str, standard_id: str, who: Caller | None = None) -> Any:
        """The president reads the text at the own node, and signs it there."""
        who = who or president(court)
        read = await self.at_node(court, READ, who, id=standard_id)
        if "code" in read:
            return read
        given = {"standardId": standard_id, "digest": read["digest"], "version": read["revision"]}
        return await self.at_node(court, SIGN, who, input=given)

    def written(self, standard_id: str, digest: str, court: str = CHANGSHAN, **changes: Any) -> bytes:
        """A signature of a court, by its key unless another is given."""
        signer: SigningKey = changes.pop("signer", self.courts.zone.keys[court].signing)
        values: dict[str, Any] = {
            "text": UUID(standard_id),
            "revision": 1,
            "digest": digest,
            "court": court,
            "officer": f"o-{DIVISIONS[court]}-06",
            "at": self.nodes[KAIHUA].clock.now(),
        }
        return agreed.sign(SignatureBody(**(values | changes)), directory=1, signer=signer)

    async def post(self, raw: bytes, path: str = agreed.SIGN_PATH) -> tuple[int, Any]:
        async with self.door.session.post(self.door.url + path, data=raw) as response:
            return response.status, await response.json()

    async def agree(self, standard_id: str) -> None:
        """All three courts sign the text that waits."""
        await self.sign(KAIHUA, standard_id)
        signed = await self.sign(SHEXIAN, standard_id)
        raw = self.written(standard_id, signed["digest"], revision=signed["revision"])
        assert await self.post(raw) == (200, {"code": "AGREED"})

    async def follow(self, *courts: str) -> None:
        """The nodes take in what was agreed upon."""
        for court in courts or self.nodes:
            await Follower(self.nodes[court]).follow()

    async def held(self, court: str) -> Any:
        return (await self.at_node(court, HELD, president(court)))["standards"]

    async def shown(self, standard_id: str) -> Any:
        document = f"query ($id: ID!) {{ node(id: $id) {{ {SHOWN} }} }}"
        return await self.door.ask(officer(KAIHUA), document, id=standard_id)


@asynccontextmanager
async def standards_zone(
    new_database: NewDatabase, gateway_pool: Pool, clock: SetClock
) -> AsyncIterator[StandardsZone]:
    zone = TaskZone()
    async with (
        pair(new_database, clock, zone) as courts,
        open_door(gateway_pool, clock, zone) as door,
        aiohttp.ClientSession() as session,
    ):
        client = ZoneClient(session, door.url)
        nodes = {code: replace(node, zone=client) for code, node in courts.road.courts.items()}
        yield StandardsZone(door, courts, nodes, client)
