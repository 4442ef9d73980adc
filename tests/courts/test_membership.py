"""A ninth court's whole life over real HTTP (SC-24), by the public API and the courts' own commands, with no restart.

The zone is this module's own: a court that was listed once stays listed, and other modules count eight.
"""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import anyio
import pytest

from api.demo import documents as d
from api.demo.client import Client
from api.demo.processes import Program
from api.demo.running import start, token_minter
from api.demo.zone import Zone, lay_out
from tests.courts.conftest import free_block, quiet
from tests.courts.desks import CENTRE, CHIEF, Desk, Desks, until
from tests.courts.ninth import NINTH, Ninth, key_of, membership
from tests.courts.test_suspended_court import CASE_OF_CHANGSHAN, CHANGSHAN, LOOK, look

pytestmark = pytest.mark.anyio

SEVEN = ("浙0824", "浙0822", "浙0127", "赣1181", "赣1130", "赣1123", "皖1022")  # 歙县 is off for all of it
PROBLEM = "__typename ... on Problem { code message }"
APPLICATION = f"""{PROBLEM} ... on MembershipApplication {{
  status version particulars {{ fingerprint {{ chinese english }} }}
  conformanceRuns {{ isGreen findings {{ check expected found path }} }} }}"""
PROPOSAL = f"{PROBLEM} ... on MembershipProposal {{ number state missing voters }}"
MEMBERSHIP = f"{PROBLEM} ... on Membership {{ status version openTasks {{ trackId }} proposals {{ number state }} }}"
READ = f"query ($court: CourtCode!) {{ membership(court: $court) {{ {MEMBERSHIP} }} }}"
APPLICATIONS = f"""query ($court: CourtCode!) {{ applications(court: $court) {{ {PROBLEM}
  ... on ApplicationList {{ applications {{ status version particulars {{ fingerprint {{ chinese english }} }}
    conformanceRuns {{ isGreen findings {{ check expected found path }} }} }} }} }} }}"""
COURTS = "{ courts { code state } }"
HISTORY = f"""query ($court: CourtCode!) {{ membership(court: $court) {{ {PROBLEM}
  ... on Membership {{ history {{ to }} }} }} }}"""


def act(name: str, kind: str, shown: str) -> str:
    return f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ {shown} }} }}"


START = act("startConformanceRun", "ApplicationActInput", APPLICATION)
APPROVE = act("approveMembership", "ApplicationActInput", APPLICATION)
ADMIT = act("proposeAdmission", "ProposeDecisionInput", PROPOSAL)
FINISH = act("finishWithdrawal", "ProposeDecisionInput", PROPOSAL)
SUSPEND = act("suspendMembership", "SuspendMembershipInput", MEMBERSHIP)
REINSTATE = act("reinstateMembership", "ProposeDecisionInput", MEMBERSHIP)
TAKE_BACK = """mutation ($input: TaskReasonInput!) { withdrawDelegatedTask(input: $input) {
  ... on DelegatedTask { id } ... on Problem { code message } } }"""


@pytest.fixture(scope="module")
async def zone(anyio_backend: str) -> AsyncIterator[Zone]:
    made = lay_out(free_block(), durable=False)
    try:
        async with aiohttp.ClientSession() as session:
            await start(made, session, "en", lambda _: None)
        await quiet(made)
        yield made
    finally:
        made.close()


@pytest.fixture
async def desks(zone: Zone) -> AsyncIterator[Desks]:
    async with aiohttp.ClientSession() as session:
        yield Desks(zone, Client(session, token_minter(zone)))


def admin(desks: Desks, number: int = 1) -> Desk:
    return Desk(desks.client, desks.zone.addresses.gateway, "gateway", f"g-admin-0{number}")


async def is_run(desks: Desks, version: int) -> Any:
    """The application after a conformance run; `version` is that of the application before it."""
    await admin(desks).one(START, input={"court": NINTH, "version": version})

    async def finished() -> Any:
        (found,) = (await admin(desks).one(APPLICATIONS, court=NINTH))["applications"]
        return None if found["conformanceRuns"][0]["isGreen"] is None else found

    return await until(finished)


async def signed_by(zone: Zone, number: str, courts: Sequence[str]) -> str:
    """These courts sign on their own machines, until it is decided; the last one's words."""
    said = ""
    for court in courts:
        made = await anyio.to_thread.run_sync(membership, zone, "sign", court, number)
        assert made.returncode == 0, made.stderr
        said = made.stdout
        if "PUBLISHED" in said:
            break
    return said


async def is_listed(desks: Desks, state: str) -> bool:
    """Whether everybody sees it: the gateway's door shows the ninth court in that state."""
    _, body = await desks.gateway(None).whole({"query": COURTS})
    states = {each["code"]: each["state"] for each in json.loads(body)["data"]["courts"]}
    return states.get(NINTH) == state


async def heard(desks: Desks) -> tuple[str, str | None]:
    """What became of the ninth court in a look-up over the whole zone."""
    found = await desks.handler_of(CASE_OF_CHANGSHAN).one(LOOK, **look(CASE_OF_CHANGSHAN, CHANGSHAN))
    courts = {each["court"]["code"]: each for each in found["coverage"]["courts"]}
    mine = courts.get(NINTH, {"status": "UNKNOWN", "reason": None})
    return mine["status"], mine["reason"]


async def test_a_ninth_courts_whole_life(zone: Zone, desks: Desks) -> None:
    ninth = Ninth.beside(zone)
    await applies(desks, ninth)
    node = await ninth.program()
    try:
        await is_examined(desks, node)
        await is_admitted(desks)
        await takes_part(desks)
        await is_suspended_and_back(desks)
        await leaves(desks)
    finally:
        node.stop()
    states = [each["to"] for each in reversed((await admin(desks).one(HISTORY, court=NINTH))["history"])]
    assert list(dict.fromkeys(filter(None, states))) == [
        "APPLIED",
        "PENDING_CONFORMANCE",
        "APPROVED",
        "ACTIVE",
        "SUSPENDED",
        "WITHDRAWING",
        "WITHDRAWN",
    ]


async def applies(desks: Desks, ninth: Ninth) -> None:
    wrong = await anyio.to_thread.run_sync(lambda: ninth.join(XIEZHI_DIRECTORY_ROOT="0" * 64))
    assert (wrong.returncode, "BAD_SIGNATURE" in wrong.stderr) == (1, True)

    first = await anyio.to_thread.run_sync(ninth.join)
    again = await anyio.to_thread.run_sync(ninth.join)

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "The same application as before; its state is APPLIED." in again.stdout
    (shown,) = (await admin(desks).one(APPLICATIONS, court=NINTH))["applications"]
    words = shown["particulars"]["fingerprint"]
    assert words["chinese"] in first.stdout
    assert words["english"] in again.stdout


async def is_examined(desks: Desks, node: Program) -> None:
    """Red while nothing answers; then its node runs, from now until the end."""
    one = admin(desks)
    made = await is_run(desks, 1)
    given = {"court": NINTH, "version": made["version"]}
    assert (made["status"], made["conformanceRuns"][0]["isGreen"]) == ("PENDING_CONFORMANCE", False)
    assert {"check": "ANSWER", "expected": "ANSWER", "found": "NO_ANSWER", "path": ""} in (
        made["conformanceRuns"][0]["findings"]
    )
    assert await one.code(APPROVE, input=given) == "CONFORMANCE_REQUIRED"

    node.start()
    await node.ready(desks.client.session)
    made = await is_run(desks, made["version"])
    assert made["conformanceRuns"][0]["findings"] == []
    made = await one.one(APPROVE, input={"court": NINTH, "version": made["version"]})
    given = {"court": NINTH, "version": made["version"]}
    assert await one.code(APPROVE, input=given) == "SELF_APPROVAL_FORBIDDEN"
    assert (await admin(desks, 2).one(APPROVE, input=given))["status"] == "APPROVED"


async def is_admitted(desks: Desks) -> None:
    (shown,) = (await admin(desks).one(APPLICATIONS, court=NINTH))["applications"]
    given = {"court": NINTH, "effectiveAt": desks.zone.clock.now().isoformat(), "version": shown["version"]}
    proposal = await admin(desks).one(ADMIT, input=given)

    unsure = await anyio.to_thread.run_sync(
        lambda: membership(desks.zone, "sign", SEVEN[0], proposal["number"], yes="0")
    )
    assert (unsure.returncode, "浙0881 becomes a member" in unsure.stdout) == (1, True)
    foreign = await anyio.to_thread.run_sync(lambda: signs_with_anothers_key(desks.zone, proposal["number"]))
    assert foreign == 2
    said = await signed_by(desks.zone, proposal["number"], SEVEN)
    assert "courts that decide: 8 -> 9" in said
    assert "signatures needed: 6 -> 7" in said
    await until(lambda: is_listed(desks, "ACTIVE"))


def signs_with_anothers_key(zone: Zone, number: str) -> int:
    """A court's name over another court's key file."""
    file, _ = key_of(zone, SEVEN[1])
    return membership(zone, "sign", SEVEN[0], number, "--key", str(file)).returncode


async def takes_part(desks: Desks) -> None:
    async def is_empty() -> bool:
        return await heard(desks) == ("EMPTY", None)

    await until(is_empty)


async def is_suspended_and_back(desks: Desks) -> None:
    one, now = admin(desks), desks.zone.clock.now()
    version = (await one.one(READ, court=NINTH))["version"]
    given = {"court": NINTH, "ground": "NODE_FAULTY", "version": version}
    assert (await one.one(SUSPEND, input=given))["status"] == "SUSPENDED"

    async def is_refused() -> bool:
        return await heard(desks) == ("NOT_ASKED", "MEMBERSHIP_SUSPENDED")

    await until(is_refused)
    version = (await one.one(READ, court=NINTH))["version"]
    given = {"court": NINTH, "effectiveAt": now.isoformat(), "version": version}
    assert (await one.one(REINSTATE, input=given))["status"] == "ACTIVE"
    await takes_part(desks)


async def leaves(desks: Desks) -> None:
    zone, one = desks.zone, admin(desks)
    tasks = [await desks.delegate_search(CASE_OF_CHANGSHAN, NINTH, kind) for kind in ("VEHICLE", "REAL_ESTATE")]
    for task in tasks:
        await desks.reached(CHANGSHAN, task, "RECEIVED")
    left = await anyio.to_thread.run_sync(lambda: membership(zone, "withdraw", NINTH))
    assert left.returncode == 0, left.stderr
    assert "The gateway has it; state ACTIVE." in left.stdout
    (proposal,) = [each for each in (await one.one(READ, court=NINTH))["proposals"] if each["state"] == "OPEN"]
    await signed_by(zone, proposal["number"], SEVEN)
    await until(lambda: is_listed(desks, "WITHDRAWING"))

    found = await one.one(READ, court=NINTH)
    assert len(found["openTasks"]) == 2
    given = {"court": NINTH, "effectiveAt": zone.clock.now().isoformat(), "version": found["version"]}
    assert await one.code(FINISH, input=given) == "OPEN_TASKS_REMAIN"
    for task in tasks:
        await take_back(desks, task)

    async def has_run_off() -> bool:
        return not (await one.one(READ, court=NINTH))["openTasks"]

    await until(has_run_off)
    proposal = await one.one(FINISH, input=given)
    await signed_by(zone, proposal["number"], SEVEN)
    await until(lambda: is_listed(desks, "WITHDRAWN"))


async def take_back(desks: Desks, task_id: str) -> None:
    task = await desks.at(CHANGSHAN, CENTRE).one(d.TASK, id=task_id)
    given = {"id": task_id, "version": task["version"], "reason": "NO_LONGER_NEEDED"}
    await desks.at(CHANGSHAN, CHIEF).one(TAKE_BACK, input=given)
