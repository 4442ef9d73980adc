"""The figures of SC-01, read back through GraphQL at both courts after the story."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from api.demo import documents as d
from api.demo.fixtures.facts import STORY_CASE
from api.demo.texts import pick

if TYPE_CHECKING:
    from api.demo.story import Story

_AS_OF: Final = "2025-07-17"
_CENTRE: Final = "07"
_HANDLER: Final = "01"


class Figures:
    """What must hold after the story; each figure is told, and whether it holds."""

    def __init__(self, story: "Story") -> None:
        self._story = story
        self._held = True

    def _figure(self, zh: str, en: str, expected: object, actual: object) -> None:
        holds = expected == actual
        self._held = self._held and holds
        language = self._story.language
        mark = "✓" if holds else "✗"
        line = f"  {mark} {pick(language, zh, en)}: {_told(actual, language)}"
        if not holds:
            wanted = _told(expected, language)
            line += pick(language, f"(应为 {wanted})", f" (must be {wanted})")
        self._story.say(line)

    async def check(self) -> bool:
        """Tell every figure; True if all hold."""
        story = self._story
        story.say(pick(story.language, "从两个法院读回:", "Read back at both courts:"))
        case = await story.one("330824", _HANDLER, d.CASE, {"caseNumber": STORY_CASE, "asOf": _AS_OF})
        seizure = await story.task("330824", story.ids["seizure"])
        await self._check_time(seizure)
        self._check_money(case)
        self._check_measure(case)
        await self._check_courts(case)
        await self._check_logs()
        story.say("")
        return self._held

    async def _check_time(self, seizure: dict[str, Any]) -> None:
        ended = next(event for event in seizure["timeline"] if event["type"] == "COMPLETED")
        elapsed = datetime.fromisoformat(ended["at"]) - self._story.began
        self._figure("三天之内办结", "completed within 3 days", True, elapsed <= timedelta(days=3))
        self._figure("状态", "status", "COMPLETED", seizure["status"])

    def _check_money(self, case: dict[str, Any]) -> None:
        payments = [(p["amount"], p["venueCourt"]) for p in case["payments"]["nodes"]]
        self._figure("开化案款", "payment in Kaihua's case", [("20000.00", "皖1021")], payments)
        settled = [(s["venueCourt"], s["status"]) for s in case["settlements"]]
        self._figure(
            "和解协议属开化,签于歙县", "settlement is Kaihua's, signed at", ["皖1021"], [s[0] for s in settled]
        )
        self._figure(
            "暂缓拍卖申请", "request to defer the auction", ["AUCTION"], [x["kind"] for x in case["deferrals"]]
        )

    def _check_measure(self, case: dict[str, Any]) -> None:
        measures = [m for m in case["measures"]["nodes"] if m["id"] == self._story.ids["measure"]]
        facts = [
            (m["status"], m["rank"], m["orderingCourt"], m["executingCourt"], m["expiresOn"], len(m["receipts"]))
            for m in measures
        ]
        expected = [("EFFECTIVE", 1, "浙0824", "皖1021", "2027-07-15", 1)]
        self._figure("扣押", "seizure", expected, facts)

    async def _check_courts(self, case: dict[str, Any]) -> None:
        story = self._story
        strangers = set(case["delegatedTaskIds"]) ^ {story.ids["search"], story.ids["seizure"]}
        self._figure("委托事项", "delegated tasks", 2, len(case["delegatedTaskIds"]))
        self._figure("多余的委托事项", "tasks that are not the story's", 0, len(strangers))
        for name in ("search", "seizure"):
            here = await story.task("330824", story.ids[name])
            there = await story.task("341021", story.ids[name])
            same = here["timeline"] == there["timeline"]
            self._figure(f"两院日志一致({name})", f"both courts hold the same log ({name})", True, same)
        self._figure("歙县新立案件", "new case numbers at Shexian", 0, await self._new_cases())

    async def _new_cases(self) -> int:
        """How many cases Shexian has beyond those of the fixture set."""
        seen, after = 0, None
        while True:
            page = await self._story.one("341021", _CENTRE, d.CASES, {"after": after})
            seen += len(page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return seen - 60
            after = page["pageInfo"]["endCursor"]

    async def _check_logs(self) -> None:
        story = self._story
        log = await story.one("330824", _CENTRE, d.LOOKUP_LOG, {"caseNumber": STORY_CASE})
        fields = sorted(entry["field"] for entry in log["entries"] if entry["outcome"] == "DONE")
        self._figure("查询留痕", "look-ups in the log", ["debtorPresence", "debtorProfile"], fields)
        for tenant in ("330824", "341021"):
            track = await story.at_gateway(
                tenant, f"o-{tenant}-{_CENTRE}", d.TRACKED_TASK, {"id": story.ids["seizure"]}
            )
            zh = f"{tenant} 指挥中心所见"
            self._figure(zh, f"the command centre of {tenant} sees", "COMPLETED", track["status"])


def _told(value: object, language: str) -> str:
    """A figure as people write it: a claim as yes or no, several values one after the other."""
    if isinstance(value, bool):
        return pick(language, "是" if value else "否", "yes" if value else "no")
    if isinstance(value, list | tuple):
        return ", ".join(_told(item, language) for item in value)
    return str(value)
