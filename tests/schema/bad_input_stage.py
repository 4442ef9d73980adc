"""Two courts with a task in every state, a measure, a search and money: bad input is tried on it and alters none.

Long, because bad input needs a task in each state, and everything else that an act may name.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from db.clock import SetClock
from db.pool import transaction
from db.records.assets import AssetKind
from db.records.cases import CaseStatus
from db.records.parties import CasePartyRecord, PartyRole
from db.records.tasks import TaskRecord
from enforcement import money, notices, searches
from enforcement.case_money.distribution import drawing
from enforcement.case_money.distribution.drawing import NewPlan
from enforcement.court import CourtNode
from enforcement.court_rows import CourtRows
from enforcement.delegated_searches import making
from enforcement.delegated_searches.making import NewDelegatedSearch
from enforcement.loading import load
from enforcement.money import NewSettlement
from enforcement.payloads import FeedbackPayload
from enforcement.rules.complaint import ComplaintGround
from enforcement.rules.feedback import ReturnReason
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.objection import ObjectionKind, ObjectionOutcome
from enforcement.rules.rights import Caller
from enforcement.rules.settlement import SettlementForm
from enforcement.rules.statements import StatementKind
from enforcement.searches import NewSearch
from enforcement.tasks import complaining, concluding, drafting, evaluating, handling, objecting, requests
from enforcement.tasks.complaining import NewComplaint
from enforcement.tasks.contents import Communication, SupplementRequestPayload
from enforcement.tasks.evaluating import NewEvaluation
from enforcement.tasks.objecting import NewDecision, NewObjection
from federation.directory.publish import DirectoryContent
from federation.wire.keyfile import generate
from tests.enforcement import registry_zone as rz
from tests.enforcement.task_zone import (
    CHIEF,
    HANDLER,
    PRESIDENT,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    Pair,
    TaskZone,
    pair,
    papers,
    ruled,
)
from tests.enforcement.test_complaints import statement_id
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN, key_entries

_M: Final = DelegatedMatterType
HIGHER: Final = "皖10"
UNIT_NO: Final = "330824001001GB00001F00010001"
NOT_AGREED: Final = _M.OTHER_LISTED


class StageZone(TaskZone):
    """常山 is suspended; one matter is not agreed; another province has a court of a higher level."""

    def document(self, version: int = 1, **changes: Any) -> DirectoryContent:
        higher = {"code": HIGHER, "division": "341000", "level": "INTERMEDIATE", "keys": key_entries(self.keys[HIGHER])}
        courts = [self.court(code, **({"state": "SUSPENDED"} if code == CHANGSHAN else {})) for code in DIVISIONS]
        courts.append(msgspec.structs.replace(self.court(SHEXIAN), **higher))
        agreed = [each.value for each in _M if each is not NOT_AGREED]
        own = {"courts": courts, "agreements": [self.agreement(None, None, matters=agreed)]}
        return super().document(version, **(own | changes))


@dataclass(slots=True)
class Stage:
    """What stands there, by name: tasks, and ids of everything else."""

    courts: Pair
    tasks: dict[str, UUID] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple[CourtNode, CourtNode]:
        return self.courts.ours.node, self.courts.theirs.node

    def court_of(self, caller: Caller) -> CourtNode:
        return self.courts.road.courts[caller.court]

    def task(self, name: str, court: str = KAIHUA) -> dict[str, Any]:
        """The task's id and version, as its court has them."""
        return {"id": str(self.tasks[name]), "version": self.versions[court, name]}

    def id(self, name: str) -> str:
        return str(self.ids[name])

    async def read_versions(self) -> None:
        for court, node in self.courts.road.courts.items():
            for name, task_id in self.tasks.items():
                found = await node.pool.fetchval("SELECT version FROM tasks WHERE id = $1", task_id)
                self.versions[court, name] = found or 1


@asynccontextmanager
async def stage(new_database: Callable[..., Awaitable[str]], clock: SetClock) -> AsyncIterator[Stage]:
    async with pair(
        new_database, clock, StageZone(keys={code: generate(code) for code in (*DIVISIONS, HIGHER)})
    ) as courts:
        made = Stage(courts)
        await _drafted(made)
        await _handled(made)
        await _spoken(made)
        await _things(made)
        await _cases(made)
        await _asked_back(made)
        await made.read_versions()
        yield made


async def _drafted(made: Stage) -> None:
    courts = made.courts
    made.tasks["draft"] = (await courts.created(kinds=(AssetKind.SHIP,))).id
    submitted: dict[str, dict[str, Any]] = {
        "pending": {"kinds": (AssetKind.EQUITY,)},
        "coercion": {"matter": _M.ASSIST_SUMMONS, "documents": papers(_M.ASSIST_SUMMONS), "kinds": ()},
    }
    for name, changes in submitted.items():
        task = await courts.created(**changes)
        await drafting.submit(courts.ours.node, HANDLER, task.id, task.version)
        made.tasks[name] = task.id


async def _handled(made: Stage) -> None:
    """Tasks at the entrusted court, by the state that they are in."""
    courts = made.courts
    ours, theirs = made.nodes
    spoke = Communication(at=theirs.clock.now(), channel="PHONE")
    made.tasks["received"] = (await courts.received(kinds=(AssetKind.REAL_ESTATE,))).id
    made.tasks["working"] = (await courts.in_progress(kinds=(AssetKind.SECURITIES,))).id
    made.tasks["fed_back"] = (await _fed_back(courts, AssetKind.MOVABLE)).id
    asked = await courts.in_progress(kinds=(AssetKind.INCOME,))
    wanted = SupplementRequestPayload(papers=["RULING"], communication=spoke)
    await handling.request_supplement(theirs, THEIR_CENTRE, asked.id, asked.version, wanted)
    made.tasks["asked"] = asked.id
    returned = await courts.in_progress(kinds=(AssetKind.RECEIVABLE,))
    reason = ReturnReason.NO_LINK_TO_DISTRICT
    await handling.return_task(theirs, THEIR_CHIEF, returned.id, returned.version, reason=reason, communication=spoke)
    made.tasks["returned"] = returned.id
    await courts.road.run()
    for name, kind in {"completed": AssetKind.IP_RIGHT, "evaluated": AssetKind.INSURANCE_VALUE}.items():
        own = await courts.task(KAIHUA, (await _fed_back(courts, kind)).id)
        made.tasks[name] = (await concluding.confirm(ours, HANDLER, own.id, own.version)).id
    await evaluating.evaluate(ours, CHIEF, made.tasks["evaluated"], NewEvaluation(5), idempotency_key="evaluated")


async def _fed_back(courts: Pair, kind: AssetKind) -> TaskRecord:
    task = await courts.in_progress(kinds=(kind,))
    feedback = FeedbackPayload(result="NOT_FOUND_ASSET")
    task = await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, feedback)
    await courts.road.run()
    return task


async def _spoken(made: Stage) -> None:
    """A seizure in progress with an objection that waits and one that is decided; complaints, open and answered."""
    courts = made.courts
    ours, theirs = made.nodes
    made.ids["measure"] = await ruled(courts)
    seize = _M.SEIZE_VEHICLE
    seizing = await courts.in_progress(matter=seize, documents=papers(seize), kinds=(), measure_id=made.ids["measure"])
    made.tasks["seizing"] = seizing.id
    for name, task in {"pending": made.tasks["seizing"], "decided": made.tasks["working"]}.items():
        new = NewObjection(ObjectionKind.CONDUCT, date(2025, 7, 14), KAIHUA, "异议人样某", "不服查封")
        await objecting.forward(theirs, THEIR_OFFICER, task, new, idempotency_key=f"objection {name}")
        await courts.road.run()
        made.ids[f"objection {name}"] = await statement_id(courts, task, StatementKind.OBJECTION, KAIHUA)
    decision = NewDecision(ObjectionOutcome.FOUNDED, date(2025, 7, 14), "（2025）浙0824执异7号")
    await objecting.decide(
        ours, PRESIDENT, made.tasks["working"], made.ids["objection decided"], decision, idempotency_key="decided"
    )
    for name in ("working", "seizing"):
        new_complaint = NewComplaint(ComplaintGround.DISPUTE, "意见不一")
        await complaining.complain(ours, CHIEF, made.tasks[name], new_complaint, idempotency_key=f"complaint {name}")
        await courts.road.run()
        made.ids[f"complaint {name}"] = await statement_id(courts, made.tasks[name], StatementKind.COMPLAINED, KAIHUA)
    await complaining.answer(
        theirs, THEIR_CHIEF, made.tasks["working"], made.ids["complaint working"], "已说明", idempotency_key="answered"
    )
    await courts.road.run()


async def _things(made: Stage) -> None:
    """Assets of this county, whom they belong to, and searches."""
    home = made.courts.ours
    house: dict[str, Any] = {"kind": AssetKind.REAL_ESTATE, "identity": {"unit_no": UNIT_NO}}
    made.ids["house"] = await rz.add_asset(home, **house, estimated_value=Decimal("900000.00"))
    made.ids["car"] = await rz.add_asset(home, identity={"plate": "浙HX0001", "vin": "LFAKE0A11R0000002"})
    made.ids["only home"] = await rz.add_asset(home, **house | {"identity": {"unit_no": "2"}}, only_home=True)
    made.ids["exempt"] = await rz.add_asset(home, exemption="LIVING_EXPENSES", identity={"plate": "浙HX0002"})
    applicant = home.rows.parties[1]
    made.ids["another's"] = await rz.add_asset(home, owner_id=applicant.id, identity={"plate": "浙HX0003"})
    made.ids["elsewhere"] = await rz.add_asset(home, division="361181", identity={"plate": "赣EX0004"})
    for name in ("deposit", "other deposit"):
        made.ids[name] = await rz.add_asset(
            home, kind=AssetKind.BANK_DEPOSIT, identity={"bank": "样例银行", "account": name}
        )
    for name, asset in {"standing": "car", "unserved": "deposit", "served": "other deposit"}.items():
        made.ids[name] = uuid4()
        await home.node.pool.execute(_STANDING, made.ids[name], made.ids[asset], home.case.id, KAIHUA, AT)
    await home.node.pool.execute(_NOT_SERVED, [made.ids["unserved"], made.ids["served"]])
    await home.node.pool.execute(_SECOND_BANK)
    served: dict[str, Any] = {"measure_id": made.ids["served"], "task_id": None, "unit_id": rz.BANK.format("330824")}
    made.ids["notice"] = (await notices.serve(home.node, HANDLER, **served, idempotency_key="notice")).id
    own = NewSearch(rz.NUMBER, None, None, (AssetKind.BANK_DEPOSIT, AssetKind.MOVABLE, AssetKind.VEHICLE))
    bundle = NewDelegatedSearch(
        rz.NUMBER, None, (AssetKind.BANK_DEPOSIT,), (SHEXIAN,), papers(DelegatedMatterType.INVESTIGATE_ASSETS)
    )
    made.ids["bundle"] = (await making.delegate(home.node, HANDLER, bundle, idempotency_key="bundle")).id
    made.ids["search"] = (await searches.request(home.node, HANDLER, own, idempotency_key="search")).id


AT: Final = datetime(2025, 5, 14, 2, tzinfo=UTC)
_STANDING: Final = """
    INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no, ruled_on,
                          registered_at, effective_at, expires_on, rank, term_years, value, version, synthetic)
    VALUES ($1, $2, $3, 'SEAL', 'EFFECTIVE', $4, $4, '（2025）浙0824执365号之三', '2025-05-14', $5, $5, '2027-05-14', 1,
            2, 1000, 1, true)
"""
_NOT_SERVED: Final = """
    UPDATE measures SET kind = 'FREEZE', status = 'RULED', registered_at = NULL, effective_at = NULL, expires_on = NULL,
                        rank = NULL, term_years = 1 WHERE id = ANY ($1)
"""
_SECOND_BANK: Final = """
    INSERT INTO assisting_units SELECT (jsonb_populate_record(u, '{"id": "u-330824-bank-2"}')).*
      FROM assisting_units u WHERE id = 'u-330824-bank'
"""


async def _cases(made: Stage) -> None:
    """A closed case, and one with two debtors."""
    home = made.courts.ours
    second = rz._party("341021199211209990", "方样乙", "341021")
    closed = rz._case(
        number="（2025）浙0824执370号",
        status=CaseStatus.CLOSED,
        closing_method="FULLY_ENFORCED",
        closed_on=date(2025, 7, 1),
    )
    double = rz._case(number="（2025）浙0824执371号")
    debtor, applicant = home.rows.parties[0], home.rows.parties[1]
    roles = [
        CasePartyRecord(case.id, party.id, role)
        for case in (closed, double)
        for party, role in ((debtor, PartyRole.DEBTOR), (applicant, PartyRole.APPLICANT))
    ]
    roles.append(CasePartyRecord(double.id, second.id, PartyRole.DEBTOR))
    async with transaction(home.node.pool) as conn:
        await load(conn, home.node.at_rest, CourtRows(parties=[second], cases=[closed, double], case_parties=roles))
    made.numbers |= {"closed": closed.number, "double": double.number}
    await _settled(made, debtor.id)


async def _settled(made: Stage, debtor: UUID) -> None:
    """A settlement whose instalments are to come, and a distribution plan that is drawn."""
    node, day = made.courts.ours.node, date(2025, 7, 14)
    parts = ((date(2025, 8, 14), Decimal("10000.00")), (date(2025, 9, 14), Decimal("6000.00")))
    new = NewSettlement(
        made.numbers["double"], Decimal("16000.00"), parts, day, SettlementForm.WRITTEN, debtor_id=debtor
    )
    settlement = await money.record_settlement(node, HANDLER, new, idempotency_key="settlement")
    made.ids["settlement"] = settlement.id
    plan = NewPlan(rz.NUMBER, Decimal("3000.00"), Decimal("60.00"), date(2025, 7, 10))
    drawn = await drawing.draw(node, HANDLER, plan, idempotency_key="plan")
    made.ids["plan"] = drawn.plan.id
    made.ids |= {"asked for": uuid4(), "arrived": uuid4()}
    await node.pool.execute(_ASKED_FOR, made.ids["asked for"], SHEXIAN, made.ids["standing"])
    await node.pool.execute(_ARRIVED, made.ids["arrived"], SHEXIAN)


_ASKED_FOR: Final = """
    INSERT INTO transfer_requests (id, direction, peer, case_id, asset_id, measure_id, status, priority, amount,
                                   first_measure_on, asked_at, received_on, due_on, version)
    SELECT $1, 'INBOUND', $2, case_id, asset_id, id, 'PENDING', 'MORTGAGE', 1000, '2025-05-14', now_.at, '2025-07-14',
           '2025-07-29', 1
      FROM measures, (SELECT timestamptz '2025-07-14 09:00+08' AS at) now_ WHERE id = $3
"""
_ARRIVED: Final = """
    INSERT INTO case_transfers (id, direction, peer, status, content, proposed_at, due_on, was_withdrawn, version)
    VALUES ($1, 'INBOUND', $2, 'SUPPLEMENTING', '', '2025-07-14', '2025-08-13', false, 1)
"""


async def _asked_back(made: Stage) -> None:
    """A task whose withdrawal was asked for and is not answered: nothing is carried after this."""
    task = await made.courts.in_progress(kinds=(AssetKind.WEALTH_PRODUCT,))
    own = await made.courts.task(KAIHUA, task.id)
    await requests.withdraw(made.courts.ours.node, HANDLER, own.id, own.version, reason="已履行")
    made.tasks["withdrawing"] = task.id
