"""Officers of every court who look debtors up, rightly and wrongly, and what is sent to the wrong door."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import anyio

from api.demo import documents as d
from api.demo import fixtures
from api.demo.client import Refused
from db.records.cases import CaseStatus
from db.records.parties import IdentifierKind, PartyRole
from tests.faults import canaries as c
from tests.faults.started_zone import StartedZone

_AT_ONCE: Final = 4
_SECTIONS: Final = ["CASES", "ASSETS_UNDER_CONTROL", "PAYMENTS", "SETTLEMENTS", "SANCTIONS"]
_ZONE: Final = {"wholeZone": True}
_JSON: Final = {"Content-Type": "application/json"}
MISSENT_ANSWERS: Final = [*["ASK_OWN_COURT"] * 5, "DOCUMENT_SYNTAX", "MALFORMED_REQUEST", "METHOD_NOT_ALLOWED", "error"]
"""What the gateway says to `missend`, in order."""
_WHEREABOUTS: Final = """
query Whereabouts(
  $identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!, $sections: [ProfileSection!]!
) {
  debtorProfile(identity: $identity, basis: $basis, sections: $sections, scope: $scope) {
    ... on DebtorProfile { cases { caseNumber } whereabouts { address workplace } coverage { answered } }
    ... on Problem { code message }
  }
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """One look-up by one officer."""

    division: str
    officer: str
    document: str
    variables: dict[str, Any]


def _variables(identity: str, case: str, purpose: str = "PROPERTY_INVESTIGATION", remark: str = "") -> dict[str, Any]:
    basis = {"caseNumber": case, "purpose": purpose, **({"remark": remark} if remark else {})}
    return {"identity": {"residentId": identity}, "basis": basis, "scope": _ZONE}


def _pairs(court: str) -> Iterator[tuple[str, str, str]]:
    """(officer, case, debtor's id number) of every case that is open at that court."""
    rows = fixtures.rows(court)
    numbers = {p.id: p.identifier for p in rows.parties if p.identifier_kind is IdentifierKind.ID_NUMBER}
    cases = {case.id: case for case in rows.cases if case.status is CaseStatus.IN_PROGRESS}
    for link in rows.case_parties:
        if link.role is PartyRole.DEBTOR and link.case_id in cases and link.party_id in numbers:
            case = cases[link.case_id]
            yield case.handler_id, case.number, numbers[link.party_id]


def right(count: int) -> list[Look]:
    """Presence and profile in turn, the courts in turn; every fifth is about the canary."""
    pairs = {court.division: list(_pairs(court.code)) for court in fixtures.courts()}
    looks: list[Look] = []
    for number in range(count):
        if number % 5 == 0:
            looks.append(canary(number))
            continue
        division = fixtures.courts()[number % len(pairs)].division
        officer, case, identity = pairs[division][number // len(pairs) % len(pairs[division])]
        variables = _variables(identity, case)
        if number % 2:
            looks.append(Look(division, officer, d.PRESENCE, variables))
        else:
            looks.append(Look(division, officer, d.PROFILE, {**variables, "sections": _SECTIONS}))
    return looks


def canary(number: int) -> Look:
    """The canary's whereabouts, or where they have cases, asked by 开化."""
    if number % 2:
        return Look("330824", "o-330824-01", d.PRESENCE, _variables(c.PERSON, c.HOME_CASE, "WHEREABOUTS", c.REMARK))
    return whereabouts()


def whereabouts(scope: dict[str, Any] = _ZONE) -> Look:
    """Where the canary lives and works."""
    variables = _variables(c.PERSON, c.HOME_CASE, "WHEREABOUTS", c.REMARK)
    sections = ["CASES", "WHEREABOUTS"]
    return Look("330824", "o-330824-01", _WHEREABOUTS, {**variables, "scope": scope, "sections": sections})


def wrong() -> list[tuple[str, Look]]:
    """Look-ups that are refused, each with the code of its refusal."""
    profile = {"sections": ["WHEREABOUTS"]}
    return [
        ("LEGAL_BASIS_REQUIRED", Look("330824", "o-330824-02", d.PRESENCE, _variables(c.PERSON, c.HOME_CASE))),
        ("LEGAL_BASIS_REQUIRED", Look("330822", "o-330822-01", d.PRESENCE, _variables(c.PERSON, c.HOME_CASE))),
        (
            "PURPOSE_NOT_PERMITTED",
            Look("330824", "o-330824-01", d.PROFILE, {**_variables(c.PERSON, c.HOME_CASE), **profile}),
        ),
        (
            "NOT_JUDGMENT_DEBTOR",
            Look("330824", "o-330824-01", d.PRESENCE, _variables(fixtures.facts.STORY_DEBTOR, c.HOME_CASE)),
        ),
        (
            "INVALID_ID_NUMBER",
            Look("330824", "o-330824-01", d.PRESENCE, _variables(c.PERSON + "7", c.HOME_CASE, remark=c.REMARK)),
        ),
    ]


async def take(running: StartedZone, look: Look) -> str:
    """DONE, or the refusal's code."""
    try:
        url = running.zone.addresses.node(look.division)
        await running.client.one(url, look.division, look.officer, look.document, look.variables)
    except Refused as refused:
        return refused.code
    return "DONE"


async def take_all(running: StartedZone, looks: Sequence[Look], *, at_once: int = _AT_ONCE) -> Counter[str]:
    """How many ended in which way, a few at a time."""
    outcomes: Counter[str] = Counter()
    limiter = anyio.CapacityLimiter(at_once)

    async def one(look: Look) -> None:
        async with limiter:
            outcomes[await take(running, look)] += 1

    async with anyio.create_task_group() as group:
        for look in looks:
            group.start_soon(one, look)
    return outcomes


async def missend(running: StartedZone) -> list[str]:
    """Send look-ups to the gateway, in every way in which they can come; what it answered to each."""
    door = running.zone.addresses.gateway
    url = door + "/graphql"
    headers = {"Authorization": "Bearer " + running.client.token(door, "330824", "o-330824-01")}
    values = {name.removeprefix("mis-sent "): text for name, text in c.MISSENT.items()}
    variables = _variables(values["id number"], values["case number"], remark=values["remark"])
    literal = (
        f'{{ debtorPresence(identity: {{residentId: "{values["literal id number"]}"}}, scope: {{wholeZone: true}}, '
        f'basis: {{caseNumber: "{values["literal case number"]}", purpose: WHEREABOUTS, '
        f'remark: "{values["literal remark"]}"}}) {{ __typename }} }}'
    )
    bodies: list[Any] = [
        {"query": d.PRESENCE, "variables": variables},
        {"query": d.PROFILE, "variables": {**variables, "sections": _SECTIONS}},
        {"query": literal},
        {"query": literal.replace("__typename", "noSuchField")},
        {"query": literal, "operationName": values["without form"]},
        {"query": literal[:-4], "variables": variables},
    ]
    cut = '{"query": "' + values["without form"]
    answers = []
    for body in bodies:
        async with running.session.post(url, json=body, headers=headers) as response:
            answers.append(await _code(response))
    async with running.session.post(url, data=cut, headers={**headers, **_JSON}) as response:
        answers.append(await _code(response))
    async with running.session.get(url, params={"query": values["by address"]}, headers=headers) as response:
        answers.append(await _code(response))
    answers.append(await _subscribe(running.session, url, headers, {"query": d.PRESENCE, "variables": variables}))
    return answers


_PUBLIC: Final = """
query Public($scope: Scope!, $filter: PublicDishonestDebtorFilter!) {
  zone {
    publicDishonestDebtors(scope: $scope, filter: $filter, first: 100) {
      ... on PublicDishonestDebtors { nodes { sourceCourt name number } coverage { complete } }
    }
    crossBorderMatrix(scope: $scope) { ... on CrossBorderMatrix { rows { sourceCourt } } }
  }
}"""


async def read_in_clear(running: StartedZone) -> list[set[tuple[str, str]]]:
    """The canary's day of the public list, as (court, name), read at the gateway and through a node."""
    day = c.LISTED_ON.isoformat()
    variables = {"scope": _ZONE, "filter": {"publishedFrom": day, "publishedTo": day}}
    found = []
    for url in (running.zone.addresses.gateway, running.zone.addresses.node("330824")):
        told = await running.client.one(url, "330824", "o-330824-07", _PUBLIC, variables)
        assert told["publicDishonestDebtors"]["coverage"]["complete"]
        found.append({(node["sourceCourt"], node["name"]) for node in told["publicDishonestDebtors"]["nodes"]})
    return found


async def _code(response: aiohttp.ClientResponse) -> str:
    return str((await response.json(content_type=None))["errors"][0]["extensions"]["code"])


async def _subscribe(session: aiohttp.ClientSession, url: str, headers: dict[str, str], payload: dict[str, Any]) -> str:
    """The type of the answer to a look-up by web socket."""
    async with session.ws_connect(url, protocols=["graphql-transport-ws"]) as socket:
        await socket.send_json({"type": "connection_init", "payload": headers})
        await socket.receive_json(timeout=10)
        subscription = {
            "query": payload["query"].replace("query", "subscription", 1),
            "variables": payload["variables"],
        }
        await socket.send_json({"id": "1", "type": "subscribe", "payload": subscription})
        answer = await socket.receive_json(timeout=10)
    return str(answer["type"])
