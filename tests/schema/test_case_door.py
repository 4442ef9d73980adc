"""Cases, searches, measures and money through GraphQL: a story in one case, refusals as values."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import GraphQLObjectType
from strawberry.schema.config import StrawberryConfig

from db.clock import SetClock
from db.pool import open_pool
from enforcement import unit_worker
from enforcement.rules import refusals, task_refusals
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.messages import message
from schema.node.cases import CaseQuery
from schema.node.measures import MeasureMutation
from schema.node.money import MoneyMutation
from schema.node.searches import SearchMutation, SearchQuery
from schema.node.units import UnitQuery
from schema.scalars import SCALARS
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio


@strawberry.type
class Query(CaseQuery, SearchQuery, UnitQuery):
    pass


@strawberry.type
class Mutation(SearchMutation, MeasureMutation, MoneyMutation):
    pass


SCHEMA = strawberry.Schema(Query, Mutation, config=StrawberryConfig(scalar_map=dict(SCALARS)))
HANDLER = rz.caller(KAIHUA)


@pytest.fixture
def units(tmp_path: Path, clock: SetClock) -> rz.Units:
    return rz.new_units(tmp_path, clock)


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def run(court: rz.Court, document: str, who: Caller | None = HANDLER, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variables, NodeContext(court.node, who, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    (answer,) = result.data.values()
    return answer


async def act(court: rz.Court, name: str, selection: str, who: Caller | None = HANDLER, **given: Any) -> Any:
    document = (
        f"mutation Act($input: {name[0].upper() + name[1:]}Input!) "
        f"{{ {name}(input: $input) {{ __typename {selection} ... on Problem {{ code message }} }} }}"
    )
    return await run(court, document, who, input=given)


CASE = """
query Case($number: CaseNumber!) {
  enforcementCase(caseNumber: $number) {
    ... on EnforcementCase {
      caseNumber status amountApplied
      parties { role name identifier }
      assets { nodes { kind status source asOf identity { part value } } }
      measures { nodes {
        kind status rank expiresOn orderingCourt executingCourt asset { division } receipts { receiptNo rank result }
      } }
      searches { nodes { status kinds inquiries { unitId outcome source asOf } findings { kind } } }
      findings { nodes { kind adoptedAt source } }
      payments { nodes { amount paidOn venueCourt method } }
      settlements { total status instalments { no dueOn amount } }
      deferrals { kind status ground }
      delegatedTaskIds
      outstanding { paid left lines { kind due paid left } }
    }
    ... on Problem { code }
  }
}"""


async def test_car_found_seized_and_paid(home: rz.Court, units: rz.Units, clock: SetClock) -> None:
    """One story in one piece: each step needs what the one before it returned."""
    units.store.add_holding("u-330824-vehicle", rz.DEBTOR_NO, {"plate": rz.PLATE, "vin": rz.VIN})
    find = await _found(home, units)

    asset = await act(home, "adoptFinding", "... on Asset { id status }", findingId=find["id"], idempotencyKey="a")
    clock.set(datetime(2025, 7, 15, 1, 0, tzinfo=UTC))
    measure = await act(
        home,
        "ruleMeasure",
        "... on ControlMeasure { id status value }",
        caseNumber=rz.NUMBER,
        assetId=asset["id"],
        kind="SEIZE",
        rulingNo=rz.RULING,
        value="62000.00",
        termYears=2,
        idempotencyKey="m",
    )
    assert (measure["status"], measure["value"]) == ("RULED", "62000.00")
    notice = await act(
        home,
        "serveAssistanceNotice",
        "... on AssistanceNotice { id status receipt { rank } }",
        measureId=measure["id"],
        idempotencyKey="n",
    )
    assert (notice["status"], notice["receipt"]) == ("SERVED", None)
    await unit_worker.run_once(home.node, units, lambda: 0.5)
    await _pay_settle_defer(home, asset["id"])

    case = await run(home, CASE, number=rz.NUMBER)

    assert case["assets"]["nodes"][0]["status"] == "CONTROLLED"
    (seized,) = case["measures"]["nodes"]
    assert (seized["status"], seized["rank"], seized["expiresOn"]) == ("EFFECTIVE", 1, "2027-07-15")
    assert seized["receipts"][0]["result"] == "REGISTERED"
    assert case["searches"]["nodes"][0]["inquiries"][0]["outcome"] == "FOUND"
    assert case["findings"]["nodes"][0]["adoptedAt"] is not None
    assert case["payments"]["nodes"] == [
        {"amount": "20000.00", "paidOn": "2025-07-15", "venueCourt": SHEXIAN, "method": "BANK_TRANSFER"}
    ]
    assert [part["amount"] for part in case["settlements"][0]["instalments"]] == ["40000.00", "40000.00"]
    assert case["deferrals"] == [{"kind": "AUCTION", "status": "REQUESTED", "ground": "SETTLEMENT_TALKS"}]
    assert case["outstanding"]["paid"] == "20000.00"


async def _found(home: rz.Court, units: rz.Units) -> dict[str, Any]:
    search = await act(
        home,
        "requestAssetSearch",
        "... on AssetSearch { id status }",
        caseNumber=rz.NUMBER,
        kinds=["VEHICLE"],
        idempotencyKey="s",
    )
    assert search["status"] == "OPEN"
    await unit_worker.run_once(home.node, units, lambda: 0.5)
    read = await run(
        home,
        "query S($id: UUID!) { assetSearch(id: $id) { "
        "... on AssetSearch { status findings { id identity { value } } } } }",
        id=search["id"],
    )
    assert read["status"] == "DONE"
    (find,) = read["findings"]
    assert [part["value"] for part in find["identity"]] == [rz.PLATE, rz.VIN]
    return dict(find)


async def _pay_settle_defer(home: rz.Court, asset_id: str) -> None:
    common: dict[str, Any] = {"caseNumber": rz.NUMBER, "venueCourt": SHEXIAN}
    await act(
        home,
        "recordPayment",
        "... on Payment { id }",
        **common,
        amount="20000.00",
        paidOn="2025-07-15",
        method="BANK_TRANSFER",
        idempotencyKey="p",
    )
    await act(
        home,
        "recordSettlement",
        "... on SettlementAgreement { id }",
        **common,
        total="80000.00",
        instalments=[{"dueOn": "2025-08-15", "amount": "40000.00"}, {"dueOn": "2025-09-15", "amount": "40000.00"}],
        signedOn="2025-07-15",
        form="WRITTEN",
        idempotencyKey="t",
    )
    await act(
        home,
        "requestDeferral",
        "... on Deferral { id }",
        **common,
        kind="AUCTION",
        assetId=asset_id,
        ground="SETTLEMENT_TALKS",
        requestedOn="2025-07-15",
        idempotencyKey="d",
    )


async def test_over_sealing_is_told_with_figures(home: rz.Court) -> None:
    asset_id = await rz.add_asset(home)

    answer = await act(
        home,
        "ruleMeasure",
        "... on ExceedsClaim { claim controlled requested }",
        caseNumber=rz.NUMBER,
        assetId=str(asset_id),
        kind="SEIZE",
        rulingNo=rz.RULING,
        value="900000.00",
        idempotencyKey="m",
    )

    assert (answer["__typename"], answer["code"]) == ("ExceedsClaim", "EXCEEDS_CLAIM")
    assert (answer["controlled"], answer["requested"]) == ("0.00", "900000.00")


async def test_term_is_told_with_its_limit(home: rz.Court) -> None:
    asset_id = await rz.add_asset(home)

    answer = await act(
        home,
        "ruleMeasure",
        "... on TermTooLong { maxYears }",
        caseNumber=rz.NUMBER,
        assetId=str(asset_id),
        kind="SEIZE",
        rulingNo=rz.RULING,
        termYears=5,
        idempotencyKey="m",
    )

    assert (answer["__typename"], answer["maxYears"]) == ("TermTooLong", 2)


async def test_last_day_of_the_calendar_is_answered(home: rz.Court) -> None:
    document = """query C($number: CaseNumber!) { enforcementCase(caseNumber: $number) {
      ... on EnforcementCase { id outstanding(asOf: "9999-12-31") { asOf } } } }"""

    case = await run(home, document, number=rz.NUMBER)

    assert case == {"id": str(home.case.id), "outstanding": {"asOf": "9999-12-31"}}


@pytest.mark.parametrize("first", [-1, 0, 101])
async def test_page_of_another_size_is_refused(home: rz.Court, first: int) -> None:
    document = "query C($first: Int!) { enforcementCases(first: $first) { ... on Refusal { code part } } }"

    assert await run(home, document, first=first) == {"code": "INVALID_PAGE", "part": "first"}


async def test_zero_is_no_payment(home: rz.Court) -> None:
    answer = await act(
        home,
        "recordPayment",
        "... on Refusal { part }",
        caseNumber=rz.NUMBER,
        amount="0.00",
        paidOn="2025-07-14",
        method="CASH",
        idempotencyKey="p",
    )

    assert (answer["code"], answer["part"]) == ("INVALID_MONEY", "amount")
    assert await home.count("payments") == 0


async def test_task_without_ruling_names_the_paper(home: rz.Court, new_database: Callable[..., Any]) -> None:
    pool = await open_pool(await new_database("node"))
    away = await rz.shexian(Zone(), pool, rz.clock_of(home))
    task = await rz.add_task(away, rz.content())

    answer = await act(
        away,
        "serveAssistanceNotice",
        "... on LegalDocumentMissing { missing }",
        rz.caller(SHEXIAN),
        taskId=str(task.id),
        idempotencyKey="n",
    )

    await pool.close()
    assert (answer["__typename"], answer["missing"]) == ("LegalDocumentMissing", ["RULING"])


async def test_clerk_sees_masks(home: rz.Court) -> None:
    await rz.add_asset(home)

    case = await run(home, CASE, rz.caller(KAIHUA, 4, Role.CLERK), number=rz.NUMBER)

    text = str(case)
    for secret in (rz.DEBTOR_NO, "李样甲", rz.PLATE, rz.VIN):
        assert secret not in text


async def test_nobody_sees_nothing(home: rz.Court) -> None:
    for who, code in [(None, "FORBIDDEN"), (rz.caller(KAIHUA, 2), "NOT_FOUND")]:
        assert await run(home, CASE, who, number=rz.NUMBER) == {"code": code}
    assert (await run(home, CASE, number="执365"))["code"] == "INVALID_CASE_NUMBER"


async def test_pages_end(home: rz.Court) -> None:
    document = """query C($after: String) {
      enforcementCases(first: 1, after: $after) {
        ... on EnforcementCaseConnection {
          nodes { caseNumber } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
        ... on Problem { code }
      }
    }"""
    page = await run(home, document)
    assert [case["caseNumber"] for case in page["nodes"]] == [rz.NUMBER]
    (cursor,) = (edge["cursor"] for edge in page["edges"])
    assert page["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": False,
        "startCursor": cursor,
        "endCursor": cursor,
    }
    assert (await run(home, document, after=cursor))["nodes"] == []
    assert (await run(home, document, after="nonsense"))["code"] == "INVALID_CURSOR"


async def test_units_say_what_they_do(home: rz.Court) -> None:
    found = await run(home, "{ assistingUnits(kind: VEHICLE_OFFICE) { id kind items { code assetKinds } } }")

    assert found[0]["id"] == "u-330824-vehicle"
    assert found[0]["items"][0] == {"code": "SEARCH", "assetKinds": ["VEHICLE"]}


def test_everything_is_described() -> None:
    for name, kind in SCHEMA._schema.type_map.items():
        if name.startswith("__") or name in {"Query", "Mutation", "String", "Int", "Boolean", "ID", "UUID", "Float"}:
            continue
        assert kind.description, name
        for field_name, field in getattr(kind, "fields", {}).items():
            assert field.description, (name, field_name)
            for argument_name, argument in getattr(field, "args", {}).items():
                assert argument.description, (name, field_name, argument_name)
        if isinstance(kind, GraphQLObjectType):
            continue
        for value_name, value in getattr(kind, "values", {}).items():
            assert value.description, (name, value_name)


def test_every_refusal_has_its_text() -> None:
    kinds: list[type[refusals.RuleBroken]] = [
        refusals.CaseNotOpen,
        refusals.NotJudgmentDebtor,
        refusals.NotDebtorsAsset,
        refusals.ExemptProperty,
        refusals.TermTooLong,
        refusals.ExceedsClaim,
        refusals.AssistanceOutOfScope,
        refusals.MeasureNotForAsset,
        refusals.InstalmentsDoNotAddUp,
        refusals.DebtorNotNamed,
        refusals.UnitNotNamed,
        task_refusals.NotAssigned,
        task_refusals.IdempotencyKeyReused,
        task_refusals.LegalDocumentMissing,
    ]
    for kind in kinds:
        assert message(kind.code, "zh") != message(kind.code, "en")
