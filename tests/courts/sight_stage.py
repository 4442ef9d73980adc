"""Who reads in the walk over every field, and which objects of one court are theirs and which are not."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg

from api.demo.client import MintToken
from api.demo.zone import Zone
from tests.courts.desks import connected, until
from tests.courts.sdl_paths import Way

EVENTS = "text/event-stream"
COURT, DIVISION = "浙0824", "330824"
FIXTURE_OFFICERS = {
    "CLERK": "04",
    "BUREAU_CHIEF": "05",
    "PRESIDENT": "06",
    "COMMAND_CENTRE": "07",
    "SUPERVISOR": "08",
    "LIAISON_OFFICER": "09",
    "DEVELOPER": "11",
}
ENROLLED = ("GRASSROOTS", "AUDITOR", "PROCURATOR", "GATEWAY_ADMIN")
_OWN = """
    SELECT t.id AS task_id, c.number, c.id AS case_id, c.handler_id, p.id AS party_id, t.officer
      FROM tasks t JOIN cases c ON c.id = t.case_id
           JOIN case_parties cp ON cp.case_id = c.id AND cp.role = 'DEBTOR' JOIN parties p ON p.id = cp.party_id
     WHERE t.direction = 'OUTBOUND' AND t.status = 'COMPLETED' AND c.status = 'IN_PROGRESS' AND p.kind = 'NATURAL'
     ORDER BY (SELECT count(*) FROM measures m JOIN assets a ON a.id = m.asset_id
                WHERE m.case_id = c.id AND a.owner_id = p.id AND m.status = 'EFFECTIVE') > 0 DESC,
              (SELECT count(*) FROM payments y WHERE y.case_id = c.id)
              + (SELECT count(*) FROM settlements s WHERE s.case_id = c.id) DESC, c.number
     LIMIT 1
"""
_FOREIGN = """
    SELECT c.number, t.id AS task_id
      FROM tasks t JOIN cases c ON c.id = t.case_id
     WHERE t.direction = 'OUTBOUND' AND t.status = 'COMPLETED' AND c.handler_id <> $1
       AND NOT EXISTS (SELECT FROM case_parties cp WHERE cp.case_id = c.id AND cp.party_id = $2)
     ORDER BY c.number LIMIT 1
"""
_IDS = """
query Ids($case: CaseNumber!) {
  enforcementCase(caseNumber: $case) {
    ... on EnforcementCase {
      id
      assets { nodes { id __typename } } measures { nodes { id __typename } } searches { nodes { id __typename } }
      findings { nodes { id __typename } } payments { nodes { id __typename } }
      settlements { id __typename } deferrals { id __typename }
    }
  }
}"""
_SECTIONS = {
    "cases": ("PROPERTY_INVESTIGATION", "CASES", "ASSETS_UNDER_CONTROL", "PAYMENTS", "SETTLEMENTS"),
    "whereabouts": ("WHEREABOUTS", "CASES", "WHEREABOUTS"),
    "sanctions": ("SANCTION_CHECK", "CASES", "SANCTIONS"),
}
"""By the section that a way leads through, the purpose that allows it, and the sections asked for."""
_REQUEST = """
mutation Request($input: RequestAssetSearchInput!) {
  requestAssetSearch(input: $input) { ... on AssetSearch { id } ... on Problem { code } }
}"""
_DONE = "query Done($id: UUID!) { assetSearch(id: $id) { ... on AssetSearch { status } } }"
_NUMBERS = """
query Numbers($case: CaseNumber!) {
  enforcementCase(caseNumber: $case) { ... on EnforcementCase { parties { id identifier } } }
}"""


@dataclass(frozen=True)
class Objects:
    """What one handler, one grassroots liaison and one party call their own, or what none of them does."""

    case: str
    task: UUID
    identifier: str
    ids: Mapping[str, str]  # by type

    def given(self, way: Way) -> dict[str, Any]:
        """The door's arguments that name these objects."""
        purpose, *sections = next((_SECTIONS[step] for step in way.steps if step in _SECTIONS), _SECTIONS["cases"])
        named = {
            "caseNumber": self.case,
            "id": str(self.task),
            "identity": {"residentId": self.identifier},
            "basis": {"caseNumber": self.case, "purpose": purpose},
            "sections": sections,
            "scope": {"courts": [COURT]},
            "representations": [{"__typename": "AssistingUnit", "id": "u-330824-vehicle"}],
        }
        if way.door.name in {"node", "nodes"} and way.steps:
            object_id = self.ids.get(way.steps[0].removeprefix("... on "), str(UUID(int=7)))
            named |= {"id": object_id, "ids": [object_id]}
        if way.door.name == "assetSearch":
            named["id"] = self.ids.get("AssetSearch", str(UUID(int=7)))
        return {name: value for name, value in named.items() if name in way.door.field.args}


@dataclass
class Stage:
    """One court's node and the gateway, and everybody who reads there."""

    zone: Zone
    session: aiohttp.ClientSession
    token: MintToken
    handler: str = ""
    whole: dict[Any, dict[str, list[Any]]] = field(default_factory=dict)  # what who sees all sees, by the question
    own: Objects = field(init=False)
    foreign: Objects = field(init=False)

    def person(self, role: str) -> str:
        if role == "HANDLER":
            return self.handler
        return f"o-{DIVISION}-{FIXTURE_OFFICERS[role]}" if role in FIXTURE_OFFICERS else f"w-{role}"

    async def ask(
        self, role: str, document: str, variables: Mapping[str, Any], *, at_gateway: bool = False, live: bool = False
    ) -> Any:
        """The whole response to somebody of that role; of a subscription the first one."""
        url = self.zone.addresses.gateway if at_gateway else self.zone.addresses.node(DIVISION)
        tenant, person = DIVISION, self.person(role)
        if at_gateway and role in {"GATEWAY_ADMIN", "AUDITOR"}:
            tenant, person = "gateway", {"GATEWAY_ADMIN": "g-admin-01", "AUDITOR": "g-auditor-01"}[role]
        headers = {
            "Authorization": "Bearer " + self.token(url, tenant, person),
            "Accept": EVENTS if live else "application/json",
        }
        body = {"query": document, "variables": variables}
        async with self.session.post(url + "/graphql", json=body, headers=headers) as response:
            if not live:
                return await response.json()
            async for line in response.content:
                if line.startswith(b"data: "):
                    return json.loads(line.removeprefix(b"data: "))
            return {}


@asynccontextmanager
async def staged(zone: Zone, session: aiohttp.ClientSession, token: MintToken) -> AsyncIterator[Stage]:
    """The stage, and everything as it was when it is left."""
    stage = Stage(zone, session, token)
    async with connected(zone, DIVISION) as conn:
        own = await conn.fetchrow(_OWN)
        assert own is not None
        foreign = await conn.fetchrow(_FOREIGN, own["handler_id"], own["party_id"])
        assert foreign is not None
        stage.handler = own["handler_id"]
        try:
            await _enrol(conn, dict(own))
            await _search(stage, own["number"])
            stage.own = await _objects(stage, dict(own), own["party_id"])
            stage.foreign = await _objects(stage, dict(foreign), None)
            yield stage
        finally:
            await conn.execute("UPDATE tasks SET officer = $2 WHERE id = $1", own["task_id"], own["officer"])
            await conn.execute("DELETE FROM party_accounts WHERE subject = 'w-PARTY'")
            await conn.execute("DELETE FROM officers WHERE id LIKE 'w-%'")


async def _enrol(conn: "asyncpg.Connection[asyncpg.Record]", own: Mapping[str, Any]) -> None:
    for role in ENROLLED:
        await conn.execute(
            "INSERT INTO officers (id, name, roles, active, synthetic) VALUES ($1, '样', $2, true, true)",
            f"w-{role}",
            [role],
        )
    await conn.execute("INSERT INTO party_accounts VALUES ('w-PARTY', $1, true)", own["party_id"])
    await conn.execute("UPDATE tasks SET officer = 'w-GRASSROOTS' WHERE id = $1", own["task_id"])


async def _search(stage: Stage, case: str) -> None:
    """A search of the handler's in the own case, answered by every unit."""
    given = {"caseNumber": case, "kinds": ["VEHICLE", "BANK_DEPOSIT"], "idempotencyKey": "who-sees-what"}
    made = (await stage.ask("HANDLER", _REQUEST, {"input": given}))["data"]["requestAssetSearch"]

    async def is_done() -> bool:
        found = (await stage.ask("HANDLER", _DONE, {"id": made["id"]}))["data"]["assetSearch"]
        return bool(found["status"] == "DONE")

    await until(is_done)


async def _objects(stage: Stage, row: Mapping[str, Any], party_id: UUID | None) -> Objects:
    found = (await stage.ask("PRESIDENT", _IDS, {"case": row["number"]}))["data"]["enforcementCase"]
    ids = {"EnforcementCase": found.pop("id"), "DelegatedTask": str(row["task_id"])}
    for rows in found.values():
        for each in rows["nodes"] if isinstance(rows, dict) else rows:
            ids.setdefault(each["__typename"], each["id"])
    parties = (await stage.ask("PRESIDENT", _NUMBERS, {"case": row["number"]}))["data"]["enforcementCase"]["parties"]
    identifier = next(p["identifier"] for p in parties if party_id is None or p["id"] == str(party_id))
    return Objects(row["number"], row["task_id"], identifier, ids)
