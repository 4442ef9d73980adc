"""Every kind of asset goes end to end: found by a channel, adopted into the case, read, masked or whole."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from db.clock import SetClock
from db.pool import open_pool
from db.records.assets import AssetKind
from enforcement import unit_worker
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.asset_details import DETAILS
from schema.node.schema import SCHEMA
from tests.enforcement import registry_zone as rz
from tests.enforcement.holdings_samples import SAMPLES, holding, same
from tests.enforcement.test_search_results import LAND, Says, keeps, says
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio
HANDLER, CLERK = rz.caller(KAIHUA), rz.caller(KAIHUA, 4, Role.CLERK)
REQUEST = """
mutation Search($input: RequestAssetSearchInput!) {
  requestAssetSearch(input: $input) { ... on AssetSearch { id } ... on Problem { code } }
}
"""
ADOPT = """
mutation Adopt($input: AdoptFindingInput!) {
  adoptFinding(input: $input) { ... on Asset { id status } ... on Problem { code } }
}
"""


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    court = await rz.kaihua(Zone(), pool, clock)
    await keeps(court, LAND, *AssetKind)
    await keeps(court, rz.CARS.format("330824"))
    yield court
    await pool.close()


async def run(court: rz.Court, document: str, who: Caller = HANDLER, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variables, NodeContext(court.node, who, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    (answer,) = result.data.values()
    return answer


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def details(kind: AssetKind) -> str:
    """The selection of everything that is said of such an asset."""
    names = [camel(name) for facts in SAMPLES[kind] for name in facts]
    return f"details {{ __typename kind ... on {DETAILS[kind].__name__} {{ {' '.join(names)} }} }}"


async def searched(court: rz.Court, kind: AssetKind) -> str:
    """The id of a search that found one of the kind."""
    given = {"caseNumber": rz.NUMBER, "kinds": [kind.value], "idempotencyKey": "k"}
    made = await run(court, REQUEST, input=given)
    await unit_worker.run_once(court.node, Says(says(court, holding(kind))), lambda: 0.5)
    return str(made["id"])


def check(told: dict[str, Any], kind: AssetKind) -> None:
    identity, facts = SAMPLES[kind]
    assert (told.pop("__typename"), told.pop("kind")) == (DETAILS[kind].__name__, kind)
    for name, value in (identity | facts).items():
        assert same(told.pop(camel(name)), value), name
    assert told == {}


@pytest.mark.parametrize("kind", list(AssetKind))
async def test_found_adopted_and_read(home: rz.Court, kind: AssetKind) -> None:
    search_id = await searched(home, kind)
    document = f"""query Search($id: UUID!) {{ assetSearch(id: $id) {{ ... on AssetSearch {{
      results {{ kind outcome isComplete channels {{ unitId channel outcome source asOf }} }}
      findings {{ id kind owner {details(kind)} standingMeasures {{ court }} }} }} }} }}"""

    search = await run(home, document, id=search_id)
    (finding,) = search["findings"]
    adopted = await run(home, ADOPT, input={"findingId": finding["id"], "idempotencyKey": "a"})
    asset = await run(
        home, f"query Asset($id: ID!) {{ node(id: $id) {{ ... on Asset {{ {details(kind)} }} }} }}", **adopted
    )

    check(finding["details"], kind)
    check(asset["details"], kind)
    assert (search["results"][0]["kind"], search["results"][0]["outcome"]) == (kind, "FOUND")
    assert adopted["status"] == "FOUND"


async def test_who_reads_no_identities_reads_no_names(home: rz.Court) -> None:
    search_id = await searched(home, AssetKind.MOVABLE)
    document = f"""query Search($id: UUID!) {{ assetSearch(id: $id) {{ ... on AssetSearch {{
      findings {{ {details(AssetKind.MOVABLE)} }} }} }} }}"""

    search = await run(home, document, CLERK, id=search_id)

    told = search["findings"][0]["details"]
    assert told["quantity"] == "2"
    assert told["custodian"] == "****"
    assert told["serial"] == "********0001"


async def test_a_hint_at_a_mistyped_vin(home: rz.Court) -> None:
    made = await run(home, REQUEST, input={"caseNumber": rz.NUMBER, "kinds": ["VEHICLE"], "idempotencyKey": "k"})
    typed = [
        holding(AssetKind.VEHICLE, identity={"plate": "浙HX0001", "vin": "LFAKE0A11R0000001"}),
        holding(AssetKind.VEHICLE),
    ]
    await unit_worker.run_once(home.node, Says(says(home, *typed)), lambda: 0.5)
    document = """query Search($id: UUID!) { assetSearch(id: $id) { ... on AssetSearch {
      findings { details { ... on Vehicle { vin vinCheckHolds } } } } } }"""

    whole = await run(home, document, id=made["id"])
    masked = await run(home, document, CLERK, id=made["id"])

    assert {(f["details"]["vin"], f["details"]["vinCheckHolds"]) for f in whole["findings"]} == {
        ("LFAKE0A11R0000001", False),
        ("LFAKE0A1XR0000001", True),
    }
    assert {f["details"]["vinCheckHolds"] for f in masked["findings"]} == {None}


async def test_a_share_that_only_names_the_thing(home: rz.Court) -> None:
    """Records of before name a share by its percentage."""
    made = await run(home, REQUEST, input={"caseNumber": rz.NUMBER, "kinds": ["EQUITY"], "idempotencyKey": "k"})
    old = holding(AssetKind.EQUITY, identity={"uscc": "91330824FAKE000139", "share_percent": "35"}, facts=None)
    await unit_worker.run_once(home.node, Says(says(home, old)), lambda: 0.5)
    document = """query Search($id: UUID!) { assetSearch(id: $id) { ... on AssetSearch {
      findings { details { ... on Equity { sharePercent company } } } } } }"""

    told = await run(home, document, id=made["id"])
    masked = await run(home, document, CLERK, id=made["id"])

    assert told["findings"][0]["details"] == {"sharePercent": "35", "company": None}
    assert masked["findings"][0]["details"] == {"sharePercent": "35", "company": None}
