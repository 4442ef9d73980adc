"""The documentation's first look-up gives the committed answer; and what changes when one court is down (SC-18)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.demo import documents as d
from api.demo.client import Client
from api.demo.zone import Zone
from tests.courts.desks import CENTRE, HANDLER, Desk, Desks, connected, stopped, until

pytestmark = pytest.mark.anyio

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
KAIHUA, CHANGSHAN, XIUNING = "浙0824", "浙0822", "皖1022"
_PATIENCE = 4
VOLATILE = {"lookupId", "tookMs", "asOf"}
CASE_OF_CHANGSHAN = "（2025）浙0822执182号"
DELIVERY = """
query Delivery($id: UUID!) {
  deliveryStatus(id: $id) {
    ... on DeliveryList { messages { state attempts lastCode toCourt { code } } } ... on Problem { code message }
  }
}"""


def still(answer: Any) -> Any:
    """The answer with what differs from run to run replaced by its name; null stays null."""
    if isinstance(answer, dict):
        return {
            name: f"<{name}>" if name in VOLATILE and value is not None else still(value)
            for name, value in answer.items()
        }
    return [still(value) for value in answer] if isinstance(answer, list) else answer


def committed(name: str) -> str:
    """A committed answer, as text in which order counts."""
    return json.dumps(still(json.loads((EXAMPLES / name).read_text(encoding="utf-8"))), ensure_ascii=False, indent=1)


def first_request() -> dict[str, Any]:
    return {
        "query": (EXAMPLES / "first-look-up.graphql").read_text(encoding="utf-8"),
        "variables": json.loads((EXAMPLES / "first-look-up.variables.json").read_text(encoding="utf-8")),
    }


async def answer(desk: Desk, language: str = "en") -> dict[str, Any]:
    """The first look-up's answer; asked again when a busy machine let a court's three seconds pass."""
    for _ in range(_PATIENCE):
        status, body = await desk.whole(first_request(), language)
        assert status == 200
        if b"TIMED_OUT" not in body:
            break
    found: dict[str, Any] = json.loads(body)
    return found


def text(found: dict[str, Any]) -> str:
    return json.dumps(still(found), ensure_ascii=False, indent=1)


def eighth(found: dict[str, Any]) -> dict[str, Any]:
    """What the coverage in the extensions says of 休宁."""
    courts: Iterator[dict[str, Any]] = iter(found["extensions"]["coverage"]["courts"])
    return next(court for court in courts if court["court"]["code"] == XIUNING)


@pytest.fixture
def handler(zone: Zone, client: Client) -> Desk:
    """Who handles the reader's case."""
    return Desks(zone, client).at(KAIHUA, HANDLER)


@pytest.mark.parametrize(("language", "name"), [("en", "first-look-up.json"), ("zh", "first-look-up.zh.json")])
async def test_the_first_look_up_gives_the_committed_answer(handler: Desk, language: str, name: str) -> None:
    assert text(await answer(handler, language)) == committed(name)


async def test_with_one_court_stopped_seven_answer_and_tasks_wait(zone: Zone, client: Client, handler: Desk) -> None:
    desks = Desks(zone, client)
    centre = desks.gateway(CHANGSHAN, CENTRE)

    async def queued() -> list[dict[str, Any]] | None:
        if await centre.code(DELIVERY, id=task_id) == "NOT_FOUND":
            return None
        messages: list[dict[str, Any]] = (await centre.one(DELIVERY, id=task_id))["messages"]
        return messages if messages[0]["attempts"] else None

    async with stopped(zone, XIUNING):
        for language, suffix in (("en", ""), ("zh", ".zh")):
            name = f"first-look-up-one-court-stopped{suffix}.json"
            assert text(await answer(handler, language)) == committed(name)
        await _the_circuit_opens(handler)
        task_id = await desks.delegate_search(CASE_OF_CHANGSHAN, XIUNING)
        waiting = await until(queued)
        assert (await desks.at(CHANGSHAN, CENTRE).one(d.TASK, id=task_id))["status"] == "DISPATCHED"
        assert await centre.code(d.TRACKED_TASK, id=task_id) == "NOT_FOUND"  # nothing is tracked before it arrived

    assert [(m["state"], m["lastCode"], m["toCourt"]["code"]) for m in waiting] == [("QUEUED", "UNREACHABLE", XIUNING)]
    await _it_was_delivered_once(desks, task_id)
    await until(lambda: _is_complete(handler))
    assert text(await answer(handler)) == committed("first-look-up.json")


async def _the_circuit_opens(handler: Desk) -> None:
    """After five failures nobody waits for the court; the answer still names it."""

    async def once_open() -> dict[str, Any] | None:
        found = await answer(handler)
        return found if eighth(found)["status"] == "CIRCUIT_OPEN" else None

    found: dict[str, Any] = await until(once_open)

    assert "errors" not in found
    assert eighth(found)["reason"] == "TOO_MANY_FAILURES"
    coverage = found["extensions"]["coverage"]
    assert (coverage["inScope"], coverage["answered"], coverage["complete"]) == (8, 7, False)


async def _is_complete(handler: Desk) -> bool:
    found = await answer(handler)
    return bool(found["extensions"]["coverage"]["complete"])


async def _all_delivered(desks: Desks, task_id: str) -> list[dict[str, Any]] | None:
    messages: list[dict[str, Any]] = (await desks.gateway(CHANGSHAN, CENTRE).one(DELIVERY, id=task_id))["messages"]
    return messages if {message["state"] for message in messages} == {"DELIVERED"} else None


async def _it_was_delivered_once(desks: Desks, task_id: str) -> None:
    """The entrusted court has the task, and one message of it; both courts hold the same log."""
    there = await desks.reached(XIUNING, task_id, "RECEIVED")
    here = await desks.reached(CHANGSHAN, task_id, "RECEIVED")
    delivered: list[dict[str, Any]] = await until(lambda: _all_delivered(desks, task_id))
    async with connected(desks.zone, "341022") as conn:
        arrived = await conn.fetchval("SELECT count(*) FROM inbox WHERE task = $1", task_id)
        tasks = await conn.fetchval("SELECT count(*) FROM tasks WHERE id = $1", task_id)

    assert [event["type"] for event in there["timeline"]] == ["DISPATCHED", "RECEIVED"]
    assert there["timeline"] == here["timeline"]
    assert [message["toCourt"]["code"] for message in delivered] == [XIUNING, CHANGSHAN]
    assert (arrived, tasks) == (1, 1)


async def test_silence_can_be_refused(zone: Zone, client: Client, handler: Desk) -> None:
    document = """
    query Look($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
      debtorPresence(identity: $identity, basis: $basis, scope: $scope) {
        ... on DebtorPresence { openCaseCount }
        ... on NotCovered { code coverage { complete courts { court { code } status reason } } }
        ... on Refusal { code }
      }
    }"""
    variables = first_request()["variables"]
    variables["scope"] = {"wholeZone": True, "requiredCourts": [XIUNING]}

    async with stopped(zone, XIUNING):
        _, body = await handler.whole({"query": document, "variables": variables})

    found = json.loads(body)["data"]["debtorPresence"]
    assert found["code"] == "NOT_COVERED"
    assert not found["coverage"]["complete"]
    (silent,) = [court for court in found["coverage"]["courts"] if court["status"] not in {"ANSWERED", "EMPTY"}]
    assert silent["court"]["code"] == XIUNING
    await until(lambda: _is_complete(handler))
