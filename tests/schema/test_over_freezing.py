"""Equity frozen beyond the debt, through GraphQL: found by a ruling, warned of for seven days, released in part."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from db import cases, over_freezes
from db.clock import SetClock
from db.pool import Pool, open_pool, transaction
from db.records.assets import AssetKind
from db.records.cases import CaseType
from enforcement import conversion, over_freezing, sweeping
from enforcement.rules.rights import Caller, Role
from tests.db.test_audit_tables import plan
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask, events
from tests.enforcement.cloning import ID, cloned
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio
HANDLER, CHIEF = rz.caller(KAIHUA), rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF)
RULED = "（2025）浙0824执异12号"
SHOWN = """__typename ... on Problem { code } ... on Refusal { part }
  ... on ControlMeasure { id status value version history { ground rulingNo }
    overFreezing { rulingNo effectiveOn excess dueOn recordedBy releasedOn releaseRulingNo releasedBy } }"""
RULE = f"mutation M($input: RuleMeasureInput!) {{ ruleMeasure(input: $input) {{ {SHOWN} }} }}"
FOUND = f"mutation M($input: RecordOverFreezingInput!) {{ recordOverFreezing(input: $input) {{ {SHOWN} }} }}"
RELEASE = f"mutation M($input: RecordExcessReleasedInput!) {{ recordExcessReleased(input: $input) {{ {SHOWN} }} }}"
CHECK = """query Q($case: CaseNumber!, $assets: [UUID!]!) { proportionality(caseNumber: $case, assetIds: $assets) {
  ... on ProportionalityCheck { alreadyControlledNet } ... on Problem { code } } }"""
WARNINGS = """{ warnings(filter: { kinds: [OVER_FREEZING_DUE] }) {
  ... on WarningConnection { nodes { level officerId dueOn measureId } } } }"""


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    clock.set(datetime(2025, 7, 14, 2, 0, tzinfo=UTC))
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def frozen(home: rz.Court) -> Any:
    """A freeze of shares at 80,000, in force since today."""
    given: dict[str, Any] = {"kind": AssetKind.EQUITY, "identity": {"uscc": "91330824MA00000000", "ratio": "30"}}
    asset = await rz.add_asset(home, estimated_value=Decimal("900000.00"), **given)
    ruling = {"caseNumber": rz.NUMBER, "assetId": str(asset), "kind": "FREEZE", "rulingNo": rz.RULING}
    made = await ask(home.node, RULE, HANDLER, input=ruling | {"value": "80000.00", "idempotencyKey": "f"})
    async with home.node.pool.acquire() as conn:
        await conn.execute("UPDATE measures SET status = 'EFFECTIVE', rank = 1")
    return made


async def found(home: rz.Court, measure: Any, who: Caller = HANDLER, **changes: Any) -> Any:
    given = {"id": measure["id"], "version": measure["version"], "rulingNo": RULED, "effectiveOn": "2025-07-14"}
    return await ask(home.node, FOUND, who, input=given | {"excess": "30000.00"} | changes)


async def released(home: rz.Court, measure: Any, who: Caller = HANDLER, **changes: Any) -> Any:
    given = {"id": measure["id"], "version": measure["version"], "rulingNo": rz.NUMBER + "之二"}
    return await ask(home.node, RELEASE, who, input=given | {"releasedOn": "2025-07-14"} | changes)


async def test_the_excess_is_found_and_released(home: rz.Court) -> None:
    measure = await frozen(home)

    known = await found(home, measure)
    assert (known["value"], known["version"]) == ("80000.00", 2)
    assert known["overFreezing"] == {
        "rulingNo": RULED,
        "effectiveOn": "2025-07-14",
        "excess": "30000.00",
        "dueOn": "2025-07-21",
        "recordedBy": HANDLER.officer_id,
        "releasedOn": None,
        "releaseRulingNo": None,
        "releasedBy": None,
    }
    again = await found(home, known)
    assert again["code"] == "DUPLICATE_OF"
    done = await released(home, known)

    assert (done["value"], done["status"]) == ("50000.00", "EFFECTIVE")
    assert (done["overFreezing"]["releasedOn"], done["overFreezing"]["releasedBy"]) == (
        "2025-07-14",
        HANDLER.officer_id,
    )
    assert [(one["ground"], one["rulingNo"]) for one in done["history"]][1:] == [
        ("OVER_SEALED", RULED),
        ("OVER_SEALED", rz.NUMBER + "之二"),
    ]
    car = await rz.add_asset(home)
    figures = await ask(home.node, CHECK, HANDLER, case=rz.NUMBER, assets=[str(car)])
    assert figures["alreadyControlledNet"] == "50000.00"
    assert (await released(home, done))["code"] == "TRANSITION_NOT_ALLOWED"
    assert [event["action"] for event in await events(home.node, "RECORD_OVER_FREEZING", "RELEASE_EXCESS")] == [
        "RECORD_OVER_FREEZING",
        "RELEASE_EXCESS",
    ]
    assert (await found(home, done, excess="1.00"))["overFreezing"]["releasedOn"] is None


async def test_the_excess_follows_a_measure_that_is_converted(home: rz.Court) -> None:
    """Out of a preservation case: what is too much of it is still to be released, from what it became."""
    known = await found(home, await frozen(home))
    case = replace(home.case, id=uuid4(), number="（2025）浙0824执保7号", type=CaseType.PRESERVATION_ENFORCEMENT)
    async with transaction(home.node.pool) as conn:
        await cases.insert(conn, case)
        await conn.execute("UPDATE measures SET case_id = $1", case.id)

    after = await conversion.convert(home.node, HANDLER, UUID(known["id"]), known["version"], rz.NUMBER)
    done = await released(home, {"id": str(after.id), "version": after.version})

    assert (done["value"], done["overFreezing"]["excess"]) == ("50000.00", "30000.00")


@pytest.mark.parametrize(
    ("changes", "who", "code"),
    [
        ({}, CHIEF, "FORBIDDEN"),
        ({}, rz.caller(KAIHUA, 2), "NOT_ASSIGNED"),
        ({"version": 7}, HANDLER, "STALE_VERSION"),
        ({"excess": "80000.00"}, HANDLER, "INVALID_MONEY"),
        ({"effectiveOn": "2025-07-15"}, HANDLER, "INVALID_PERIOD"),
        ({"effectiveOn": "2025-07-13"}, HANDLER, "INVALID_PERIOD"),
        ({"rulingNo": "x"}, HANDLER, "INVALID_CASE_NUMBER"),
    ],
)
async def test_what_is_wrong_is_refused(home: rz.Court, changes: dict[str, Any], who: Caller, code: str) -> None:
    measure = await frozen(home)

    assert (await found(home, measure, who, **changes))["code"] == code
    assert [await home.count(table) for table in ("over_freezes", "warnings")] == [0, 0]
    assert (await released(home, measure))["code"] == "TRANSITION_NOT_ALLOWED"


async def test_only_shares_are_frozen_too_much(home: rz.Court) -> None:
    given = {"caseNumber": rz.NUMBER, "assetId": str(await rz.add_asset(home)), "kind": "SEIZE", "rulingNo": rz.RULING}
    car = await ask(home.node, RULE, HANDLER, input=given | {"idempotencyKey": "c"})

    assert (await found(home, car))["code"] == "MEASURE_NOT_FOR_ASSET"
    assert await home.count("over_freezes") == 0


async def test_seven_days_are_warned_of_until_it_is_released(home: rz.Court, clock: SetClock) -> None:
    known = await found(home, await frozen(home))

    async def told(day: int) -> list[str]:
        clock.set(datetime(2025, 7, day, 2, 0, tzinfo=UTC))
        for _ in range(2):
            await over_freezing.warn(home.node)
        nodes = (await ask(home.node, WARNINGS, HANDLER))["nodes"]
        assert {(one["officerId"], one["dueOn"], one["measureId"]) for one in nodes} == {
            (HANDLER.officer_id, "2025-07-21", str(UUID(known["id"])))
        }
        return [one["level"] for one in reversed(nodes)]

    assert await told(17) == ["WARNING"]
    assert await told(18) == ["WARNING", "WARNING"]
    assert await told(21) == ["WARNING", "WARNING"]
    assert await told(22) == ["WARNING", "WARNING", "URGENT"]
    assert (await released(home, known, releasedOn="2025-07-22"))["value"] == "50000.00"
    assert await told(23) == ["WARNING", "WARNING", "URGENT"]


async def test_a_measure_that_ended_is_not_warned_of(home: rz.Court, clock: SetClock) -> None:
    await found(home, await frozen(home))
    async with home.node.pool.acquire() as conn:
        await conn.execute("UPDATE measures SET status = 'LIFTED'")
    clock.set(datetime(2025, 7, 22, 2, 0, tzinfo=UTC))

    assert await over_freezing.warn(home.node) == 0


async def test_excesses_that_stay_frozen_hold_up_none(
    home: rz.Court, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    await found(home, await frozen(home))
    await cloned(home.node.pool, "measures", 5)
    await cloned(home.node.pool, "over_freezes", 5, measure_id=ID)
    clock.set(datetime(2025, 7, 22, 2, 0, tzinfo=UTC))

    assert [await over_freezing.warn(home.node) for _ in range(2)] == [6, 0]


async def test_what_is_due_goes_by_an_index(node_pool: Pool) -> None:
    found_plan = await plan(node_pool, over_freezes._DUE, datetime(2025, 7, 14, tzinfo=UTC).date(), None, None, 10)

    assert "over_freezes_due" in found_plan
