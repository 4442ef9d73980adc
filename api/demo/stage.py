"""What the demo's story stands on: a narrator with two lines per step, and officers who act through the public API.

Invariant: every act can be repeated (a key or a version guards it), so a story goes on through restarts of any process.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

import anyio

from api.demo import documents as d
from api.demo import texts
from api.demo.client import Client, Refused, Unanswered
from api.demo.zone import Zone
from db.clock import SHANGHAI, monotonic_s

_T = TypeVar("_T")
KAIHUA: Final = "330824"
SHEXIAN: Final = "341021"
HANDLER: Final = "01"
SECOND: Final = "02"
CHIEF: Final = "05"
CENTRE: Final = "07"
ORDER: Final = (
    "DRAFT",
    "PENDING_APPROVAL",
    "APPROVED",
    "DISPATCHED",
    "RECEIVED",
    "SIGNED_FOR",
    "IN_PROGRESS",
    "FED_BACK",
    "COMPLETED",
)
_WAIT_S: Final = 60.0
_LOOK_AGAIN_S: Final = 0.05
_COUNTED_WITHIN_S: Final = 3.0
_AGAIN: Final = frozenset({"STALE_VERSION", "TRANSITION_NOT_ALLOWED", "RESYNCING"})


class Stage:
    """A running zone, and everybody who acts in it."""

    def __init__(self, zone: Zone, client: Client, language: str, say: Callable[[str], None]) -> None:
        self.zone = zone
        self.client = client
        self.language = language
        self.say = say
        self.ids: dict[str, str] = {}

    def tell(self, when: datetime, zh: str, en: str, gateway_zh: str, gateway_en: str) -> None:
        """Two lines: the officer's, and the gateway's."""
        stamp = when.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
        self.say(f"{stamp}  {texts.pick(self.language, zh, en)}")
        label = texts.pick(self.language, "网关所见", "gateway saw")
        self.say(f"             {label}: {texts.pick(self.language, gateway_zh, gateway_en)}\n")

    def set_clock(self, now: datetime) -> datetime:
        """Move the zone's civil clock forward to `now`; never back."""
        if now > self.zone.clock.now():
            self.zone.clock.set(now)
        return now

    def node(self, division: str) -> str:
        return self.zone.addresses.node(division)

    async def one(
        self, division: str, officer: str, document: str, variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The document's only root field at a court's node, asked by one of its officers."""
        return await self.client.one(
            self.node(division), division, f"o-{division}-{officer}", document, dict(variables or {})
        )

    async def at_gateway(
        self, tenant: str, officer: str, document: str, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        return await self.client.one(self.zone.addresses.gateway, tenant, officer, document, dict(variables))

    async def until(self, what: str, look: Callable[[], Awaitable[_T | None]]) -> _T:
        """What `look` gives once it is not None.

        Raises:
            Unanswered: it stayed None for a minute.
        """
        deadline = monotonic_s() + _WAIT_S
        while monotonic_s() < deadline:
            if (found := await look()) is not None:
                return found
            await anyio.sleep(_LOOK_AGAIN_S)
        raise Unanswered(what)

    async def task(self, division: str, task_id: str, officer: str = CENTRE) -> dict[str, Any]:
        return await self.one(division, officer, d.TASK, {"id": task_id})

    async def reach(self, division: str, task_id: str, status: str) -> dict[str, Any]:
        """The task at that court once it stands at `status` or beyond."""

        async def look() -> dict[str, Any] | None:
            try:
                task = await self.task(division, task_id)
            except Refused as refused:
                if refused.code == "NOT_FOUND":
                    return None
                raise
            return task if ORDER.index(task["status"]) >= ORDER.index(status) else None

        return await self.until(f"{status} at {division}", look)

    async def act(
        self, division: str, officer: str, mutation: str, task_id: str, reached: str, **fields: Any
    ) -> dict[str, Any]:
        """Move a task with the version it has; if it has moved there already (a retry), that is fine."""

        async def attempt() -> dict[str, Any] | None:
            task = await self.reach(division, task_id, "DRAFT")
            if ORDER.index(task["status"]) >= ORDER.index(reached):
                return task
            return await self._move(division, officer, mutation, task, fields)

        return await self.until(f"{mutation} at {division}", attempt)

    async def record_step(self, division: str, officer: str, task_id: str, step: dict[str, Any]) -> dict[str, Any]:
        """Record the task's first handling step, unless one stands in the log already (a retry)."""

        async def attempt() -> dict[str, Any] | None:
            task = await self.task(division, task_id, officer)
            if any(event["type"] == "STEP_RECORDED" for event in task["timeline"]):
                return task
            return await self._move(division, officer, "recordHandlingStep", task, step)

        return await self.until(f"a step at {division}", attempt)

    async def _move(
        self, division: str, officer: str, mutation: str, task: dict[str, Any], fields: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The moved task; None when it has changed meanwhile, or cannot be moved yet: look at it again."""
        try:
            given = {"id": task["id"], "version": task["version"], **fields}
            return await self.one(division, officer, d.task_act(mutation), {"input": given})
        except Refused as refused:
            if refused.code in _AGAIN:
                return None
            raise

    async def make(self, division: str, officer: str, document: str, key: str, **fields: Any) -> dict[str, Any]:
        """Make something under an idempotency key: the same key again gives the same thing."""
        given = {"idempotencyKey": f"sc-01-{key}", **fields}
        return await self.one(division, officer, document, {"input": given})

    async def tracked(self, name: str, event: str, times: int = 1) -> str:
        """What the gateway's desk says of a task, to the command centre that delegated it, once it shows `event`."""

        async def look() -> dict[str, Any] | None:
            try:
                track = await self.at_gateway(KAIHUA, f"o-{KAIHUA}-{CENTRE}", d.TRACKED_TASK, {"id": self.ids[name]})
            except Refused as refused:
                if refused.code == "NOT_FOUND":
                    return None
                raise
            return track if [e["type"] for e in track["events"]].count(event) >= times else None

        track = await self.until(f"{event} at the gateway", look)
        events = " → ".join(texts.word(self.language, e["type"]) for e in track["events"])
        holder = track["holder"]["code"] if track["holder"] else "-"
        return f"{events}; {texts.pick(self.language, '执笔法院', 'pen')} {holder}"

    async def carried_since(self, since: datetime, kinds: tuple[str, ...], at_least: int) -> str:
        """How many envelopes of these kinds the gateway carried since then, as its admin sees it.

        The gateway writes its counts down a moment after it carried: this looks until each is `at_least` so high, or
        three seconds, because a gateway that is killed meanwhile never writes down its last ones.
        """
        patient_until = monotonic_s() + _COUNTED_WITHIN_S

        async def look() -> dict[str, list[dict[str, Any]]] | None:
            summary = await self.at_gateway("gateway", "g-admin-01", d.TRAFFIC, {"since": since.isoformat()})
            rows = {kind: [row for row in summary["counts"] if row["kind"] == kind] for kind in kinds}
            complete = all(sum(row["envelopes"] for row in rows[kind]) >= at_least for kind in kinds)
            return rows if complete or monotonic_s() > patient_until else None

        carried = await self.until("the gateway's counts", look)
        words = {"ASK": ("询问", "asks"), "ANSWER": ("答复", "answers")}
        parts = []
        for kind, rows in carried.items():
            sizes = "/".join(sorted({str(row["paddedKib"]) for row in rows}))
            number = sum(row["envelopes"] for row in rows)
            parts.append(f"{number} {texts.pick(self.language, *words[kind])} {sizes} KiB")
        return ", ".join(parts) + texts.pick(self.language, ",均已加密", ", encrypted")
