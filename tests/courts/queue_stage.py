"""Three courts have the same three things controlled where they lie, each by a delegated task."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import anyio
import msgspec

from api.demo import documents as d
from api.demo.fixtures.units import FIRST_BANK, unit_id
from api.demo.zone import Zone
from api.registry import RegistryData
from api.registry_records import OwnedHolding
from db.records.assets import AssetKind
from enforcement.rules.matter import DelegatedMatterType, rule
from tests.courts.desks import CENTRE, CHIEF, HANDLER, SECOND, Desks, division_of, paper, until
from tests.courts.dockets import Docket, Thing

WHERE: Final = "皖1022"
_DIVISION: Final = "341022"
THINGS: Final[Mapping[str, Thing]] = {
    "deposit": Thing(AssetKind.BANK_DEPOSIT, {"account": "6299993410220000999"}, "20000.00", _DIVISION),
    "car": Thing(AssetKind.VEHICLE, {"plate": "皖J90909"}, "30000.00", _DIVISION),
    "house": Thing(AssetKind.REAL_ESTATE, {"unit_no": "341022009009GB90009F00090009"}, "40000.00", _DIVISION),
}
_M: Final = DelegatedMatterType
HOW: Final = {"deposit": (_M.FREEZE_FUNDS, "FREEZE"), "car": (_M.SEIZE_VEHICLE, "SEIZE"), "house": (_M.SEAL, "SEAL")}
_PROBLEM: Final = "... on Problem { code message }"
RULE: Final = f"""mutation M($input: RuleMeasureInput!) {{ ruleMeasure(input: $input) {{
  ... on ControlMeasure {{ id }} {_PROBLEM} }} }}"""
MEASURES: Final = """
query Measures($number: CaseNumber!) { enforcementCase(caseNumber: $number) { ... on EnforcementCase {
  measures { nodes { id kind status rank effectiveAt expiresOn executingCourt asset { id }
    proofs { inventory registration bindsOthers } history { status at } } }
} } }"""
QUEUE: Final = """
query Queue($id: UUID) { measureQueue(assetId: $id) { ... on MeasureQueue {
  reportedBy entries { rank court status effectiveAt expiresOn } } ... on Problem { code } } }"""


def put_on_the_books(zone: Zone) -> None:
    """The county's units know the things; before the zone starts."""
    file = zone.folder / "registry-data.json"
    books = msgspec.json.decode(file.read_bytes(), type=RegistryData)
    keepers = {"BANK": "deposit", "VEHICLE_OFFICE": "car", "LAND_REGISTRY": "house"}
    units = []
    for unit in books.units:
        name = keepers.get(unit.kind) if unit.division == _DIVISION else None
        if name is not None:
            thing = THINGS[name]
            known = OwnedHolding(owner="样", kind=thing.kind, identity=dict(thing.identity), description="样")
            unit = msgspec.structs.replace(unit, holdings=[*unit.holdings, known])  # noqa: PLW2901
        units.append(unit)
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(books, units=units)))


@dataclass(frozen=True, slots=True)
class Stage:
    """What the courts do about the things, by the names of `THINGS`."""

    desks: Desks

    async def moved(self, court: str, office: str, name: str, task_id: str, **given: Any) -> None:
        task = await self.desks.at(court, CENTRE).one(d.TASK, id=task_id)
        given |= {"id": task_id, "version": task["version"]}
        await self.desks.at(court, office).one(d.task_act(name), input=given)

    async def delegated(self, here: Docket, name: str) -> str:
        """The court rules for one year and sends the task that carries it out; its id."""
        matter, kind = HOW[name]
        handler, number = self.desks.at(here.court), here.case.number
        ruling = f"{number}之{'一二三'[list(THINGS).index(name)]}"
        key = f"{here.court}-{name}"
        given = {"caseNumber": number, "assetId": str(here.things[name]), "kind": kind, "rulingNo": ruling}
        measure = await handler.one(RULE, input=given | {"termYears": 1, "idempotencyKey": f"rule-{key}"})
        papers = [paper(each) for each in sorted(rule(matter).papers)]
        asked = {"caseNumber": number, "entrustedCourt": WHERE, "matter": matter, "measureId": measure["id"]}
        made = await handler.one(d.CREATE_TASK, input=asked | {"documents": papers, "idempotencyKey": f"task-{key}"})
        for act, office in (("submit", HANDLER), ("approve", CHIEF), ("dispatch", CENTRE)):
            await self.moved(here.court, office, f"{act}DelegatedTask", made["id"])
        task_id: str = made["id"]
        return task_id

    async def all_delegated(self, here: Docket) -> dict[str, str]:
        found: dict[str, str] = {}

        async def one(name: str) -> None:
            found[name] = await self.delegated(here, name)

        async with anyio.create_task_group() as group:
            for name in THINGS:
                group.start_soon(one, name)
        return found

    async def carried_out(self, here: Docket, tasks: Mapping[str, str]) -> None:
        """Where the things lie the tasks are taken, a car is seized first, and the units are served."""
        async with anyio.create_task_group() as group:
            for name, task_id in tasks.items():
                group.start_soon(self._carried_out, name, task_id)
        await self.stands(here, set(THINGS), lambda each: each["status"] in {"EFFECTIVE", "WAITING"})

    async def _carried_out(self, name: str, task_id: str) -> None:
        await self.desks.reached(WHERE, task_id, "RECEIVED")
        await self.moved(WHERE, CENTRE, "signForDelegatedTask", task_id)
        officer = f"o-{division_of(WHERE)}-{HANDLER}"
        await self.moved(WHERE, CHIEF, "assignDelegatedTask", task_id, officerId=officer)
        if name == "car":
            await self.moved(WHERE, HANDLER, "recordHandlingStep", task_id, **self._seized())
        given = {"taskId": task_id, "idempotencyKey": f"serve-{task_id}"}
        given |= {"unitId": unit_id(_DIVISION, FIRST_BANK)} if name == "deposit" else {}
        await self.desks.at(WHERE).one(d.SERVE_NOTICE, input=given)

    def _seized(self) -> dict[str, Any]:
        """The car is taken by two officers, and put on an inventory."""
        now, place = self.desks.zone.clock.now(), "休宁样例停车场"
        officers = [f"o-{_DIVISION}-{HANDLER}", f"o-{_DIVISION}-{SECOND}"]
        inventory = {
            "startedAt": (now - timedelta(minutes=1)).isoformat(),
            "finishedAt": now.isoformat(),
            "place": place,
            "items": [{"name": "小型轿车", "quantity": 1}],
            "custodian": "休宁县人民法院",
            "debtorPresent": True,
            "signatures": officers,
        }
        return {"kind": "SEIZED", "at": now.isoformat(), "place": place, "officers": officers, "inventory": inventory}

    async def measures(self, here: Docket) -> dict[str, dict[str, Any]]:
        """The court's measures, as it knows them, by thing."""
        case = await self.desks.at(here.court).one(MEASURES, number=here.case.number)
        names = {str(asset): name for name, asset in here.things.items()}
        return {names[each["asset"]["id"]]: each for each in case["measures"]["nodes"]}

    async def stands(self, here: Docket, names: set[str], holds: Any) -> dict[str, dict[str, Any]]:
        """The court's measures once it is true of all that are named."""

        async def look() -> dict[str, dict[str, Any]] | None:
            known = await self.measures(here)
            return known if known.keys() >= names and all(holds(known[name]) for name in names) else None

        found: dict[str, dict[str, Any]] = await until(look)
        return found
