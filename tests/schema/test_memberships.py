"""Membership through the gateway's GraphQL: a ninth court's whole life, who sees what, and refusals as values."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest

from db.clock import SetClock
from db.pool import Pool
from enforcement.desk.membership import drafts
from enforcement.desk.membership.conformance import Difference
from enforcement.desk.membership.drafts import Claim
from enforcement.rules.membership import ProposalKind
from enforcement.rules.rights import Caller, Role
from schema.gateway.context import GatewayContext
from schema.gateway.schema import SCHEMA
from schema.positions import cursor_of
from tests.conftest import REFERENCE
from tests.enforcement.desk_zone import tell_story, when_listening
from tests.enforcement.membership.membership_zone import (
    EIGHT,
    NINTH,
    agreement,
    court_document,
    head,
    text,
)
from tests.schema.membership_door import (
    ACCEPT,
    ADMIT,
    AGREE,
    AGREEMENTS,
    APPLICATIONS,
    APPROVE,
    CHANGE,
    CONFIRM,
    FINISH,
    FIRST,
    HISTORY,
    MEMBERSHIPS,
    NOW,
    PROPOSALS,
    REINSTATE,
    REJECT,
    SECOND,
    START,
    SUSPEND,
    WATCH,
    WITHDRAW,
    Door,
    approved,
    open_door,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def door(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[Door]:
    async with open_door(gateway_pool, clock) as made:
        yield made


async def statuses(door: Door) -> dict[str, str]:
    found = await door.ask(FIRST, MEMBERSHIPS)
    return {each["court"]: each["status"] for each in found["memberships"]}


async def test_a_ninth_courts_whole_life(door: Door) -> None:
    made = await door.apply()
    assert (made["court"], made["status"], made["version"]) == (NINTH, "APPLIED", 1)

    made = await door.act(FIRST, START, court=NINTH, version=1)
    await door.finish_run(Difference("CONTRACT", "SERVED", "MISSING", "Query.debtorPresence"))
    refused = await door.act(FIRST, APPROVE, court=NINTH, version=made["version"])
    assert refused["code"] == "CONFORMANCE_REQUIRED"
    (shown,) = (await door.ask(FIRST, APPLICATIONS))["applications"]
    assert shown["status"] == "PENDING_CONFORMANCE"
    (run,) = shown["conformanceRuns"]
    assert (run["isGreen"], run["findings"]) == (
        False,
        [{"check": "CONTRACT", "expected": "SERVED", "found": "MISSING", "path": "Query.debtorPresence"}],
    )

    door.clock.advance(timedelta(minutes=1))
    made = await door.act(FIRST, START, court=NINTH, version=made["version"])
    await door.finish_run()
    made = await door.act(FIRST, APPROVE, court=NINTH, version=made["version"])
    refused = await door.act(FIRST, APPROVE, court=NINTH, version=made["version"])
    assert refused["code"] == "SELF_APPROVAL_FORBIDDEN"
    made = await door.act(SECOND, APPROVE, court=NINTH, version=made["version"])
    assert (made["status"], [a["officerId"] for a in made["approvals"]]) == ("APPROVED", ["g-admin-01", "g-admin-02"])

    at = door.clock.now().isoformat()
    proposal = await door.act(FIRST, ADMIT, court=NINTH, effectiveAt=at, version=made["version"])
    assert (proposal["missing"], proposal["voters"]) == (7, [*EIGHT, NINTH])
    proposal = await door.decide(proposal, EIGHT[1:])  # the first court is off
    assert (proposal["state"], proposal["missing"]) == ("PUBLISHED", 0)
    assert (await statuses(door))[NINTH] == "ACTIVE"

    suspended = await door.act(FIRST, SUSPEND, court=NINTH, ground="NODE_FAULTY", version=await door.version())
    assert (suspended["status"], suspended["suspension"]["ground"]) == ("SUSPENDED", "NODE_FAULTY")
    back = await door.act(FIRST, REINSTATE, court=NINTH, effectiveAt=at, version=await door.version())
    assert (back["status"], back["suspension"]) == ("ACTIVE", None)

    history = (await door.ask(SECOND, HISTORY, court=NINTH))["history"]
    assert [each["act"] for each in reversed(history) if each["act"]] == [
        "APPLY",
        "START_CONFORMANCE",
        "RECORD_RED",
        "START_CONFORMANCE",
        "RECORD_GREEN",
        "ENDORSE",
        "APPROVE",
        "ADMIT",
        "SUSPEND",
        "LIFT",
    ]


async def test_the_fingerprint_is_the_same_at_both_ends(door: Door) -> None:
    sent = await door.apply()

    (shown,) = (await door.ask(SECOND, APPLICATIONS))["applications"]

    assert shown["particulars"] == sent["particulars"]
    assert len(shown["particulars"]["fingerprint"]["chinese"].split()) == 10
    assert len(bytes.fromhex(shown["particulars"]["fingerprint"]["hex"])) * 8 == 80


async def test_a_withdrawing_court_lists_what_runs_off(door: Door) -> None:
    await tell_story(door.desk.pool, REFERENCE, upto=4)
    claim = Claim(ProposalKind.WITHDRAW, EIGHT[0], REFERENCE, REFERENCE)
    signatures = door.signatures(EIGHT[0], list(drafts.follow(door.zone.standing, claim)))
    given = {"court": EIGHT[0], "madeAt": NOW, "effectiveAt": NOW, "version": await door.version()}

    leaving = await door.act(head(EIGHT[0], Role.PRESIDENT), WITHDRAW, **given, signatures=signatures)
    assert (leaving["status"], [t["status"] for t in leaving["openTasks"]]) == ("ACTIVE", ["IN_PROGRESS"])
    (proposal,) = leaving["proposals"]
    await door.decide(proposal, EIGHT[1:])

    assert (await statuses(door))[EIGHT[0]] == "WITHDRAWING"
    finish = {"court": EIGHT[0], "effectiveAt": NOW, "version": await door.version()}
    assert (await door.act(FIRST, FINISH, **finish))["code"] == "OPEN_TASKS_REMAIN"
    await tell_story(door.desk.pool, REFERENCE, upto=7)
    await door.decide(await door.act(FIRST, FINISH, **finish), EIGHT[1:])
    assert (await statuses(door))[EIGHT[0]] == "WITHDRAWN"


async def test_the_courts_confirm_a_suspension(door: Door) -> None:
    given = {"court": EIGHT[0], "effectiveAt": NOW, "ground": "KEY_COMPROMISED", "version": await door.version()}

    proposal = await door.act(head(EIGHT[1]), CONFIRM, **given)
    proposal = await door.decide(proposal, EIGHT[1:])
    again = await door.sign(proposal, EIGHT[1])
    late = await door.sign(proposal, EIGHT[7])

    assert (again["code"], late["code"]) == ("ALREADY_SIGNED", "PROPOSAL_CLOSED")
    assert (await statuses(door))[EIGHT[0]] == "SUSPENDED"
    reinstated = await door.act(FIRST, REINSTATE, court=EIGHT[0], effectiveAt=NOW, version=await door.version())
    assert reinstated["status"] == "SUSPENDED"  # until the courts have signed
    (open_,) = (await door.ask(FIRST, PROPOSALS, state="OPEN"))["proposals"]
    assert (open_["kind"], open_["court"]) == ("REINSTATE", EIGHT[0])


async def test_two_courts_agree(door: Door) -> None:
    document = agreement(EIGHT[0], EIGHT[7], sections=["CASES"])

    made = await door.act(head(EIGHT[0]), AGREE, agreement=text(door.zone.agreed(document, EIGHT[0])), version=0)
    assert made["agreement"] == {"asking": EIGHT[0], "asked": EIGHT[7], "sections": ["CASES"]}
    made = await door.sign(made, EIGHT[7], ACCEPT)

    assert made["state"] == "PUBLISHED"
    assert (await door.ask(head(EIGHT[3]), AGREEMENTS))["agreements"] == [
        {"asking": None, "asked": None, "version": 1},
        {"asking": EIGHT[0], "asked": EIGHT[7], "version": 1},
    ]
    beyond = text(door.zone.agreed(agreement(EIGHT[0], EIGHT[6], looks_per_hour=101), EIGHT[0]))
    refused = await door.act(head(EIGHT[0]), AGREE, agreement=beyond, version=0)
    assert (refused["code"], refused["part"]) == ("AGREEMENT_BEYOND_FRAMEWORK", "looksPerHour")


async def test_what_is_no_agreement_is_not_accepted_as_one(door: Door) -> None:
    given = {"court": EIGHT[0], "effectiveAt": NOW, "ground": "OWN_REQUEST", "version": await door.version()}
    proposal = await door.act(head(EIGHT[1]), CONFIRM, **given)

    assert (await door.sign(proposal, EIGHT[1], ACCEPT))["code"] == "NOT_FOUND"


async def test_a_court_moves_by_its_own_document(door: Door) -> None:
    keys = door.zone.keys[EIGHT[0]]
    moved = court_document(EIGHT[0], keys, version=2, url="https://moved.example")
    document = text(door.zone.agreed(cast("Any", moved), EIGHT[0]))

    shown = await door.act(None, CHANGE, document=document, version=1)
    stale = await door.act(
        None, CHANGE, document=text(door.zone.agreed(cast("Any", replace_version(moved, 4)), EIGHT[0])), version=1
    )

    assert shown["particulars"] == {"url": "https://moved.example", "documentVersion": 2}
    assert (stale["code"], stale["current"]) == ("STALE_VERSION", 2)


def replace_version(document: Any, version: int) -> Any:
    return msgspec.structs.replace(document, version=version)


async def test_refusals_are_values_with_stable_codes(door: Door) -> None:
    keys = door.zone.keys[NINTH]
    unsigned = await door.apply(signers=[keys.identity])
    wrong = await door.apply(root="e" * 64)
    made = await door.apply()
    stale = await door.act(FIRST, START, court=NINTH, version=7)
    early = await door.act(FIRST, APPROVE, court=NINTH, version=made["version"])
    rejected = await door.act(FIRST, REJECT, court=NINTH, version=made["version"], reason="NOT_INVITED")

    assert (unsigned["code"], wrong["code"]) == ("KEY_PROOF_FAILED", "WRONG_ZONE")
    assert (stale["__typename"], stale["current"], early["code"]) == ("StaleVersion", 1, "TRANSITION_NOT_ALLOWED")
    assert (rejected["status"], rejected["reason"]) == ("REJECTED", "NOT_INVITED")


@pytest.mark.parametrize(
    ("caller", "code"),
    [(None, "NOT_SIGNED_IN"), (Caller("d-1", EIGHT[0], frozenset({Role.DEVELOPER})), "FORBIDDEN")],
)
async def test_strangers_read_nothing(door: Door, caller: Caller | None, code: str) -> None:
    await approved(door)

    for document in (MEMBERSHIPS, APPLICATIONS, PROPOSALS, AGREEMENTS):
        assert (await door.ask(caller, document))["code"] == code
    assert (await door.ask(caller, HISTORY, court=NINTH))["code"] == code


async def test_every_officer_reads_members_and_heads_read_more(door: Door) -> None:
    await approved(door)
    handler = head(EIGHT[0], Role.HANDLER)

    assert len((await door.ask(handler, MEMBERSHIPS))["memberships"]) == 9
    only = await door.ask(handler, MEMBERSHIPS, status=["APPROVED"])
    assert [each["court"] for each in only["memberships"]] == [NINTH]
    for document in (APPLICATIONS, PROPOSALS):
        assert (await door.ask(handler, document))["code"] == "FORBIDDEN"
    for document in (START, APPROVE):
        refused = await door.act(head(EIGHT[0], Role.PRESIDENT), document, court=NINTH, version=1)
        assert refused["code"] == "FORBIDDEN"


async def test_acts_are_told_in_their_order_and_resumed(door: Door) -> None:
    await when_listening(door.desk)
    context = GatewayContext(door.desk, head(EIGHT[0], Role.HANDLER), "en")
    await door.apply()

    async def told(after: str | None, count: int) -> list[Any]:
        found: list[Any] = []
        stream = await SCHEMA.subscribe(WATCH, variable_values={"after": after}, context_value=context)
        async with aclosing(cast("Any", stream)) as events:
            async for event in events:
                found.append(event.data["membershipChanged"])
                if len(found) == count:
                    break
        return found

    (first,) = await told(cursor_of("membershipChanged", 0), 1)
    await door.act(FIRST, START, court=NINTH, version=1)
    (second,) = await told(first["cursor"], 1)
    (refused,) = await told("nonsense", 1)

    assert (first["court"], first["act"], first["to"]) == (NINTH, "APPLY", "APPLIED")
    assert (second["act"], second["to"]) == ("START_CONFORMANCE", "PENDING_CONFORMANCE")
    assert refused["code"] == "INVALID_CURSOR"
