"""A vehicle is seized with two proofs, kept, and handed over to the court whose measure it is."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db.clock import SetClock
from db.pool import open_pool
from enforcement import notices as serving
from enforcement import unit_worker
from enforcement.payloads import InventoryItem, SeizureInventory
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.rights import Caller, Role
from enforcement.tasks import checking
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.seizure_statements import HandOverPayload
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask, events
from tests.enforcement.task_zone import DIGEST, HANDLER, THEIR_CHIEF, THEIR_OFFICER, Pair, pair, papers, ruled
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
AT = datetime(2025, 7, 14, 2, 0, tzinfo=UTC)
SEEN = """{ proofs { inventory registration bindsOthers }
  custody { place custodian notified grassrootsRepresentative copyGiven keys mileageKm photos signatures
    handOver { at place handedBy receivedBy keys mileageKm } } }"""
MEASURE = f"""query Q($number: CaseNumber!) {{ enforcementCase(caseNumber: $number) {{
  ... on EnforcementCase {{ measures {{ nodes {SEEN} }} }} }} }}"""
RULE = """mutation M($input: RuleMeasureInput!) { ruleMeasure(input: $input) {
  ... on ControlMeasure { id } ... on Problem { code } } }"""
SEIZE = f"""mutation M($input: RecordSeizureInput!) {{ recordSeizure(input: $input) {{
  ... on ControlMeasure {SEEN} ... on Problem {{ code }} ... on Refusal {{ part }} }} }}"""
STEP = """mutation M($input: RecordHandlingStepInput!) { recordHandlingStep(input: $input) {
  ... on DelegatedTask { version } ... on Problem { code } ... on Refusal { part } } }"""
HAND = """mutation M($input: HandOverVehicleInput!) { handOverVehicle(input: $input) {
  ... on DelegatedTask { id } ... on Problem { code } ... on Refusal { part } } }"""
ME = rz.caller(KAIHUA)


def inventory(division: str = "330824", **changes: Any) -> dict[str, Any]:
    given = {
        "startedAt": AT.isoformat(),
        "finishedAt": (AT + timedelta(minutes=30)).isoformat(),
        "place": "样停车场",
        "items": [{"name": "小型轿车", "quantity": 1}],
        "custodian": "样保管人",
        "debtorPresent": False,
        "signatures": [f"o-{division}-01", f"o-{division}-02"],
        "notified": "ADULT_RELATIVE",
        "grassrootsRepresentative": "样村委会",
        "copyGiven": True,
        "keys": 2,
        "mileageKm": 84000,
        "photos": [DIGEST],
    }
    return given | changes


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    clock.set(AT + timedelta(hours=1))
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Pair]:
    clock.set(AT)
    async with pair(new_database, clock) as made:
        yield made


def given(measure: str, listed: dict[str, Any], key: str = "s") -> dict[str, Any]:
    return {"measureId": measure, "inventory": listed, "idempotencyKey": key}


async def own_measure(home: rz.Court) -> str:
    asset = await rz.add_asset(home)
    given = {"caseNumber": rz.NUMBER, "assetId": str(asset), "kind": "SEIZE", "rulingNo": rz.RULING}
    made = await ask(home.node, RULE, ME, input=given | {"idempotencyKey": "m"})
    return str(made["id"])


async def seen(court: rz.Court, who: Caller) -> Any:
    (found,) = (await ask(court.node, MEASURE, who, number=rz.NUMBER))["measures"]["nodes"]
    return found


async def test_the_inventory_alone_binds_nobody(home: rz.Court) -> None:
    measure = await own_measure(home)
    before = await seen(home, ME)
    assert (before["proofs"]["inventory"], before["custody"]) == (False, None)

    done = await ask(home.node, SEIZE, ME, input=given(measure, inventory()))

    assert done["proofs"] == {"inventory": True, "registration": False, "bindsOthers": False}
    custody = done["custody"]
    assert (custody["keys"], custody["mileageKm"], custody["photos"]) == (2, 84000, [DIGEST])
    assert (custody["notified"], custody["copyGiven"], custody["handOver"]) == ("ADULT_RELATIVE", True, None)
    assert await ask(home.node, SEIZE, ME, input=given(measure, inventory())) == done
    other = await ask(home.node, SEIZE, ME, input=given(measure, inventory(keys=1), "again"))
    assert other["code"] == "TRANSITION_NOT_ALLOWED"
    (event,) = await events(home.node, "RECORD_SEIZURE")
    assert event["officerId"] == ME.officer_id
    assert (await seen(home, rz.caller(KAIHUA, 4, Role.CLERK)))["custody"] is None  # names are in it


async def test_inventory_and_registration_bind_others(home: rz.Court, tmp_path: Path, clock: SetClock) -> None:
    units = rz.new_units(tmp_path, clock)
    units.store.add_holding("u-330824-vehicle", rz.DEBTOR_NO, {"plate": rz.PLATE, "vin": rz.VIN})
    measure = await own_measure(home)
    await serving.serve(home.node, ME, measure_id=UUID(measure), task_id=None, unit_id=None, idempotency_key="served")
    await unit_worker.run_once(home.node, units, lambda: 0.5)
    assert (await seen(home, ME))["proofs"] == {"inventory": False, "registration": True, "bindsOthers": False}

    done = await ask(home.node, SEIZE, ME, input=given(measure, inventory()))

    assert done["proofs"] == {"inventory": True, "registration": True, "bindsOthers": True}


@pytest.mark.parametrize(
    ("changes", "who", "code", "part"),
    [
        ({"keys": 51}, ME, "INVALID_INVENTORY", "keys"),
        ({"photos": ["x"]}, ME, "INVALID_INVENTORY", "photos"),
        ({"mileageKm": -1}, ME, "INVALID_INVENTORY", "mileageKm"),
        ({"signatures": ["o-330824-01", "样某"]}, ME, "INVALID_INVENTORY", "signatures"),
        ({"custodian": " "}, ME, "INVALID_INVENTORY", "custodian"),
        ({"finishedAt": (AT - timedelta(hours=1)).isoformat()}, ME, "INVALID_PERIOD", "finishedAt"),
        ({}, rz.caller(KAIHUA, 2), "NOT_ASSIGNED", None),
        ({}, rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF), "FORBIDDEN", None),
    ],
)
async def test_an_inventory_that_proves_nothing_is_refused(
    home: rz.Court, changes: dict[str, Any], who: Caller, code: str, part: str | None
) -> None:
    measure = await own_measure(home)

    answer = await ask(home.node, SEIZE, who, input=given(measure, inventory(**changes)))

    assert answer == {"code": code, "part": part}
    assert await home.count("seizures") == 0


async def in_progress(courts: Pair) -> Any:
    matter = DelegatedMatterType.SEIZE_VEHICLE
    return await courts.in_progress(matter=matter, documents=papers(matter), kinds=(), measure_id=await ruled(courts))


async def stepped(courts: Pair, task: Any) -> Any:
    given = {"id": str(task.id), "version": task.version, "kind": "SEIZED", "at": AT.isoformat()}
    given |= {"officers": ["o-341021-01", "o-341021-02"], "place": "样停车场", "inventory": inventory("341021")}
    return await ask(courts.theirs.node, STEP, THEIR_OFFICER, input=given)


async def handed(courts: Pair, task_id: UUID, who: Caller | None = THEIR_OFFICER, **changes: Any) -> Any:
    given = {
        "taskId": str(task_id),
        "at": (AT + timedelta(minutes=40)).isoformat(),
        "place": "歙县法院",
        "handedBy": ["o-341021-01", "o-341021-02"],
        "receivedBy": ["o-330824-01", "o-330824-02"],
        "keys": 2,
        "mileageKm": 84010,
        "photos": [DIGEST],
        "idempotencyKey": "h",
    }
    return await ask(courts.theirs.node, HAND, who, input=given | changes)


async def test_the_entrusted_courts_inventory_is_the_ordering_courts_proof(courts: Pair, clock: SetClock) -> None:
    """Seized at 歙县, known at 开化 with the step; handed over, and known too."""
    task = await in_progress(courts)
    clock.advance(timedelta(hours=1))
    await stepped(courts, task)
    await courts.road.run()

    found = await seen(courts.ours, HANDLER)
    assert found["proofs"] == {"inventory": True, "registration": False, "bindsOthers": False}
    assert (found["custody"]["keys"], found["custody"]["handOver"]) == (2, None)

    assert (await handed(courts, task.id))["id"] == str(task.id)
    assert (await handed(courts, task.id))["id"] == str(task.id)
    await courts.road.run()

    given = (await seen(courts.ours, HANDLER))["custody"]["handOver"]
    assert (given["place"], given["mileageKm"]) == ("歙县法院", 84010)
    assert (given["handedBy"], given["receivedBy"]) == (
        ["o-341021-01", "o-341021-02"],
        ["o-330824-01", "o-330824-02"],
    )
    assert courts.road.refusals == []


async def test_nothing_is_handed_over_without_an_inventory(courts: Pair, clock: SetClock) -> None:
    task = await in_progress(courts)
    clock.advance(timedelta(hours=1))

    assert (await handed(courts, task.id))["code"] == "EVIDENCE_REQUIRED"
    assert await courts.theirs.count("task_statements") == 0


@pytest.mark.parametrize(
    ("changes", "who", "code", "part"),
    [
        ({"at": (AT - timedelta(minutes=1)).isoformat()}, THEIR_OFFICER, "INVALID_PERIOD", "at"),
        ({"at": (AT + timedelta(hours=3)).isoformat()}, THEIR_OFFICER, "INVALID_PERIOD", "at"),
        ({"place": " "}, THEIR_OFFICER, "INVALID_INVENTORY", "place"),
        ({"photos": ["x"]}, THEIR_OFFICER, "INVALID_INVENTORY", "photos"),
        ({"receivedBy": []}, THEIR_OFFICER, "INVALID_OFFICERS", "receivedBy"),
        ({"handedBy": []}, THEIR_OFFICER, "INVALID_OFFICERS", "handedBy"),
        ({"handedBy": ["o-330824-01"]}, THEIR_OFFICER, "UNKNOWN_OFFICER", "handedBy"),
        ({"taskId": str(uuid4())}, THEIR_OFFICER, "NOT_FOUND", None),
        ({}, rz.caller(SHEXIAN, 3), "NOT_ASSIGNED", None),
        ({}, THEIR_CHIEF, "FORBIDDEN", None),
    ],
)
async def test_a_hand_over_that_cannot_be_is_refused(
    courts: Pair, clock: SetClock, changes: dict[str, Any], who: Caller, code: str, part: str | None
) -> None:
    task = await in_progress(courts)
    clock.advance(timedelta(hours=1))
    await stepped(courts, task)

    assert await handed(courts, task.id, who, **changes) == {"code": code, "part": part}
    assert await courts.theirs.count("task_statements") == 0


def test_an_inventory_of_before_is_written_as_before() -> None:
    """A court of the release before decodes strictly: what it does not know is left out while it says nothing."""
    plain = SeizureInventory(
        started_at=AT,
        finished_at=AT,
        place="样",
        items=[InventoryItem(name="车", quantity=1)],
        custodian="样",
        debtor_present=False,
        signatures=["a", "b"],
    )

    assert set(msgspec.json.decode(msgspec.json.encode(plain))) == {
        "started_at",
        "finished_at",
        "place",
        "items",
        "custodian",
        "debtor_present",
        "signatures",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"at": AT.replace(tzinfo=None)},
        {"at": datetime.min.replace(tzinfo=UTC)},
        {"at": AT + timedelta(minutes=6)},
        {"keys": -1},
        {"mileage_km": 2**31},
        {"photos": ["x"]},
    ],
)
def test_a_hand_over_of_another_court_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    said = HandOverPayload(at=AT, place="歙县法院", handed_by=["a"], received_by=["b"], keys=2, mileage_km=84010)
    checking.check_payload(b"{}", said, AT)

    with pytest.raises(NotAPayload):
        checking.check_payload(b"{}", msgspec.structs.replace(said, **changes), AT)
