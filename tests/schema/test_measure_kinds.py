"""Every kind of measure from its ruling to its end, through GraphQL: a new kind has no asset, state or end here."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from itertools import cycle
from typing import Any, Final

import pytest

from db.clock import SetClock, civil_date
from db.pool import open_pool, transaction
from db.records.assets import AssetKind, LiftGround, MeasureKind
from db.records.units import UnitKind, UnitRecord
from enforcement.court_rows import CourtRows
from enforcement.loading import load
from enforcement.rules.measure import AT_ONCE, FITTING
from enforcement.rules.term import MAX_YEARS, expires_on
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask
from tests.enforcement.task_zone import DIGEST
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio

ME: Final = rz.caller(KAIHUA)
COUNTER: Final = "u-330824-counter"
PROBLEM: Final = "... on Problem { code }"
MOVED: Final = "... on TransitionNotAllowed { current wanted }"
FIELDS: Final = """... on ControlMeasure { id version kind status rank effectiveAt expiresOn termYears
  orders { act status ground } history { status } }"""
MEASURE: Final = f"{FIELDS} {PROBLEM}"
READ: Final = f"query Q($id: ID!) {{ node(id: $id) {{ __typename {FIELDS} }} }}"
ON: Final = {
    kind: next(asset for asset, kinds in FITTING.items() if kind in kinds and asset is not AssetKind.BANK_DEPOSIT)
    for kind in MeasureKind
}
"""A kind of asset for each kind of measure; deposits have their own unit already."""
GROUNDS: Final = dict(zip(MeasureKind, cycle(LiftGround), strict=False))


def mutation(name: str, document: str) -> str:
    return (
        f"mutation M($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ __typename {document} }} }}"
    )


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    """A court with one counter that keeps every kind of asset."""
    pool = await open_pool(await new_database("node"))
    court = await rz.kaihua(Zone(), pool, clock)
    kinds = [kind.value for kind in AssetKind if kind is not AssetKind.BANK_DEPOSIT]
    counter = UnitRecord(
        id=COUNTER,
        name="样例窗口",
        kind=UnitKind.TAX_OFFICE,
        division="330824",
        channel="COUNTER",
        items=[{"code": "CONTROL", "asset_kinds": kinds, "documents": []}],
        promised_days=3,
        synthetic=True,
    )
    async with transaction(pool) as conn:
        await load(conn, court.node.at_rest, CourtRows(units=[counter]))
    yield court
    await pool.close()


class Stage:
    """One measure of a kind at the counter."""

    def __init__(self, home: rz.Court, kind: MeasureKind) -> None:
        self.home, self.kind, self.id, self.acts = home, kind, "", 0

    async def do(self, name: str, document: str = MEASURE, **given: Any) -> Any:
        return await ask(self.home.node, mutation(name, document), ME, input=given)

    async def now(self) -> Any:
        return await ask(self.home.node, READ, ME, id=self.id)

    async def ruled(self) -> Any:
        asset = await rz.add_asset(self.home, kind=ON[self.kind], identity={"no": "样1"}, division="330824")
        given = {"caseNumber": rz.NUMBER, "assetId": str(asset), "kind": self.kind, "rulingNo": rz.RULING}
        made = await self.do("ruleMeasure", **given, value="5000.00", idempotencyKey="r")
        self.id = made.get("id", "")
        return made

    async def served(self) -> Any:
        asked = {"measureId": self.id, "unitId": COUNTER, "idempotencyKey": "n"}
        return await self.do("serveAssistanceNotice", f"... on AssistanceNotice {{ id status }} {PROBLEM}", **asked)

    async def answered(self, **given: Any) -> Any:
        """What is written down of the unit's paper about the newest notice."""
        self.acts += 1
        async with self.home.node.pool.acquire() as conn:
            notice = await conn.fetchval("SELECT id FROM assistance_notices ORDER BY served_at DESC, id DESC LIMIT 1")
        paper = {"receiptNo": f"回执{self.acts}号", "broughtBy": "o-330824-02", "paperSha256": DIGEST}
        said = {"answer": "REGISTERED", "rank": 1, "registeredAt": self.home.node.clock.now().isoformat()}
        given = {"noticeId": str(notice), "idempotencyKey": f"p{self.acts}", **paper} | said | given
        done = await self.do("recordAssistanceReceipt", f"... on AssistanceNotice {{ status }} {PROBLEM}", **given)
        assert done.get("status") == "ANSWERED", done
        return await self.now()

    async def ordered(self, name: str, number: str, **given: Any) -> Any:
        version = (await self.now())["version"]
        return await self.do(
            name, f"{MEASURE} {MOVED}", id=self.id, version=version, rulingNo=rz.NUMBER + number, **given
        )


@pytest.fixture(params=list(MeasureKind), ids=str)
def stage(home: rz.Court, request: pytest.FixtureRequest) -> Stage:
    return Stage(home, request.param)


async def test_every_kind_is_ruled_served_and_registered(stage: Stage, clock: SetClock) -> None:
    ruled = await stage.ruled()
    notice = await stage.served()
    sent = await stage.now()
    registered = await stage.answered()

    assert (ruled["status"], notice["status"], sent["status"]) == ("RULED", "SERVED", "NOTICE_SENT")
    is_done = stage.kind in AT_ONCE
    assert (registered["kind"], registered["rank"]) == (stage.kind, 1)
    assert registered["status"] == ("EXTINGUISHED" if is_done else "EFFECTIVE")
    assert [one["status"] for one in registered["history"]] == [
        "RULED",
        "NOTICE_SENT",
        "EFFECTIVE",
        *(["EXTINGUISHED"] if is_done else []),
    ]
    last_day = expires_on(civil_date(clock.now()), MAX_YEARS[ON[stage.kind]])
    assert registered["expiresOn"] == (None if is_done else last_day.isoformat())
    assert await stage.home.count("measure_queue") == (0 if is_done else 1)


async def test_behind_another_court_what_lasts_waits(stage: Stage) -> None:
    """Money that the unit says it paid is paid, whatever the paper says of a place; it stands in no queue."""
    await stage.ruled()
    await stage.served()

    registered = await stage.answered(rank=2)

    assert (registered["status"], registered["expiresOn"]) == (
        "EXTINGUISHED" if stage.kind in AT_ONCE else "WAITING",
        None,
    )


async def test_every_kind_may_be_refused(stage: Stage) -> None:
    await stage.ruled()
    await stage.served()

    refused = await stage.answered(answer="REFUSED", reason="NOT_ON_OUR_BOOKS", rank=None, registeredAt=None)

    assert (refused["status"], refused["rank"], refused["expiresOn"]) == ("REFUSED", None, None)
    assert await stage.home.count("measure_queue") == 0


async def test_what_lasts_is_renewed_and_lifted(stage: Stage, clock: SetClock) -> None:
    await stage.ruled()
    await stage.served()
    registered = await stage.answered()
    clock.advance(timedelta(days=10))
    ground = GROUNDS[stage.kind]
    reason = "双方另有安排" if ground is LiftGround.OTHER else ""

    if stage.kind in AT_ONCE:
        for name, given in (("renewMeasure", {}), ("liftMeasure", {"ground": ground, "reason": reason})):
            refused = await stage.ordered(name, "之二", **given)
            assert (refused["code"], refused["current"]) == ("TRANSITION_NOT_ALLOWED", "EXTINGUISHED")
        assert await stage.home.count("measure_orders") == 0
        return
    await stage.ordered("renewMeasure", "之二")
    renewed = await stage.answered()
    clock.advance(timedelta(days=10))
    await stage.ordered("liftMeasure", "之三", ground=ground, reason=reason)
    lifted = await stage.answered()

    until = expires_on(date.fromisoformat(registered["expiresOn"]), MAX_YEARS[ON[stage.kind]])
    assert (renewed["status"], renewed["expiresOn"]) == ("RENEWED", until.isoformat())
    assert lifted["status"] == "LIFTED"
    assert [(one["act"], one["status"], one["ground"]) for one in lifted["orders"]] == [
        ("RENEW", "DONE", None),
        ("LIFT", "DONE", ground),
    ]
