"""The asking side against peers and gateways that misbehave: what is not a good answer is a named silence."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import msgspec
import orjson
import pytest

from db.clock import SetClock
from db.ids import new_id
from db.pool import Pool
from federation.ask import content
from federation.ask.asking import AskingCourt, SentAsk, write_ask
from federation.ask.client import AskClient
from federation.ask.content import Answer, Ask
from federation.ask.coverage import CourtCoverage
from federation.ask.frames import AnswerFrame, End, Frame, StatusFrame
from federation.ask.gather import gather
from federation.ask.gathering import Check, Gathering
from federation.ask.status import SAID, Reason, Reporter, Status
from federation.graph import selection, shape
from federation.wire import encryption
from federation.wire.header import Header
from tests.federation.ask.asking import directory_of
from tests.federation.graph.sample import CONTRACT, STOCK
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

CHOSEN = selection.read("{ ... on Stock { count } }")
Reply = Callable[["Scene", SentAsk], Frame | None]


class Scene:
    """开化 asking 常山 and 歙县 through a gateway that plays a script."""

    def __init__(self, zone: Zone, court: AskingCourt, clock: SetClock) -> None:
        self.zone, self.court, self.clock = zone, court, clock
        self.script: list[tuple[str, Reply]] = []
        self.batches: list[list[bytes]] = []
        self.ends = True
        self.check: Check = lambda raw: shape.check(CONTRACT.schema, STOCK, CHOSEN, raw)
        self.hangs = False
        ask = Ask(field="stock", contract=1, arguments={}, selection=CHOSEN.text, mandate=b"")
        self.sent = [write_ask(court, to, ask, clock.now()) for to in (CHANGSHAN, SHEXIAN)]

    async def ask(self, batch: Sequence[bytes], budget_ms: int) -> AsyncGenerator[Frame, None]:
        self.batches.append(list(batch))
        by_court = {ask.court: ask for ask in self.sent if ask.raw in batch}
        for court, reply in self.script:
            if court in by_court and (frame := reply(self, by_court[court])) is not None:
                yield frame
        if self.hangs:
            await asyncio.sleep(60)
        if self.ends:
            yield End()

    async def gathered(self, *, budget_ms: int = 2000, local: Any = None) -> Gathering:
        waiting = {code: CourtCoverage(code, code, Status.PENDING) for code in (CHANGSHAN, SHEXIAN)}
        if local is not None:
            waiting[KAIHUA] = CourtCoverage(KAIHUA, KAIHUA, Status.PENDING)
        gathering = Gathering(self.check, waiting)
        await gather(self.court, gathering, self.sent, local=local, budget_ms=budget_ms, changed=lambda: None)
        return gathering

    def answer(self, ask: SentAsk, said: Answer | bytes, **changes: Any) -> AnswerFrame:
        """An answer envelope of the asked court; `changes` are of its header."""
        now = self.clock.now()
        keys = self.zone.keys[changes.pop("signed_by", ask.court)]
        box_id, recipient = self.court.directory.current().box_key(changes.pop("encrypted_to", KAIHUA))
        header = Header(
            kind="answer",
            id=new_id(now),
            epoch=1,
            sender=ask.court,
            to=KAIHUA,
            issued=now,
            expires=now + timedelta(minutes=5),
            directory=1,
            signing_key=keys.signing.id,
            box_key=box_id,
            re=ask.id,
            re_digest=ask.digest,
        )
        header = msgspec.structs.replace(header, **changes)
        plaintext = said if isinstance(said, bytes) else content.encode(said)
        return AnswerFrame(encryption.write(header, plaintext, recipient=recipient, signer=keys.signing))


def answered(value: Any = None, **changes: Any) -> Answer:
    data = msgspec.Raw(orjson.dumps({"count": 1} if value is None else value))
    return Answer(**{"status": Status.ANSWERED, "rows": 1, "data": data, **changes})


def good(scene: Scene, ask: SentAsk) -> Frame:
    return scene.answer(ask, answered())


@pytest.fixture
async def scene(node_pool: Pool, clock: SetClock) -> Scene:
    zone = Zone()
    keys = zone.keys[KAIHUA]
    directory = await directory_of(zone, node_pool, clock)
    court = AskingCourt(KAIHUA, clock, directory, keys.signing, keys.box, cast("AskClient", None), 1)
    made = Scene(zone, court, clock)
    made.court = replace(court, client=cast("AskClient", made))
    return made


def told(gathering: Gathering, court: str) -> tuple[Status, Reason | None, Reporter]:
    (entry,) = [entry for entry in gathering.coverage().courts if entry.court == court]
    return entry.status, entry.reason, entry.reported_by


async def test_good_answers_are_the_parts(scene: Scene) -> None:
    scene.script = [(SHEXIAN, good), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert gathering.values == {CHANGSHAN: {"count": 1}, SHEXIAN: {"count": 1}}
    assert gathering.coverage().is_complete


@pytest.mark.parametrize(
    "value",
    [{"count": "many"}, {"count": None}, {}, {"count": 1, "more": 1}, [], "x", {"Count": 1}],
)
async def test_wrong_shape_is_faulty_and_never_shown(scene: Scene, value: Any) -> None:
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, answered(value))), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN) == (Status.FAULTY, Reason.WRONG_SHAPE, Reporter.ASKER)
    assert gathering.values.keys() == {CHANGSHAN}
    assert gathering.parts.keys() == {CHANGSHAN}


BAD: dict[str, Reply] = {
    "not the asked court's key": lambda s, ask: s.answer(ask, answered(), signed_by=CHANGSHAN),
    "another court's answer": lambda s, ask: s.answer(ask, answered(), sender=CHANGSHAN, signed_by=CHANGSHAN),
    "to other bytes": lambda s, ask: s.answer(ask, answered(), re_digest="0" * 64),
    "encrypted to another": lambda s, ask: s.answer(ask, answered(), encrypted_to=CHANGSHAN),
    "no answer inside": lambda s, ask: s.answer(ask, b"{}"),
    "an unknown status inside": lambda s, ask: s.answer(ask, b'{"status":"WHATEVER"}'),
    "nested beyond reason": lambda s, ask: s.answer(
        ask, b'{"status":"EMPTY","data":' + b"[" * 9000 + b"]" * 9000 + b"}"
    ),
    "fewer rows than none": lambda s, ask: s.answer(ask, b'{"status":"EMPTY","rows":-1}'),
    "rows beyond counting": lambda s, ask: s.answer(ask, b'{"status":"EMPTY","rows":9999999999}'),
    "an instant of nowhere": lambda s, ask: s.answer(ask, b'{"status":"EMPTY","asOf":"2025-07-14T09:00:00"}'),
    "old": lambda s, ask: s.answer(ask, answered(), issued=s.clock.now() - timedelta(minutes=6)),
    "expired": lambda s, ask: s.answer(
        ask, answered(), issued=s.clock.now() - timedelta(minutes=2), expires=s.clock.now() - timedelta(minutes=1)
    ),
}


@pytest.mark.parametrize("what", BAD)
async def test_answer_that_is_not_genuine_is_faulty(scene: Scene, what: str) -> None:
    scene.script = [(SHEXIAN, BAD[what]), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN) == (Status.FAULTY, Reason.BAD_ANSWER, Reporter.ASKER)
    assert gathering.values.keys() == {CHANGSHAN}


async def test_forgery_does_not_hide_the_genuine_answer(scene: Scene) -> None:
    scene.script = [(SHEXIAN, BAD["not the asked court's key"]), (SHEXIAN, good), (CHANGSHAN, good)]

    assert (await scene.gathered()).coverage().is_complete


async def test_gateways_word_does_not_hide_the_genuine_answer(scene: Scene) -> None:
    def unreachable(_: Scene, ask: SentAsk) -> Frame:
        return StatusFrame(ask.id, ask.court, Status.UNREACHABLE, Reason.NO_CONNECTION, 1)

    scene.script = [(SHEXIAN, unreachable), (SHEXIAN, good), (CHANGSHAN, good), (CHANGSHAN, unreachable)]

    assert (await scene.gathered()).coverage().is_complete


@pytest.mark.parametrize("said", [Status.EMPTY, Status.ANSWERED, Status.PENDING])
async def test_gateway_cannot_say_that_a_court_looked_or_is_being_asked(scene: Scene, said: Status) -> None:
    def told_so(_: Scene, ask: SentAsk) -> Frame:
        return StatusFrame(ask.id, ask.court, said, Reason.OTHER, 1)

    scene.script = [(SHEXIAN, told_so), (CHANGSHAN, good)]

    assert told(await scene.gathered(), SHEXIAN)[0] is Status.UNREACHABLE


async def test_cut_stream_makes_the_rest_unreachable(scene: Scene) -> None:
    scene.script, scene.ends = [(CHANGSHAN, good)], False

    gathering = await scene.gathered()

    assert told(gathering, CHANGSHAN)[0] is Status.ANSWERED
    assert told(gathering, SHEXIAN) == (Status.UNREACHABLE, Reason.STREAM_CUT, Reporter.ASKER)


async def test_cut_stream_is_asked_for_once_more(scene: Scene) -> None:
    scene.script, scene.ends = (
        [(CHANGSHAN, good), (SHEXIAN, lambda s, ask: good(s, ask) if s.batches[1:] else None)],
        False,
    )

    gathering = await scene.gathered()

    first, second = (ask.raw for ask in scene.sent)
    assert gathering.coverage().is_complete
    assert scene.batches == [[first, second], [second]]


async def test_silent_gateway_times_out(scene: Scene) -> None:
    scene.script, scene.hangs = [(CHANGSHAN, good)], True

    gathering = await scene.gathered(budget_ms=150)

    assert told(gathering, SHEXIAN) == (Status.TIMED_OUT, Reason.DEADLINE, Reporter.ASKER)
    assert gathering.values.keys() == {CHANGSHAN}


async def test_two_different_answers_contradict_each_other(scene: Scene) -> None:
    scene.script = [(SHEXIAN, good), (SHEXIAN, lambda s, ask: s.answer(ask, answered({"count": 2}))), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN) == (Status.FAULTY, Reason.CONTRADICTION, Reporter.ASKER)
    assert gathering.values.keys() == {CHANGSHAN}


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        (Answer(status=Status.REFUSED, code="RATE_LIMITED"), Status.REFUSED, Reason.RATE_LIMITED),
        (Answer(status=Status.REFUSED, code="a peer's own words"), Status.REFUSED, Reason.OTHER),
        (Answer(status=Status.UNSUPPORTED, code="UNSUPPORTED_FIELD"), Status.UNSUPPORTED, Reason.UNSUPPORTED_FIELD),
        (Answer(status=Status.FAULTY), Status.FAULTY, Reason.OTHER),
    ],
)
async def test_refusal_is_told_by_the_court(scene: Scene, said: Answer, status: Status, reason: Reason) -> None:
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, said)), (CHANGSHAN, good)]

    assert told(await scene.gathered(), SHEXIAN) == (status, reason, Reporter.COURT)


@pytest.mark.parametrize("said", sorted(set(Status) - SAID))
async def test_court_says_nothing_that_only_others_can_say(scene: Scene, said: Status) -> None:
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, Answer(status=said))), (CHANGSHAN, good)]

    assert told(await scene.gathered(), SHEXIAN) == (Status.FAULTY, Reason.BAD_ANSWER, Reporter.ASKER)


async def test_refusal_of_a_part_brings_the_rest(scene: Scene) -> None:
    in_part = answered(status=Status.REFUSED, code="SECTION_NOT_AGREED", rows=1)
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, in_part)), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN) == (Status.REFUSED, Reason.SECTION_NOT_AGREED, Reporter.COURT)
    assert gathering.values == {CHANGSHAN: {"count": 1}, SHEXIAN: {"count": 1}}
    assert (gathering.coverage().answered, gathering.coverage().is_complete) == (1, False)
    assert gathering.coverage().has_parts


@pytest.mark.parametrize("status", [Status.REFUSED, Status.FAULTY])
async def test_what_comes_with_a_refusal_has_its_shape_or_is_nothing(scene: Scene, status: Status) -> None:
    bad = answered({"count": "many"}, status=status, code="SECTION_NOT_AGREED")
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, bad)), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN)[0] is Status.FAULTY
    assert gathering.values.keys() == {CHANGSHAN}


@pytest.mark.parametrize("status", [Status.FAULTY, Status.UNSUPPORTED])
async def test_only_a_refusal_brings_a_part(scene: Scene, status: Status) -> None:
    said = answered(status=status, code="INTERNAL")
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, said)), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN) == (status, Reason.INTERNAL, Reporter.COURT)
    assert gathering.values.keys() == {CHANGSHAN}


@pytest.mark.parametrize(("listed", "status"), [([1], Status.FAULTY), ([], Status.EMPTY), (None, Status.EMPTY)])
async def test_who_says_that_it_has_nothing_lists_nothing(listed: Any, status: Status) -> None:
    gathering = Gathering(orjson.loads, {SHEXIAN: CourtCoverage(SHEXIAN, SHEXIAN, Status.PENDING)}, lists=("rows",))

    gathering.take(SHEXIAN, answered({"rows": listed, "n": 0}, status=Status.EMPTY, rows=0), 1)

    assert told(gathering, SHEXIAN)[0] is status
    assert bool(gathering.values) is (status is Status.EMPTY)


REFUSAL = Answer(status=Status.REFUSED, code="RATE_LIMITED")
OTHERWISE = {
    "other rows": answered({"count": 2}),
    "other counts": answered(rows=2),
    "a refusal": REFUSAL,
    "a refusal of a part": answered(status=Status.REFUSED, code="SECTION_NOT_AGREED"),
    "a wrong shape": answered({"count": "many"}),
}


@pytest.mark.parametrize("second", OTHERWISE)
@pytest.mark.parametrize("order", [1, -1])
async def test_court_that_says_two_things_is_shown_with_neither(scene: Scene, second: str, order: int) -> None:
    """In whichever order they come, and though the first is said again."""
    words = [answered(), OTHERWISE[second]][::order]
    replies = [lambda s, ask, said=said: s.answer(ask, said) for said in (*words, words[0])]
    scene.script = [*((SHEXIAN, reply) for reply in replies), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN) == (Status.FAULTY, Reason.CONTRADICTION, Reporter.ASKER)
    assert gathering.values.keys() == {CHANGSHAN}


async def test_court_that_says_the_same_twice_says_it_once(scene: Scene) -> None:
    again = lambda s, ask: s.answer(ask, REFUSAL)  # noqa: E731
    scene.script = [(SHEXIAN, again), (SHEXIAN, again), (CHANGSHAN, good), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN) == (Status.REFUSED, Reason.RATE_LIMITED, Reporter.COURT)
    assert told(gathering, CHANGSHAN)[0] is Status.ANSWERED


async def test_what_nobody_foresaw_stays_one_courts(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    def check(raw: bytes) -> dict[str, Any]:
        if raw == b'{"count":7}':
            raise ValueError("李样甲")
        return shape.check(CONTRACT.schema, STOCK, CHOSEN, raw)

    scene.check = check
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, answered({"count": 7}))), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN) == (Status.FAULTY, Reason.BAD_ANSWER, Reporter.ASKER)
    assert gathering.values.keys() == {CHANGSHAN}
    assert "李样甲" not in caplog.text


async def test_narrowed_part_is_marked(scene: Scene) -> None:
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, answered(narrowed=True))), (CHANGSHAN, good)]

    courts = {court.court: court.narrowed for court in (await scene.gathered()).coverage().courts}

    assert courts == {SHEXIAN: True, CHANGSHAN: False}


async def test_frames_of_nobody_are_nothing(scene: Scene) -> None:
    def rubbish(s: Scene, ask: SentAsk) -> Frame:
        return AnswerFrame(b"rubbish")

    def of_another_ask(s: Scene, ask: SentAsk) -> Frame:
        return s.answer(ask, answered(), re=new_id(s.clock.now()))

    scene.script = [(SHEXIAN, rubbish), (SHEXIAN, of_another_ask), (SHEXIAN, good), (CHANGSHAN, good)]

    assert (await scene.gathered()).coverage().is_complete


async def test_own_court_answers_beside_the_others(scene: Scene) -> None:
    scene.script = [(SHEXIAN, good)]

    async def local() -> Answer:
        return answered({"count": 5}, status=Status.EMPTY, rows=0)

    gathering = await scene.gathered(local=local)

    assert told(gathering, KAIHUA) == (Status.EMPTY, None, Reporter.COURT)
    assert gathering.values[KAIHUA] == {"count": 5}


async def test_answer_under_a_newer_directory_is_fetched_for(scene: Scene, node_pool: Pool) -> None:
    fetched: list[int] = []

    async def fetch() -> None:
        async with node_pool.acquire() as conn:
            view = await scene.court.directory.accept(conn, scene.zone.signed(2), scene.clock.now())
        fetched.append(view.version)

    scene.court = replace(scene.court, fetch=fetch)
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, answered(), directory=2)), (CHANGSHAN, good)]

    assert (await scene.gathered()).coverage().is_complete
    assert fetched == [2]


async def test_who_names_a_directory_that_nobody_has_keeps_no_other_waiting(scene: Scene) -> None:
    """However often, and however long the directory is not to be had."""

    async def fetch() -> None:
        fetches.append(1)
        await asyncio.sleep(60)

    fetches: list[int] = []
    scene.court = replace(scene.court, fetch=fetch)
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, answered(), directory=99))] * 3 + [(CHANGSHAN, good)]

    gathering = await scene.gathered(budget_ms=500)

    assert told(gathering, CHANGSHAN) == (Status.ANSWERED, None, Reporter.COURT)
    assert told(gathering, SHEXIAN) == (Status.TIMED_OUT, Reason.DEADLINE, Reporter.ASKER)
    assert fetches == [1]


async def test_directory_that_cannot_be_asked_for_is_no_fault_of_ours(scene: Scene) -> None:
    async def fetch() -> None:
        raise ValueError

    scene.court = replace(scene.court, fetch=fetch)
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, answered(), directory=99)), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert gathering.values.keys() == {CHANGSHAN}
    assert told(gathering, SHEXIAN) == (Status.FAULTY, Reason.UNKNOWN_DIRECTORY, Reporter.ASKER)


async def test_answer_under_an_unknown_directory_is_not_called_forged(scene: Scene) -> None:
    scene.script = [(SHEXIAN, lambda s, ask: s.answer(ask, answered(), directory=2)), (CHANGSHAN, good)]

    gathering = await scene.gathered()

    assert told(gathering, SHEXIAN) == (Status.FAULTY, Reason.UNKNOWN_DIRECTORY, Reporter.ASKER)
    assert gathering.values.keys() == {CHANGSHAN}
