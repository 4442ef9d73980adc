"""SC-01, told through the public API: a car is found and seized two provinces away, in three days.

Two lines per step: what the officer sees, and what the gateway saw of it.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from api.demo import documents as d
from api.demo import texts
from api.demo.client import Client
from api.demo.figures import Figures
from api.demo.fixtures.facts import STORY_CASE, STORY_DEBTOR
from api.demo.stage import CENTRE, CHIEF, HANDLER, KAIHUA, SECOND, SHEXIAN, Stage
from api.demo.texts import pick
from api.demo.zone import Zone
from db.clock import SHANGHAI

RULING: Final = STORY_CASE + "之一"
_BASIS: Final = {"caseNumber": STORY_CASE, "purpose": "PROPERTY_INVESTIGATION"}
_IDENTITY: Final = {"residentId": STORY_DEBTOR}
_ZONE: Final = {"wholeZone": True}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of July 2025 in China."""
    return datetime(2025, 7, day, hour, minute, tzinfo=SHANGHAI)


def paper(kind: str, number: str) -> dict[str, str]:
    """A document by its digest, as a front end would hash the file."""
    return {"kind": kind, "number": number, "sha256": hashlib.sha256(f"{kind} {number}".encode()).hexdigest()}


class Story(Stage):
    """One run of SC-01. `run` tells it and says whether every figure held."""

    def __init__(
        self,
        zone: Zone,
        client: Client,
        language: str,
        say: Callable[[str], None],
        between: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`between` is told the name of each step before it is taken: where faults are put."""
        super().__init__(zone, client, language, say)
        self.between = between
        self.began = at(14, 9)

    async def run(self) -> bool:
        """Tell the story; True if every figure of SC-01 holds."""
        self.say(
            pick(self.language, "SC-01 一辆车,两省之外,三天。", "SC-01: a car, two provinces away, three days.") + "\n"
        )
        for step in (
            self.find_out_whom_to_ask,
            self.look_up,
            self.delegate_search,
            self.take_search,
            self.search,
            self.learn_of_the_find,
            self.delegate_seizure,
            self.seize,
            self.serve_notice,
            self.feed_back_seizure,
            self.pay_and_settle,
            self.confirm,
        ):
            if self.between is not None:
                await self.between(step.__name__)
            await step()
        return await Figures(self).check()

    async def find_out_whom_to_ask(self) -> None:
        when = self.set_clock(at(14, 9))
        route = await self.at_gateway(
            KAIHUA,
            f"o-{KAIHUA}-{CENTRE}",
            d.ROUTE,
            {"from": "浙0824", "matter": "INVESTIGATE_ASSETS", "division": SHEXIAN},
        )
        court, papers = (
            route["entrustedCourt"],
            ", ".join(texts.word(self.language, paper) for paper in route["papers"]),
        )
        days = route["answerWithinDays"]
        self.tell(
            when,
            f"开化指挥中心问:341021 的财产调查委托给谁?→ {court['name']};文书:{papers};{days} 日内反馈",
            f"Kaihua's command centre: who searches in 341021? -> {court['name']}; papers {papers}; {days} days",
            "一次明文查询:事项、区划代码;没有人名",
            "one query in clear: a matter and a county code; nobody's name",
        )

    async def look_up(self) -> None:
        when = self.zone.clock.now()
        asked = {"identity": _IDENTITY, "basis": _BASIS, "scope": _ZONE}
        presence = await self.one(KAIHUA, HANDLER, d.PRESENCE, asked)
        profile = await self.one(KAIHUA, HANDLER, d.PROFILE, {**asked, "sections": ["CASES", "ASSETS_UNDER_CONTROL"]})
        self.ids["presence"], self.ids["profile"] = presence["lookupId"], profile["lookupId"]
        coverage = profile["coverage"]
        carried = await self.carried_since(when - timedelta(seconds=1), ("ASK", "ANSWER"), 2 * (coverage["asked"] - 1))
        self.tell(
            when,
            f"承办人两次查询:{coverage['answered']}/{coverage['inScope']} 院答复;"
            f"未结案件 {presence['openCaseCount']},无在控车辆",
            f"the handler looks the debtor up twice: {coverage['answered']} of {coverage['inScope']} courts answered; "
            f"open cases {presence['openCaseCount']}, no vehicle under control",
            carried,
            carried,
        )

    async def delegate_search(self) -> None:
        when = self.set_clock(at(14, 9, 10))
        draft = await self.make(
            KAIHUA,
            HANDLER,
            d.CREATE_TASK,
            "search",
            caseNumber=STORY_CASE,
            entrustedCourt="皖1021",
            matter="INVESTIGATE_ASSETS",
            kinds=["VEHICLE"],
            documents=[
                paper("DELEGATION_LETTER", STORY_CASE),
                paper("OFFICER_CERTIFICATE", "样证一、样证二"),
                paper("INVESTIGATION_NOTICE", STORY_CASE),
            ],
        )
        self.ids["search"] = draft["id"]
        await self.send_off("search")
        self.tell(
            when,
            "开化:承办人起草并提交,执行局长批准,指挥中心发出 → 歙县待签收",
            "Kaihua: the handler drafts and submits, the bureau chief approves, the command centre dispatches",
            *[await self.tracked("search", "RECEIVED")] * 2,
        )

    async def send_off(self, name: str) -> None:
        """Submit, approve and dispatch a draft, each by the right office; until the other court has it."""
        task_id = self.ids[name]
        await self.act(KAIHUA, HANDLER, "submitDelegatedTask", task_id, "PENDING_APPROVAL")
        await self.act(KAIHUA, CHIEF, "approveDelegatedTask", task_id, "APPROVED")
        await self.act(KAIHUA, CENTRE, "dispatchDelegatedTask", task_id, "DISPATCHED")
        await self.reach(SHEXIAN, task_id, "RECEIVED")

    async def take(self, name: str) -> None:
        """Sign for a task and assign it to a handler of 歙县."""
        task_id = self.ids[name]
        await self.act(SHEXIAN, CENTRE, "signForDelegatedTask", task_id, "SIGNED_FOR")
        officer = f"o-{SHEXIAN}-{HANDLER}"
        await self.act(SHEXIAN, CHIEF, "assignDelegatedTask", task_id, "IN_PROGRESS", officerId=officer)

    async def take_search(self) -> None:
        when = self.set_clock(at(14, 9, 40))
        await self.take("search")
        self.tell(
            when,
            "歙县:指挥中心签收,执行局长指派承办人",
            "Shexian: the command centre signs for it, the bureau chief assigns a handler",
            *[await self.tracked("search", "STARTED")] * 2,
        )

    async def search(self) -> None:
        when = self.set_clock(at(14, 10))
        asked = await self.make(
            SHEXIAN, HANDLER, d.REQUEST_SEARCH, "registry", taskId=self.ids["search"], kinds=["VEHICLE"]
        )

        async def look() -> dict[str, Any] | None:
            search = await self.one(SHEXIAN, HANDLER, d.SEARCH, {"id": asked["id"]})
            return search if search["status"] == "DONE" else None

        done = await self.until("the search's end", look)
        found = done["findings"][0]
        units = ", ".join(f"{i['unitName']}: {texts.word(self.language, i['outcome'])}" for i in done["inquiries"])
        self.ids["unit"] = found["unitId"]
        self.tell(
            when,
            f"歙县承办人查询车辆管理所 → {units};{found['description']} {_plate(found)}",
            f"Shexian's handler searches the vehicle office -> {units}; {found['description']} {_plate(found)}",
            *[await self.tracked("search", "STATEMENT_SENT")] * 2,
        )

    async def learn_of_the_find(self) -> None:
        when = self.set_clock(at(14, 10, 30))
        await self.act(
            SHEXIAN,
            HANDLER,
            "submitFeedback",
            self.ids["search"],
            "FED_BACK",
            result="DONE_FULL",
            note="已查到车辆一辆。",
        )
        await self.reach(KAIHUA, self.ids["search"], "FED_BACK")
        case = await self.one(KAIHUA, HANDLER, d.CASE, {"caseNumber": STORY_CASE, "asOf": "2025-07-16"})
        finding = next(f for f in case["findings"]["nodes"] if f["kind"] == "VEHICLE")
        asset = await self.make(KAIHUA, HANDLER, d.ADOPT, "adopt", findingId=finding["id"])
        self.ids["asset"] = asset["id"]
        await self.act(KAIHUA, HANDLER, "confirmDelegatedTask", self.ids["search"], "COMPLETED")
        self.tell(
            when,
            f"开化承办人看到 {_plate(finding)}(来源 {finding['unitName']}),采纳为本案财产,确认办结",
            f"Kaihua's handler sees {_plate(finding)} (source {finding['unitName']}), adopts it as an asset, confirms",
            *[await self.tracked("search", "COMPLETED")] * 2,
        )

    async def delegate_seizure(self) -> None:
        when = self.set_clock(at(14, 15))
        measure = await self.make(
            KAIHUA,
            HANDLER,
            d.RULE_MEASURE,
            "ruling",
            caseNumber=STORY_CASE,
            assetId=self.ids["asset"],
            kind="SEIZE",
            rulingNo=RULING,
        )
        self.ids["measure"] = measure["id"]
        draft = await self.make(
            KAIHUA,
            HANDLER,
            d.CREATE_TASK,
            "seizure",
            caseNumber=STORY_CASE,
            entrustedCourt="皖1021",
            matter="SEIZE_VEHICLE",
            measureId=measure["id"],
            followUpOf=self.ids["search"],
            documents=[
                paper("DELEGATION_LETTER", STORY_CASE),
                paper("OFFICER_CERTIFICATE", "样证一、样证二"),
                paper("RULING", RULING),
                paper("ASSISTANCE_NOTICE", STORY_CASE),
                paper("SERVICE_RECEIPT", STORY_CASE),
            ],
        )
        self.ids["seizure"] = draft["id"]
        await self.send_off("seizure")
        self.tell(
            when,
            f"开化裁定扣押,附裁定书 {RULING},后续委托发出",
            f"Kaihua rules the seizure ({RULING}) and delegates it as a follow-up",
            *[await self.tracked("seizure", "RECEIVED")] * 2,
        )

    async def seize(self) -> None:
        when = self.set_clock(at(15, 9))
        await self.take("seizure")
        started = at(15, 10)
        officers = [f"o-{SHEXIAN}-{HANDLER}", f"o-{SHEXIAN}-{SECOND}"]
        step = {
            "kind": "SEIZED",
            "at": started.isoformat(),
            "place": "歙县样例路停车场",
            "note": "车辆及钥匙一并扣押。",
            "officers": officers,
            "inventory": {
                "startedAt": started.isoformat(),
                "finishedAt": (started + timedelta(minutes=40)).isoformat(),
                "place": "歙县样例路停车场",
                "items": [{"name": "小型轿车", "quantity": 1, "condition": "完好,里程 65,310 公里"}],
                "custodian": "歙县人民法院指定停车场",
                "debtorPresent": True,
                "signatures": officers,
            },
        }
        self.set_clock(at(15, 10, 45))
        await self.record_step(SHEXIAN, HANDLER, self.ids["seizure"], step)
        self.tell(
            when,
            "歙县两名干警找到车辆,当场扣押,制作清单和笔录",
            "two officers of Shexian find the car and seize it; inventory and transcript are made",
            *[await self.tracked("seizure", "STEP_RECORDED")] * 2,
        )

    async def serve_notice(self) -> None:
        when = self.set_clock(at(15, 11))
        notice = await self.make(SHEXIAN, HANDLER, d.SERVE_NOTICE, "notice", taskId=self.ids["seizure"])

        async def look() -> dict[str, Any] | None:
            case = await self.one(KAIHUA, HANDLER, d.CASE, {"caseNumber": STORY_CASE, "asOf": "2025-07-16"})
            measure = next(m for m in case["measures"]["nodes"] if m["id"] == self.ids["measure"])
            return measure if measure["status"] in {"EFFECTIVE", "WAITING"} else None

        measure = await self.until("the registry's receipt", look)
        self.ids["notice"] = notice["id"]
        status = texts.word(self.language, measure["status"])
        self.tell(
            when,
            f"歙县向车辆管理所送达协助执行通知书;回执:顺位 {measure['rank']},{status},至 {measure['expiresOn']}",
            f"Shexian serves the notice on the vehicle office; its receipt: rank {measure['rank']}, "
            f"{status} until {measure['expiresOn']}",
            *[await self.tracked("seizure", "STEP_RECORDED", times=2)] * 2,
        )

    async def feed_back_seizure(self) -> None:
        when = self.set_clock(at(15, 14))
        await self.act(
            SHEXIAN,
            HANDLER,
            "submitFeedback",
            self.ids["seizure"],
            "FED_BACK",
            result="DONE_FULL",
            note="已扣押并登记。",
        )
        await self.reach(KAIHUA, self.ids["seizure"], "FED_BACK")
        self.tell(
            when,
            "歙县反馈:已扣押,附清单和回执",
            "Shexian feeds back: seized, with inventory and receipt",
            *[await self.tracked("seizure", "FED_BACK")] * 2,
        )

    async def pay_and_settle(self) -> None:
        when = self.set_clock(at(16, 10))
        await self.make(
            KAIHUA,
            HANDLER,
            d.DEFER,
            "deferral",
            caseNumber=STORY_CASE,
            kind="AUCTION",
            ground="SETTLEMENT_TALKS",
            requestedOn="2025-07-16",
            assetId=self.ids["asset"],
            venueCourt="皖1021",
        )
        payment = await self.make(
            KAIHUA,
            HANDLER,
            d.PAY,
            "payment",
            caseNumber=STORY_CASE,
            amount="20000.00",
            paidOn="2025-07-16",
            method="BANK_TRANSFER",
            venueCourt="皖1021",
        )
        rest = await self.rest()
        settlement = await self.make(
            KAIHUA,
            HANDLER,
            d.SETTLE,
            "settlement",
            caseNumber=STORY_CASE,
            total=rest,
            instalments=_instalments(rest),
            signedOn="2025-07-16",
            form="WRITTEN",
            venueCourt="皖1021",
        )
        self.ids["payment"], self.ids["settlement"] = payment["id"], settlement["id"]
        self.tell(
            when,
            f"在歙县调解室:债务人请求暂缓拍卖,当场给付 20000.00 元,其余 {rest} 元达成和解",
            f"in Shexian's mediation room: the debtor asks to defer, pays 20000.00, settles the rest, {rest}",
            "无:款项与和解协议只在开化",
            "nothing: payment and settlement are Kaihua's alone",
        )

    async def rest(self) -> str:
        """What is outstanding after the payment."""
        wanted = {"caseNumber": STORY_CASE, "asOf": "2025-07-16"}
        case = await self.one(KAIHUA, HANDLER, d.CASE, wanted)
        return str(case["outstanding"]["left"])

    async def confirm(self) -> None:
        when = self.set_clock(at(17, 8, 30))
        await self.act(KAIHUA, HANDLER, "confirmDelegatedTask", self.ids["seizure"], "COMPLETED")
        await self.reach(SHEXIAN, self.ids["seizure"], "COMPLETED")
        self.tell(
            when,
            "开化确认办结",
            "Kaihua confirms",
            *[await self.tracked("seizure", "COMPLETED")] * 2,
        )


def _plate(found: Mapping[str, Any]) -> str:
    return next((part["value"] for part in found["identity"] if part["part"] == "plate"), "")


def _instalments(total: str) -> list[dict[str, str]]:
    """The rest in three months: two equal parts to the whole yuan, and what remains."""
    cents = int(total.replace(".", ""))
    part = cents // 300 * 100
    amounts = [part, part, cents - 2 * part]
    days = [date(2025, 8, 16), date(2025, 9, 16), date(2025, 10, 16)]
    return [
        {"dueOn": day.isoformat(), "amount": f"{amount // 100}.{amount % 100:02}"}
        for day, amount in zip(days, amounts, strict=True)
    ]
