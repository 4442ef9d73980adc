"""A standard that the zone's courts agreed upon changes what a task demands, and when it is due; nobody forges one.

Long, because each forgery is made of one standard that the same courts signed, by the helpers at the top.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db.clock import SetClock
from db.pool import Pool
from db.records.assets import AssetKind
from enforcement.agreed_standards import Follower
from enforcement.payloads import DocumentRef
from enforcement.rules.matter import DelegatedMatterType, RequiredPaper
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import LegalDocumentMissing
from enforcement.tasks import dispatching, drafting, handling
from federation.clear import agreed
from federation.clear.agreed import AgreedText
from federation.wire.signing import generate_signing
from tests.enforcement.framework_desk import officer
from tests.enforcement.standards_zone import CHANGE, HELD, SIGN, StandardsZone, president, standards_zone
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    DIGEST,
    HANDLER,
    THEIR_CENTRE,
    NewDatabase,
    papers,
)
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, flipped

pytestmark = pytest.mark.anyio
SEARCH = DelegatedMatterType.INVESTIGATE_ASSETS
MORE = (*papers(SEARCH), DocumentRef(kind=RequiredPaper.SERVICE_RECEIPT, number="", sha256=DIGEST))
IN_FORCE = datetime(2025, 7, 15, 1, tzinfo=UTC)
ROUTE = """{ delegationRoute(from: "浙0824", matter: INVESTIGATE_ASSETS, division: "341021") {
    ... on DelegationRoute { papers answerWithinDays signForWithin { days unit } } } }"""


@pytest.fixture
async def zone(new_database: NewDatabase, gateway_pool: Pool, clock: SetClock) -> AsyncIterator[StandardsZone]:
    async with standards_zone(new_database, gateway_pool, clock) as opened:
        yield opened


async def agreed_upon(zone: StandardsZone, **changes: Any) -> str:
    """A standard that all three courts signed, and both nodes hold."""
    made = await zone.publish(**changes)
    await zone.agree(made["id"])
    await zone.follow()
    return str(made["id"])


async def test_standard_in_force_changes_what_submitting_demands(zone: StandardsZone, clock: SetClock) -> None:
    """The draft was lawful on the day before; from the standard's first day its papers are too few."""
    early = await zone.courts.created()
    await agreed_upon(zone)

    clock.set(IN_FORCE - timedelta(hours=9, minutes=1))  # 23:59 in China
    submitted = await drafting.submit(zone.courts.ours.node, HANDLER, early.id, early.version)
    back = await drafting.refuse_approval(
        zone.courts.ours.node, CHIEF, submitted.id, submitted.version, opinion="请补充"
    )
    clock.set(IN_FORCE - timedelta(hours=9))
    with pytest.raises(LegalDocumentMissing) as refused:
        await drafting.submit(zone.courts.ours.node, HANDLER, back.id, back.version)
    with pytest.raises(LegalDocumentMissing):
        await zone.courts.created(follow_up_of=None)

    assert refused.value.missing == (RequiredPaper.SERVICE_RECEIPT,)
    assert (await zone.courts.task(KAIHUA, early.id)).version == back.version


async def test_approved_task_is_not_dispatched_without_the_new_paper(zone: StandardsZone, clock: SetClock) -> None:
    task = await zone.courts.approved()
    await agreed_upon(zone)
    clock.set(IN_FORCE)

    with pytest.raises(LegalDocumentMissing):
        await dispatching.dispatch(zone.courts.ours.node, CENTRE, task.id, task.version)

    assert await zone.courts.road.queued(KAIHUA) == []


async def test_standard_in_force_changes_the_tasks_terms(zone: StandardsZone, clock: SetClock) -> None:
    """Tuesday 15 July: two working days to sign for it, five days to answer; without it, one and ten."""
    before = await zone.courts.received()
    await agreed_upon(zone)
    clock.set(IN_FORCE)

    after = await zone.courts.received(documents=MORE, kinds=(AssetKind.REAL_ESTATE,))
    ours, theirs = await zone.courts.both(after.id)

    assert (before.due_on, before.answer_due_on) == (date(2025, 7, 15), date(2025, 7, 24))
    assert (after.due_on, after.answer_due_on) == (date(2025, 7, 17), date(2025, 7, 21))  # the 20th is a Sunday
    assert (ours.due_on, ours.answer_due_on) == (theirs.due_on, theirs.answer_due_on)


async def test_terms_are_equal_at_a_court_that_has_not_heard_of_the_standard(
    zone: StandardsZone, clock: SetClock
) -> None:
    made = await zone.publish()
    await zone.agree(made["id"])
    await zone.follow(SHEXIAN)
    clock.set(IN_FORCE)

    task = await zone.courts.received()
    signed = await handling.sign_for(zone.courts.theirs.node, THEIR_CENTRE, task.id, task.version)
    await zone.courts.road.run()
    ours, theirs = await zone.courts.both(task.id)

    assert (await zone.held(KAIHUA), signed.due_on) == ([], date(2025, 7, 21))
    assert (ours.due_on, ours.answer_due_on) == (theirs.due_on, theirs.answer_due_on)


async def test_route_tells_what_the_standard_demands(zone: StandardsZone, clock: SetClock) -> None:
    await agreed_upon(zone)

    before = await zone.door.ask(officer(KAIHUA), ROUTE)
    clock.set(IN_FORCE)
    after = await zone.door.ask(officer(KAIHUA), ROUTE)

    assert ("SERVICE_RECEIPT" in before["papers"], before["answerWithinDays"]) == (False, 10)
    assert ("SERVICE_RECEIPT" in after["papers"], after["answerWithinDays"]) == (True, 5)
    assert after["signForWithin"] == {"days": 2, "unit": "WORKING_DAYS"}


async def test_courts_sign_at_their_nodes_until_they_are_enough(zone: StandardsZone) -> None:
    made = await zone.publish()

    first, again = await zone.sign(KAIHUA, made["id"]), await zone.sign(KAIHUA, made["id"])
    await zone.follow()
    nobody_holds_it = [await zone.held(court) for court in (KAIHUA, SHEXIAN)]
    await zone.agree(made["id"])
    await zone.follow()
    await zone.follow()
    shown = await zone.shown(made["id"])

    assert (made["status"], made["signaturesNeeded"], made["signedBy"]) == ("PROPOSED", 3, [])
    assert (first["status"], again["status"], nobody_holds_it) == ("PROPOSED", "PROPOSED", [[], []])
    assert (shown["status"], shown["inForce"]) == ("AGREED", False)
    assert [(act["step"], act["court"], act["officerId"]) for act in shown["history"]] == [
        ("PROPOSED", KAIHUA, "o-330824-07"),
        ("SIGNED", KAIHUA, "o-330824-06"),
        ("SIGNED", SHEXIAN, "o-341021-06"),
        ("SIGNED", CHANGSHAN, "o-330822-06"),
        ("AGREED", CHANGSHAN, "o-330822-06"),
    ]
    for court in (KAIHUA, SHEXIAN):
        (held,) = await zone.held(court)
        assert (held["standardId"], held["revision"]) == (made["id"], 1)
        assert held["signedBy"] == sorted([KAIHUA, SHEXIAN, CHANGSHAN])
        assert held["demands"] == {"matter": SEARCH, "province": "皖", "papers": ["SERVICE_RECEIPT"], "to": None}


async def test_signatures_at_once_agree_once(zone: StandardsZone) -> None:
    made = await zone.publish()
    raws = [zone.written(made["id"], made["digest"], court) for court in (KAIHUA, SHEXIAN, CHANGSHAN)]

    told = await asyncio.gather(*(zone.post(raw) for raw in [*raws, *raws]))
    shown = await zone.shown(made["id"])

    assert sorted(code["code"] for _, code in told).count("AGREED") >= 1
    assert [act["version"] for act in shown["history"]] == [1, 2, 3, 4, 5]
    assert sorted(act["step"] for act in shown["history"]) == ["AGREED", "PROPOSED", "SIGNED", "SIGNED", "SIGNED"]
    assert [text.position for text in await agreed.texts_after(zone.client, 0)] == [1]


async def test_end_is_agreed_upon_as_the_standard_was(zone: StandardsZone, clock: SetClock) -> None:
    standard = await agreed_upon(zone)
    version = (await zone.shown(standard))["version"]

    ending = await zone.door.do(
        officer(SHEXIAN), "endStandard", CHANGE, id=standard, lastDay="2025-07-20", version=version
    )
    twice = await zone.door.do(
        officer(KAIHUA), "endStandard", CHANGE, id=standard, lastDay="2025-07-21", version=version + 1
    )
    await zone.follow()
    (held_before,) = await zone.held(KAIHUA)
    await zone.agree(standard)
    await zone.follow()
    (held_after,) = await zone.held(KAIHUA)
    clock.set(datetime(2025, 7, 20, 16, tzinfo=UTC))  # the 21st in China
    await zone.courts.created()

    assert (ending["proposedLastDay"], ending["to"], twice["code"]) == ("2025-07-20", None, "REQUEST_PENDING")
    assert (held_before["revision"], held_before["demands"]["to"]) == (1, None)
    assert (held_after["revision"], held_after["demands"]["to"]) == (2, "2025-07-20")
    assert await zone.held(KAIHUA) == []  # it ended
    late = await zone.shown(standard)
    refused = await zone.door.do(
        officer(KAIHUA), "endStandard", CHANGE, id=standard, lastDay="2025-07-21", version=late["version"]
    )
    assert (late["to"], late["inForce"], refused["code"]) == ("2025-07-20", False, "RECORD_CLOSED")


async def test_withdrawn_proposal_is_signed_no_more(zone: StandardsZone) -> None:
    made = await zone.publish()
    await zone.sign(KAIHUA, made["id"])

    theirs = await zone.door.do(officer(SHEXIAN), "withdrawStandard", CHANGE, id=made["id"], version=2)
    stale = await zone.door.do(officer(KAIHUA), "withdrawStandard", CHANGE, id=made["id"], version=1)
    withdrawn = await zone.door.do(officer(KAIHUA), "withdrawStandard", CHANGE, id=made["id"], version=2)
    twice = await zone.door.do(officer(KAIHUA), "withdrawStandard", CHANGE, id=made["id"], version=3)
    signed = await zone.sign(SHEXIAN, made["id"])
    posted = await zone.post(zone.written(made["id"], made["digest"]))
    anew = await zone.publish()

    assert (theirs["code"], stale["code"], twice["code"]) == ("FORBIDDEN", "STALE_VERSION", "TRANSITION_NOT_ALLOWED")
    assert (withdrawn["status"], signed["code"]) == ("WITHDRAWN", "NOT_FOUND")
    assert posted == (403, {"code": "STANDARD_CHANGED"})
    assert (await zone.shown(made["id"]))["version"] == 3
    assert anew["status"] == "PROPOSED"  # the days are free again


REFUSED: dict[str, tuple[Caller | None, dict[str, Any], str, str | None]] = {
    "a handler": (officer(KAIHUA, Role.HANDLER), {}, "FORBIDDEN", None),
    "a liaison officer": (officer(KAIHUA, Role.LIAISON_OFFICER), {}, "FORBIDDEN", None),
    "nothing demanded": (
        None,
        {"papers": [], "answerWithinDays": None, "signForWithinWorkingDays": None},
        "INVALID_STANDARD",
        "EMPTY",
    ),
    "a province that is none": (None, {"province": "安徽"}, "INVALID_STANDARD", "province"),
    "a paper that the law demands": (None, {"papers": ["DELEGATION_LETTER"]}, "INVALID_STANDARD", "papers"),
    "a term beyond the law's": (None, {"answerWithinDays": 31}, "INVALID_STANDARD", "answerWithinDays"),
    "service beyond the law's": (
        None,
        {"matter": "SERVE_DOCUMENTS", "papers": [], "answerWithinDays": 11},
        "INVALID_STANDARD",
        "answerWithinDays",
    ),
    "no days to sign": (None, {"signForWithinWorkingDays": 0}, "INVALID_STANDARD", "signForWithinWorkingDays"),
    "a day that is past": (None, {"from": "2025-07-13"}, "INVALID_PERIOD", "from"),
    "dates the wrong way round": (None, {"to": "2025-07-14"}, "INVALID_PERIOD", "to"),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_refused_standard_writes_nothing(zone: StandardsZone, why: str) -> None:
    caller, changes, code, part = REFUSED[why]
    given = {"matter": "INVESTIGATE_ASSETS", "province": "皖", "papers": ["SERVICE_RECEIPT"], "from": "2025-07-15"}

    refused = await zone.door.do(
        caller or officer(KAIHUA), "publishStandard", "... on PublishedStandard { id }", **(given | changes)
    )

    assert (refused["code"], refused["part"]) == (code, part)
    assert set((await zone.door.rows()).values()) == {0}


async def test_standards_of_one_matter_and_province_never_overlap(zone: StandardsZone) -> None:
    await zone.publish(to="2025-07-31")

    same = await zone.publish(SHEXIAN, **{"from": "2025-07-31"})
    after = await zone.publish(SHEXIAN, **{"from": "2025-08-01"})
    elsewhere = await zone.publish(SHEXIAN, province="赣")
    everywhere = await zone.publish(SHEXIAN, province=None)

    assert same["code"] == "PERIODS_OVERLAP"
    assert [each["status"] for each in (after, elsewhere, everywhere)] == ["PROPOSED"] * 3


async def test_same_key_proposes_once(zone: StandardsZone) -> None:
    first = await zone.publish(idempotencyKey="k")

    assert await zone.publish(idempotencyKey="k") == first
    assert (await zone.publish(idempotencyKey="k", answerWithinDays=6))["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert (await zone.door.rows())["standard_revisions"] == 1


async def test_only_a_president_signs_what_was_read(zone: StandardsZone) -> None:
    made = await zone.publish()
    before = await zone.door.rows()
    good = {"standardId": made["id"], "digest": made["digest"], "version": 1}

    for caller, changes, code in (
        (officer(SHEXIAN), {}, "FORBIDDEN"),
        (None, {}, "FORBIDDEN"),
        (president(SHEXIAN), {"digest": "0" * 64}, "STANDARD_CHANGED"),
        (president(SHEXIAN), {"version": 2}, "STANDARD_CHANGED"),
        (president(SHEXIAN), {"standardId": str(uuid4())}, "NOT_FOUND"),
        (Caller("o-341021-05", SHEXIAN, frozenset({Role.PRESIDENT})), {}, "FORBIDDEN"),  # not in the directory
    ):
        signed = await zone.at_node(SHEXIAN, SIGN, caller, input=good | changes)
        assert signed["code"] == code, changes

    assert await zone.door.rows() == before


async def test_signature_that_is_not_the_courts_is_refused(zone: StandardsZone) -> None:
    made = await zone.publish()
    before = await zone.door.rows()
    good = zone.written(made["id"], made["digest"])

    told = {
        "rubbish": await zone.post(b"rubbish"),
        "too large": await zone.post(bytes(agreed.MAX_SIGNATURE + 1)),
        "tampered": await zone.post(flipped(good)),
        "another key": await zone.post(zone.written(made["id"], made["digest"], signer=generate_signing())),
        "no president": await zone.post(zone.written(made["id"], made["digest"], officer="o-330822-09")),
        "another text": await zone.post(zone.written(made["id"], "0" * 64)),
        "no such standard": await zone.post(zone.written(str(uuid4()), made["digest"])),
    }

    assert told == {
        "rubbish": (400, {"code": "MALFORMED"}),
        "too large": (413, {"code": "TOO_LARGE"}),
        "tampered": (401, {"code": "BAD_SIGNATURE"}),
        "another key": (401, {"code": "UNKNOWN_KEY"}),
        "no president": (403, {"code": "FORBIDDEN"}),
        "another text": (403, {"code": "STANDARD_CHANGED"}),
        "no such standard": (404, {"code": "NOT_FOUND"}),
    }
    assert await zone.door.rows() == before
    assert (await zone.post(b"{}", agreed.TEXT_PATH))[0] == 400
    assert (await zone.post(b"{}", agreed.TEXTS_PATH))[0] == 400


async def test_a_node_believes_enough_courts_and_never_the_gateway(
    zone: StandardsZone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the gateway hands on, short of the three courts' signatures of the very text, is not held."""
    standard = await agreed_upon(zone)
    (genuine,) = await agreed.texts_after(zone.client, 0)
    other = msgspec.json.decode(genuine.content) | {"id": str(uuid4())}
    mine = msgspec.json.encode(other)
    two = genuine.statements[:2]
    forged = {
        "two of three": AgreedText(position=9, content=mine, statements=two),
        "one of them twice": AgreedText(position=9, content=mine, statements=[*two, two[0]]),
        "those of another text": AgreedText(position=9, content=mine, statements=genuine.statements),
        "a court's own key thrice": AgreedText(
            position=9,
            content=mine,
            statements=[zone.written(str(other["id"]), agreed.digest_of(mine), KAIHUA) for _ in range(3)],
        ),
        "rubbish": AgreedText(position=9, content=mine, statements=[b"rubbish"] * 3),
        "beyond the law": AgreedText(
            position=9,
            content=msgspec.json.encode(other | {"answer_within_days": 300}),
            statements=genuine.statements,
        ),
    }
    handed: list[AgreedText] = []

    async def hands_on(_client: object, position: int) -> list[AgreedText]:
        return [text for text in handed if text.position > position]

    monkeypatch.setattr(agreed, "texts_after", hands_on)
    for text in forged.values():
        handed[:] = [text]
        await Follower(zone.nodes[KAIHUA]).follow()

    assert [each["standardId"] for each in await zone.held(KAIHUA)] == [standard]


async def test_what_cannot_be_judged_yet_is_asked_for_again(
    zone: StandardsZone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text with too few signatures does not keep the next one from being taken in, and is looked at again."""
    made = await zone.publish()
    await zone.agree(made["id"])
    (whole,) = await agreed.texts_after(zone.client, 0)
    short = msgspec.structs.replace(whole, statements=whole.statements[:1])
    handed = [short]

    async def hands_on(_client: object, position: int) -> list[AgreedText]:
        return [text for text in handed if text.position > position]

    monkeypatch.setattr(agreed, "texts_after", hands_on)
    follower = Follower(zone.nodes[KAIHUA])
    await follower.follow()
    assert await zone.held(KAIHUA) == []
    handed[:] = [whole]
    await follower.follow()

    assert [each["standardId"] for each in await zone.held(KAIHUA)] == [made["id"]]


async def test_standards_are_held_over_an_outage_and_a_restart(zone: StandardsZone, clock: SetClock) -> None:
    """The gateway is away: the node goes by what it holds; signing says so and writes nothing."""
    standard = await agreed_upon(zone)
    other = await zone.publish(SHEXIAN, matter="SEIZE_VEHICLE", papers=[], answerWithinDays=3)
    zone.client._url = "http://127.0.0.1:9"

    await zone.follow(KAIHUA)
    given = {"standardId": other["id"], "digest": other["digest"], "version": 1}
    signed = await zone.at_node(KAIHUA, SIGN, president(KAIHUA), input=given)
    clock.set(IN_FORCE)

    assert signed["code"] == "GATEWAY_UNREACHABLE"
    assert [each["standardId"] for each in await zone.held(KAIHUA)] == [standard]
    with pytest.raises(LegalDocumentMissing):
        await zone.courts.created()
    async with zone.nodes[KAIHUA].pool.acquire() as conn:
        kept = await conn.fetch("SELECT standard_id FROM signed_standards")
    assert [row["standard_id"] for row in kept] == [UUID(standard)]


async def test_node_shows_the_same_under_zone(zone: StandardsZone) -> None:
    standard = await agreed_upon(zone)
    document = """{ zone { publishedStandards(status: AGREED) {
        ... on PublishedStandardConnection { nodes { id status signedBy { code } } } } } }"""
    # the directory of the gateway lists who asks
    caller = Caller("o-330824-06", KAIHUA, frozenset({Role.PRESIDENT}))

    found = await zone.at_node(KAIHUA, document, caller)

    (shown,) = found["publishedStandards"]["nodes"]
    assert (shown["id"], len(shown["signedBy"])) == (standard, 3)


async def test_held_standards_are_shown_to_offices_that_read(zone: StandardsZone) -> None:
    assert (await zone.at_node(KAIHUA, HELD, None))["code"] == "FORBIDDEN"
    developer = Caller("o-330824-11", KAIHUA, frozenset({Role.DEVELOPER}))
    assert (await zone.at_node(KAIHUA, HELD, developer))["code"] == "FORBIDDEN"
