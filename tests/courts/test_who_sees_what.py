"""Who sees what: every field of every SDL, asked over HTTP as every role, of own and of foreign objects.

The documents are made of the SDLs, the expectation of the source's matrix: a field that is added is walked too.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from graphql import build_schema

from api.demo.client import MintToken
from api.demo.zone import Zone
from schema import areas
from tests.courts.expected_sight import BY_ID, Sight, doors, is_listed, opens, sees_foreign, sight
from tests.courts.sdl_paths import Door, Sdl, Way, values
from tests.courts.sight_stage import Objects, Stage, staged

pytestmark = pytest.mark.anyio

SCHEMA = Path(__file__).parents[2] / "schema"
NODE, GATEWAY = (
    Sdl(build_schema((SCHEMA / name).read_text("utf-8"))) for name in ("node.graphql", "supergraph.graphql")
)
OWN_SDL = Sdl(build_schema((SCHEMA / "gateway.graphql").read_text("utf-8")))
OF_GATEWAY = {door.name for door in OWN_SDL.doors if door.operation == "mutation"}
BY_KEY = {
    "applyForMembership",
    "signProposal",
    "withdrawMembership",
    "changeCourtDocument",
    "proposeAgreement",
    "acceptAgreement",
    "endAgreement",
}
"""The gateway's acts that a court's key proves, whoever brings them."""
UNSEEN = {"urgeTask"}
"""To an officer who may not follow tasks there is none."""
AT_NODE = [
    "HANDLER",
    "CLERK",
    "BUREAU_CHIEF",
    "PRESIDENT",
    "COMMAND_CENTRE",
    "SUPERVISOR",
    "GRASSROOTS",
    "PARTY",
    "GATEWAY_ADMIN",
    "AUDITOR",
    "PROCURATOR",
    "LIAISON_OFFICER",
    "DEVELOPER",
]
UNKNOWN_AT_GATEWAY = {"GRASSROOTS", "PARTY", "PROCURATOR"}
"""The directory lists no such person; who has a token of the court alone is nobody there."""
AT_GATEWAY = [role for role in AT_NODE if role not in UNKNOWN_AT_GATEWAY]
LOOK_UPS = {"debtorPresence", "debtorProfile"}
OWN = """
query Own($case: CaseNumber!, $task: UUID!) {
  enforcementCase(caseNumber: $case) {
    ... on EnforcementCase {
      caseNumber cause outstanding { left } delegatedTaskIds
      parties { role name identifier }
      assets { nodes { status identity { value } } }
      measures { nodes { status } }
    }
  }
  delegatedTask(id: $task) { ... on DelegatedTask { status } }
}"""
OPEN = {"FORM", "PUBLIC"}
ALL_AT_NODE = {"CASE", "CASE_BRIEF", "IDENTITY", "ASSETS", "SEARCHES", "MEASURES", "TASKS", "TASK_STATUS", "AUDIT"}
"""The areas of which the court has something to show, so that what is shown and what is masked was looked at."""
ONE_OBJECT = {"enforcementCase", "delegatedTask", "assetSearch", "node"}


@pytest.fixture(scope="module")
async def stage(zone: Zone, token: MintToken) -> AsyncIterator[Stage]:
    async with aiohttp.ClientSession() as session, staged(zone, session, token) as made:
        yield made


@pytest.mark.parametrize("role", AT_NODE)
async def test_a_node_shows_each_role_what_the_matrix_says(stage: Stage, role: str) -> None:
    """What stands below `zone` is the gateway's to show, to those whom its directory lists."""
    walker = Walker(stage, role, NODE)
    is_listed_there = role not in UNKNOWN_AT_GATEWAY | {"AUDITOR", "GATEWAY_ADMIN"}

    await walker.walk(way for way in NODE.walk("query") if is_listed_there or not way.door.hall)

    assert walker.asked > 100
    assert "\n".join(walker.wrong) == ""
    assert role != "AUDITOR" or walker.told >= ALL_AT_NODE


@pytest.mark.parametrize("role", AT_GATEWAY)
async def test_the_gateway_shows_each_role_what_the_matrix_says(stage: Stage, role: str) -> None:
    walker = Walker(stage, role, GATEWAY, at_gateway=True)

    await walker.walk(GATEWAY.walk("query"))

    assert walker.asked > 100
    assert "\n".join(walker.wrong) == ""


@pytest.mark.parametrize("role", AT_NODE)
async def test_no_act_is_open_to_who_may_not(stage: Stage, role: str) -> None:
    closed = [d for d in NODE.doors if d.operation == "mutation" and not d.hall and not opens(role, d.name)]

    refused = {door.name: await _code(stage, role, door) for door in closed}

    assert refused == {door.name: "FORBIDDEN" for door in closed}


@pytest.mark.parametrize("role", AT_GATEWAY)
async def test_no_act_at_the_gateway_is_open_to_who_may_not(stage: Stage, role: str) -> None:
    closed = [d for d in GATEWAY.doors if d.name in OF_GATEWAY - BY_KEY and not opens(role, d.name)]

    refused = {door.name: await _code(stage, role, door, at_gateway=True) for door in closed}

    hidden = {name for name, code in refused.items() if name in UNSEEN and code == "NOT_FOUND"}
    assert {name: code for name, code in refused.items() if code != "FORBIDDEN" and name not in hidden} == {}


def test_every_act_says_who_may() -> None:
    acts = {door.name for door in NODE.doors if door.operation == "mutation" and not door.hall} | OF_GATEWAY

    assert {name for name in acts - BY_KEY if not is_listed(name)} == set()


async def _code(stage: Stage, role: str, door: Door, *, at_gateway: bool = False) -> Any:
    document, variables = Way(door, "").document("", {})
    answer = await stage.ask(role, document, variables, at_gateway=at_gateway)
    return (answer["data"] or {}).get(door.name, {}).get("code")


@pytest.mark.parametrize("role", AT_NODE)
async def test_no_subscription_tells_what_may_not_be_read(stage: Stage, role: str) -> None:
    walker = Walker(stage, role, NODE)

    await walker.walk(NODE.walk("subscription"), closed_only=True)

    assert "\n".join(walker.wrong) == ""


async def test_a_party_reads_their_own_name_and_no_other(stage: Stage) -> None:
    variables = {"case": stage.own.case, "task": str(stage.own.task)}
    told = [(await stage.ask(role, OWN, variables))["data"] for role in ("PRESIDENT", "PARTY")]
    whole, seen = (each["enforcementCase"] for each in told)

    for field in ("caseNumber", "cause", "outstanding"):
        assert seen[field] == whole[field]
    assert told[1]["delegatedTask"] == {"status": "COMPLETED"}
    numbers = [[party["identifier"] for party in each["parties"]] for each in (whole, seen)]
    assert [one for one, other in zip(*numbers, strict=True) if one == other] == [stage.own.identifier]
    controlled = [asset for asset in whole["assets"]["nodes"] if asset["status"] == "CONTROLLED"]
    assert seen["assets"]["nodes"] == controlled != []
    assert {measure["status"] for measure in seen["measures"]["nodes"]} == {"EFFECTIVE"}
    assert str(stage.own.task) in seen["delegatedTaskIds"]


def test_every_guarded_door_is_there() -> None:
    served = {door.name for sdl in (NODE, GATEWAY) for door in sdl.doors} | {
        f"{kind}.{field}" for sdl in (NODE, GATEWAY) for kind, field in areas.fields_of(sdl.schema)
    }

    assert {name.rpartition(":")[2] for name in doors()} - served == set()


class Walker:
    """One role's walk over one SDL; what it found wrong, in words."""

    def __init__(self, stage: Stage, role: str, sdl: Sdl, *, at_gateway: bool = False) -> None:
        self.asked = 0
        self.wrong: list[str] = []
        self.told: set[str] = set()  # the areas of which who sees all was told something
        self._stage, self._role, self._sdl, self._at_gateway = stage, role, sdl, at_gateway

    async def walk(self, ways: Iterable[Way], *, closed_only: bool = False) -> None:
        """Ask for every field at the end of the ways: those that may be read together, the others area by area."""
        for way in ways:
            fields, on_the_way = self._sdl.fields(way.kind), self._sdl.way_areas(way)
            is_shut = any(self._is_closed(area) for area in on_the_way)
            readable = {} if is_shut else {area: names for area, names in fields.items() if not self._is_closed(area)}
            for area in fields.keys() - readable.keys():
                await self._refused(way, fields[area])
            if readable and not closed_only:
                await self._shown(way, readable)

    def _is_closed(self, area: str) -> bool:
        return sight(self._role, area) is Sight.REFUSED

    async def _refused(self, way: Way, selections: list[str]) -> None:
        found, codes = await self._ask(self._role, way, selections, self._stage.own)
        if any(map(_told, found.values())) or not codes & {"FORBIDDEN", "ASK_OWN_COURT"}:
            self._note(way, selections, f"not refused: {sorted(codes)}")

    async def _shown(self, way: Way, readable: Mapping[str, list[str]]) -> None:
        first = way.steps[0].removeprefix("... on ") if way.steps and way.door.name in BY_ID else way.kind
        is_object_closed = way.door.name in BY_ID and self._is_closed(self._sdl.area(first, "id"))
        if opens(self._role, way.door.name, self._program(way)) and not is_object_closed:
            await self._compared(way, readable)
        else:
            await self._nothing(way, readable, self._stage.own)
        if self._stage.foreign.given(way) and not sees_foreign(self._role, way.door.name, first):
            await self._nothing(way, readable, self._stage.foreign)

    def _program(self, way: Way) -> str:
        return "gateway" if self._at_gateway or way.door.hall else "node"

    async def _nothing(self, way: Way, readable: Mapping[str, list[str]], objects: Objects) -> None:
        """Nothing is told of what is not the reader's; that there is nothing may be told."""
        selections = [name for area, names in readable.items() if area not in OPEN for name in names]
        if selections:
            found, _ = await self._ask(self._role, way, selections, objects)
            if any(map(_told, found.values())):
                self._note(way, selections, "shown, though not theirs")

    async def _compared(self, way: Way, readable: Mapping[str, list[str]]) -> None:
        selections = [name for names in readable.values() for name in names]
        found, codes = await self._ask(self._role, way, selections, self._stage.own)
        if "FORBIDDEN" in codes:
            if is_listed(way.door.name, self._program(way)):
                self._note(way, selections, "refused")
            return
        key = (self._at_gateway, way.door.key, way.steps, tuple(selections))
        if key not in self._stage.whole:
            self._stage.whole[key], _ = await self._ask(_reference(way), way, selections, self._stage.own)
        whole = self._stage.whole[key]
        for area, names in readable.items():
            for name in (each.split()[0] for each in names):
                self._compare(way, area, name, whole[name], found[name])

    def _compare(self, way: Way, area: str, name: str, whole: list[Any], seen: list[Any]) -> None:
        """Somebody who sees all sees `whole`: is it shown likewise, or masked?"""
        if _told(whole):
            self.told.add(area)
        fields = [*self._sdl.way_fields(way), (way.kind, name)]
        if not all(opens(self._role, f"{kind}.{field}") for kind, field in fields):
            if _told(seen):
                self._note(way, [name], "shown, though narrower")
            return
        if area == "IDENTITY" and sight(self._role, area) is Sight.MASKED:
            if any(row in whole if not isinstance(row, dict) else row for row in seen if _told([row])):
                self._note(way, [name], "not masked")
            return
        if self._role == "PARTY" or not (way.door.name in ONE_OBJECT or way.door.hall or self._at_gateway):
            return
        if area not in OPEN and _told(whole) and not _told(seen):
            self._note(way, [name], "not shown")
        elif area == "IDENTITY" and seen != whole:
            self._note(way, [name], "not shown whole")

    async def _ask(
        self, role: str, way: Way, selections: list[str], objects: Objects
    ) -> tuple[dict[str, list[Any]], set[str]]:
        """What stands at each field, and every code of a refusal."""
        self.asked += 1
        document, variables = way.document(" ".join(selections), objects.given(way))
        live = way.door.operation == "subscription"
        answer = await self._stage.ask(role, document, variables, at_gateway=self._at_gateway, live=live)
        data = answer.get("data") or {}
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        at_door = (data.get("zone") or {} if way.door.hall else data).get(way.door.name)
        if isinstance(at_door, dict) and "code" in at_door:
            codes.add(at_door["code"])
        names = [selection.split()[0] for selection in selections]
        return {name: values(data, way, name) for name in names}, codes

    def _note(self, way: Way, selections: list[str], text: str) -> None:
        self.wrong.append(f"{' '.join((way.door.key, *way.steps))} {{ {' '.join(selections)} }}: {text}")


def _told(rows: list[Any]) -> bool:
    """Whether anything is told: of a list of rows, whether there is one."""
    return any(row not in (None, "", [], {}) for row in rows)


def _reference(way: Way) -> str:
    """Who sees all behind a door."""
    if way.door.name in LOOK_UPS:
        return "HANDLER"
    return "COMMAND_CENTRE" if way.door.hall else "PRESIDENT"
