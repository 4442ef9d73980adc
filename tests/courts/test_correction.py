"""SC-25 in a running zone: a listed debtor's request is upheld, and no process shows the entry any more."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.demo.client import Client
from api.demo.zone import Zone
from db.clock import civil_date
from tests.courts.desks import CENTRE, CHIEF, CLERK, Desks, connected, until

pytestmark = pytest.mark.anyio
COURT, DIVISION = "浙0822", "330822"
PRESIDENT = "06"
_ENTRY = """
    SELECT d.id, c.number, c.handler_id FROM dishonest_entries d JOIN cases c ON c.id = d.case_id
     JOIN parties p ON p.id = d.party_id
     WHERE d.published_on <= $1 AND d.until_on >= $1 AND d.removed_on IS NULL AND NOT p.is_minor ORDER BY d.id LIMIT 1
"""
ENTRIES = """
query Entries($number: CaseNumber!) { dishonestEntries(caseNumber: $number) {
  ... on DishonestEntries { entries { id revision } } ... on Problem { code message } } }"""
REQUEST = """
mutation Request($input: RequestCorrectionInput!) { requestCorrection(input: $input) {
  ... on EntryCorrection { id version status dueOn } ... on Problem { code message } } }"""
DECIDE = """
mutation Decide($input: DecideCorrectionInput!) { decideCorrection(input: $input) {
  ... on EntryCorrection { status entryRevision correctBy decidedBy } ... on Problem { code message } } }"""
LIST = """
query List($scope: Scope!) { publicDishonestDebtors(scope: $scope, first: 100) {
  ... on PublicDishonestDebtors { nodes { sourceCourt revision } coverage { complete } }
  ... on Problem { code message } } }"""
AT_NODE = """
query List($scope: Scope!) { zone { publicDishonestDebtors(scope: $scope, first: 100) {
  ... on PublicDishonestDebtors { nodes { sourceCourt revision } } } } }"""
TRAIL = """
query Trail($filter: AuditFilter) { auditTrail(filter: $filter, first: 1) {
  ... on AuditTrail { entries { officerId outcome caseNumber } } ... on Problem { code message } } }"""


@pytest.fixture
async def listed(zone: Zone) -> AsyncIterator[dict[str, Any]]:
    """An entry in force at 常山; it stands again when the test is over, for the others."""
    async with connected(zone, DIVISION) as conn:
        row = await conn.fetchrow(_ENTRY, civil_date(zone.clock.now()))
    assert row is not None
    yield dict(row)
    async with connected(zone, DIVISION) as conn:
        await conn.execute("DELETE FROM corrections WHERE entry_id = $1", row["id"])
        await conn.execute("UPDATE dishonest_entries SET removed_on = NULL, revision = 1 WHERE id = $1", row["id"])


async def test_upheld_correction_leaves_every_process(zone: Zone, client: Client, listed: dict[str, Any]) -> None:
    desks, scope = Desks(zone, client), {"courts": [COURT]}
    clerk, chief = desks.at(COURT, CLERK), desks.at(COURT, CHIEF)
    gateway, elsewhere = desks.gateway("皖1021"), desks.at("皖1021", CENTRE)
    entry, number = str(listed["id"]), listed["number"]

    async def published() -> int:
        found = await gateway.one(LIST, scope=scope)
        assert found["coverage"]["complete"] is True
        return len(found["nodes"])

    before = await published()
    assert entry in {each["id"] for each in (await clerk.one(ENTRIES, number=number))["entries"]}

    given = {"entryId": entry, "ground": "SHOULD_NOT_BE_LISTED", "requester": "PARTY", "channel": "IN_PERSON"}
    given |= {"requestedOn": civil_date(zone.clock.now()).isoformat(), "idempotencyKey": entry}
    made = await clerk.one(REQUEST, input=given)
    decision = {"id": made["id"], "version": made["version"], "decision": "REMOVE"}
    assert await clerk.code(DECIDE, input=decision) == "FORBIDDEN"
    assert await published() == before
    done = await chief.one(DECIDE, input=decision)

    assert (done["status"], done["entryRevision"], done["decidedBy"]) == ("REMOVED", 2, f"o-{DIVISION}-{CHIEF}")
    assert await published() == before - 1
    assert entry not in {each["id"] for each in (await clerk.one(ENTRIES, number=number))["entries"]}
    zone_list = (
        LIST.replace("publicDishonestDebtors(", "zone { publicDishonestDebtors(").replace("} }", "} }", 1) + " }"
    )
    assert len((await elsewhere.one(zone_list, scope=scope))["publicDishonestDebtors"]["nodes"]) == before - 1
    (event,) = (await desks.at(COURT, PRESIDENT).one(TRAIL, filter={"action": "DECIDE_CORRECTION"}))["entries"]
    assert event == {"officerId": f"o-{DIVISION}-{CHIEF}", "outcome": "REMOVED", "caseNumber": number}


async def test_running_node_chains_by_itself(zone: Zone) -> None:
    async def chained() -> bool:
        async with connected(zone, DIVISION) as conn:
            queued, events = [
                int(await conn.fetchval(f"SELECT count(*) FROM {table}")) for table in ("audit_queue", "audit_events")
            ]
        return queued == 0 < events

    await until(chained)

    assert await chained()
