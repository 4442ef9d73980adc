"""SC-01 over a real zone: every figure read back at both courts, and what the gateway showed meanwhile."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import aiohttp
import anyio
import pytest

from api.demo import documents as d
from api.demo.client import Client, MintToken
from api.demo.figures import Figures
from api.demo.fixtures.facts import STORY_CASE, STORY_DEBTOR, STORY_PLATE, STORY_VIN
from api.demo.stage import ORDER
from api.demo.story import RULING, Story
from api.demo.zone import Zone
from tests.courts.desks import Desks
from tests.courts.spellings import found_in

pytestmark = pytest.mark.anyio

KAIHUA, CHANGSHAN = "浙0824", "浙0822"
PERSONAL = (STORY_DEBTOR, STORY_PLATE, STORY_VIN, STORY_CASE, RULING, "李样甲", "周样甲", "李某", "0824执365")
FIGURES = 14
CHANGED = """
subscription Changed($id: UUID) {
  trackedTaskChanged(id: $id) {
    ... on TrackedTask { id version status holder { code } events { type author { code } } }
    ... on Problem { code }
  }
}"""
TRACKED = """
query Tracked { trackedTasks(first: 100) { ... on TrackedTaskConnection { nodes { id } } ... on Problem { code } } }"""


class Watch:
    """What one subscription at the gateway was told, in order."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self._news = anyio.Event()

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            data = message.json()
            assert data["type"] == "next", data
            self.told.append(data["payload"]["data"]["trackedTaskChanged"])
            self._news.set()
            self._news = anyio.Event()

    def of(self, task_id: str) -> list[dict[str, Any]]:
        return [task for task in self.told if task.get("id") == task_id]

    async def shows(self, task_id: str, status: str) -> None:
        """Return once the task was told of at `status` or beyond; some seconds are more than enough."""
        with anyio.fail_after(10):
            while not any(ORDER.index(task["status"]) >= ORDER.index(status) for task in self.of(task_id)):
                await self._news.wait()


@dataclass(frozen=True, slots=True)
class Told:
    """The story as it was told, and what two command centres saw of it at the gateway."""

    story: "WatchedStory"
    held: bool
    english: bool
    lines: list[str]
    kaihua: Watch
    changshan: Watch


@dataclass(frozen=True, slots=True)
class Step:
    """What `tell` was given: the officer's line and the gateway's, in both languages."""

    officer: tuple[str, str]
    gateway: tuple[str, str]


class WatchedStory(Story):
    """The story, which goes on only when the gateway has told its watcher what a node shows."""

    def __init__(self, zone: Zone, client: Client, watch: Watch, say: Callable[[str], None]) -> None:
        super().__init__(zone, client, "zh", say)
        self.watch = watch
        self.steps: list[Step] = []

    def tell(self, when: datetime, zh: str, en: str, gateway_zh: str, gateway_en: str) -> None:
        self.steps.append(Step((zh, en), (gateway_zh, gateway_en)))
        super().tell(when, zh, en, gateway_zh, gateway_en)

    async def reach(self, division: str, task_id: str, status: str) -> dict[str, Any]:
        task = await super().reach(division, task_id, status)
        if ORDER.index(task["status"]) > ORDER.index("DISPATCHED"):
            await self.watch.shows(task_id, task["status"])
        return task


@pytest.fixture(scope="module")
async def told(zone: Zone, token: MintToken) -> AsyncIterator[Told]:
    """One run of the story, in Chinese; its figures read back once more in English."""
    lines: list[str] = []
    kaihua, changshan = Watch(), Watch()
    async with aiohttp.ClientSession() as session:
        client = Client(session, token)
        desks = Desks(zone, client)
        story = WatchedStory(zone, client, kaihua, lines.append)
        async with (
            desks.gateway(KAIHUA).subscribed(CHANGED) as watching,
            desks.gateway(CHANGSHAN).subscribed(CHANGED) as elsewhere,
            anyio.create_task_group() as group,
        ):
            group.start_soon(kaihua.listen, watching)
            group.start_soon(changshan.listen, elsewhere)
            held = await story.run()
            for name in ("search", "seizure"):
                await kaihua.shows(story.ids[name], "COMPLETED")
            story.language = "en"
            english = await Figures(story).check()
            group.cancel_scope.cancel()
        yield Told(story, held, english, lines, kaihua, changshan)


async def test_every_figure_holds_in_both_languages(told: Told) -> None:
    assert (told.held, told.english) == (True, True), "\n".join(told.lines)
    assert sum("✓" in line for line in told.lines) == 2 * FIGURES
    assert not any("✗" in line for line in told.lines)


async def test_each_figure_is_read_back(told: Told) -> None:
    output = "\n".join(told.lines)

    assert "✓ 三天之内办结: 是" in output
    assert "✓ completed within 3 days: yes" in output
    for zh, en, figure in (
        ("开化案款", "payment in Kaihua's case", "20000.00, 皖1021"),
        ("和解协议属开化,签于歙县", "settlement is Kaihua's, signed at", "皖1021"),
        ("扣押", "seizure", "EFFECTIVE, 1, 浙0824, 皖1021, 2027-07-15, 1"),
        ("歙县新立案件", "new case numbers at Shexian", "0"),
        ("查询留痕", "look-ups in the log", "debtorPresence, debtorProfile"),
    ):
        assert f"✓ {zh}: {figure}\n" in output
        assert f"✓ {en}: {figure}\n" in output


async def test_the_gateways_lines_name_nobody(told: Told) -> None:
    steps = told.story.steps

    assert len(steps) == sum("网关所见" in line for line in told.lines) == 12
    seen = "\n".join([*(text for step in steps for text in step.gateway), *(x for x in told.lines if "网关所见" in x)])
    assert [value for value in PERSONAL if found_in(seen.encode(), value)] == []
    assert STORY_PLATE in "\n".join(text for step in steps for text in step.officer)  # the officer's lines do


async def test_the_gateway_tells_of_each_transition(told: Told, zone: Zone, client: Client) -> None:
    for name in ("search", "seizure"):
        task_id = told.story.ids[name]
        seen = told.kaihua.of(task_id)
        node = await told.story.task("330824", task_id)

        versions = [task["version"] for task in seen]
        assert versions == sorted(set(versions))
        statuses = list(dict.fromkeys(task["status"] for task in seen))
        assert [status for status in statuses if status != "DISPATCHED"] == list(ORDER[4:])
        logs = [[(event["type"], event["author"]["code"]) for event in task["events"]] for task in seen]
        assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(logs))
        in_log = [event for event in logs[-1] if event[0] != "STATEMENT_SENT"]
        assert in_log == [(event["type"], event["author"]) for event in node["timeline"]]
        assert (len(in_log) < len(logs[-1])) is (name == "search")  # the find was announced
        assert seen[-1]["holder"] is None


async def test_another_court_sees_nothing_of_it(told: Told, zone: Zone, client: Client) -> None:
    centre = Desks(zone, client).gateway(CHANGSHAN)
    ids = {told.story.ids[name] for name in ("search", "seizure")}

    listed = await centre.one(TRACKED)
    codes = {await centre.code(d.TRACKED_TASK, id=task_id) for task_id in ids}
    async with centre.subscribed(CHANGED, id=min(ids)) as socket:
        answer = await socket.receive_json(timeout=5)

    assert codes == {"NOT_FOUND"}
    assert not ids & {node["id"] for node in listed["nodes"]}
    assert told.changshan.told == []
    assert answer["payload"]["data"]["trackedTaskChanged"] == {"code": "NOT_FOUND"}
    assert {node["id"] for node in (await Desks(zone, client).gateway(KAIHUA).one(TRACKED))["nodes"]} >= ids
