"""SC-16 and SC-20 between running nodes: over-sealing and its exception; a thing that another court sealed first."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.demo.client import Client
from api.demo.zone import Zone
from db.clock import civil_date
from db.records.assets import AssetKind
from tests.courts.desks import CHIEF, Desk, Desks, connected, division_of, until
from tests.courts.dockets import Docket, Thing, docket

pytestmark = pytest.mark.anyio
FIRST, ASKING = "浙0824", "赣1181"
THINGS = {
    "house": Thing(AssetKind.REAL_ESTATE, {"unit_no": "330824009009GB90009F00090009"}, "900000.00", "330824"),
    "car": Thing(AssetKind.VEHICLE, {"plate": "浙H90909"}, "90000.00", "330824"),
}
PAPER = {"number": "样1号", "sha256": "0" * 64}
_MEASURE = """... on ControlMeasure { id status version proportionality { verdict ratio outstanding } }
  ... on ExceedsClaim { claim controlled requested } ... on Problem { code message }"""
RULE = f"mutation M($input: RuleMeasureInput!) {{ ruleMeasure(input: $input) {{ __typename {_MEASURE} }} }}"
DECIDE = f"mutation M($input: DecideMeasureInput!) {{ decideMeasure(input: $input) {{ __typename {_MEASURE} }} }}"
_TRANSFER = """... on TransferRequest { id status otherCourt askingCase dueOn refusedCode reserved version }
  ... on Problem { code message }"""
REQUEST = f"mutation M($input: RequestTransferInput!) {{ requestTransfer(input: $input) {{ __typename {_TRANSFER} }} }}"
ANSWER = f"""mutation M($input: AnswerTransferRequestInput!) {{
  answerTransferRequest(input: $input) {{ __typename {_TRANSFER} }} }}"""
LIST = """{ transferRequests { ... on TransferRequestConnection {
  nodes { id status otherCourt askingCase dueOn refusedCode reserved version } } } }"""
CLAIMS = """mutation M($input: RecordClaimsInput!) { recordClaims(input: $input) {
  ... on EnforcementCase { id version } ... on Problem { code message } } }"""
SECURED = {"kind": "MONEY", "principal": "98621.00", "priority": "SECURED"}
_SEAL = """
    INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on,
                          registered_at, effective_at, expires_on, rank, term_years, value, version, synthetic)
    VALUES ($1, $2, $3, 'SEAL', 'EFFECTIVE', $4, $4, $5, $6, $7, $7, $8, 1, 3, 90000, 1, true)
"""


@pytest.fixture
async def dockets(zone: Zone) -> AsyncIterator[tuple[Docket, Docket]]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(docket(zone, FIRST, **THINGS))
        asking = await stack.enter_async_context(docket(zone, ASKING, **THINGS))
        yield first, asking


async def test_sc20_the_house_is_too_much_but_for_the_chief(
    zone: Zone, client: Client, dockets: tuple[Docket, Docket]
) -> None:
    desks, (here, _) = Desks(zone, client), dockets
    handler, chief = desks.at(FIRST), desks.at(FIRST, CHIEF)
    given = {"caseNumber": here.case.number, "rulingNo": here.case.number + "之一", "kind": "SEAL"}
    car = await handler.one(RULE, input=given | {"assetId": str(here.things["car"]), "idempotencyKey": "control-car"})
    assert car["status"] == "RULED"

    house = given | {"assetId": str(here.things["house"]), "idempotencyKey": "control-house"}
    refused = await _told(handler, RULE, house)
    assert refused == {"claim": "100000.00", "controlled": "90000.00", "requested": "900000.00"}
    asked = await handler.one(RULE, input=house | {"asIndivisible": True, "idempotencyKey": "control-only"})
    assert (asked["status"], asked["proportionality"]["verdict"]) == ("PROPOSED", "INDIVISIBLE_ALLOWED")
    decision = {"id": asked["id"], "version": asked["version"], "decision": "APPROVE"}
    assert await handler.code(DECIDE, input=decision) == "FORBIDDEN"
    approved = await chief.one(DECIDE, input=decision)

    assert approved["status"] == "RULED"
    assert approved["proportionality"] == {
        "verdict": "INDIVISIBLE_ALLOWED",
        "ratio": "9.9000",
        "outstanding": "100000.00",
    }


async def _told(desk: Desk, document: str, given: dict[str, Any]) -> dict[str, Any]:
    """The figures of a refusal that carries them."""
    status, body = await desk.whole({"query": document, "variables": {"input": given}})
    assert status == 200
    (value,) = json.loads(body)["data"].values()
    assert value["code"] == "EXCEEDS_CLAIM"
    return {name: value[name] for name in ("claim", "controlled", "requested")}


async def test_sc16_a_priority_creditor_asks_for_the_house(
    zone: Zone, client: Client, dockets: tuple[Docket, Docket]
) -> None:
    desks, (first, asking), now = Desks(zone, client), dockets, zone.clock.now()
    creditor, chief = desks.at(ASKING), desks.at(FIRST, CHIEF)
    since = now - timedelta(days=61)
    async with connected(zone, division_of(FIRST)) as conn:
        expires_on = civil_date(now) + timedelta(days=900)
        number = first.case.number + "之一"
        sealed = (uuid4(), first.things["house"], first.case.id, FIRST, number, civil_date(since), since, expires_on)
        await conn.execute(_SEAL, *sealed)
    given = {
        "caseNumber": asking.case.number,
        "assetId": str(asking.things["house"]),
        "firstSealingCourt": FIRST,
        "firstSealedOn": civil_date(since).isoformat(),
        "priority": "MORTGAGE",
        "amount": "98621.00",
        "letter": PAPER,
        "effectiveDocument": PAPER,
        "explanation": PAPER,
        "idempotencyKey": f"transfer-{asking.things['house']}",
    }
    assert await creditor.code(REQUEST, input=given) == "CLAIM_NOT_PRIOR"
    await creditor.one(
        CLAIMS, input={"caseNumber": asking.case.number, "version": asking.case.version, "claims": [SECURED]}
    )
    sixty = (civil_date(now) - timedelta(days=60)).isoformat()
    early = given | {"firstSealedOn": sixty, "idempotencyKey": f"early-{asking.things['house']}"}
    assert await creditor.code(REQUEST, input=early) == "TRANSFER_TOO_EARLY"
    assert await _listed(creditor) == []

    made = await creditor.one(REQUEST, input=given)
    pending = await until(lambda: _standing(creditor, "PENDING"))
    (asked,) = await _listed(chief)

    assert (asked["id"], asked["otherCourt"], asked["askingCase"]) == (made["id"], ASKING, asking.case.number)
    assert pending["dueOn"] == asked["dueOn"] >= (civil_date(now) + timedelta(days=15)).isoformat()
    answer = {"id": asked["id"], "version": asked["version"], "answer": "TRANSFER", "letter": PAPER}
    done = await chief.one(ANSWER, input=answer | {"reservedAmount": "20000.00"})
    heard = await until(lambda: _standing(creditor, "TRANSFERRED"))
    assert (done["status"], heard["reserved"]) == ("TRANSFERRED", "20000.00")


async def _listed(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.one(LIST))["nodes"]
    return found


async def _standing(desk: Desk, status: str) -> dict[str, Any] | None:
    """The one request, once it stands so."""
    (found,) = await _listed(desk)
    return found if found["status"] == status else None
