"""What statements between courts may not say: days that nobody meant, rulings without a number, endless lists."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from enforcement.payloads import FindingPayload, Payload
from enforcement.tasks import checking
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.seizure_statements import HandOverPayload
from enforcement.tasks.statement_contents import (
    CallRecordPayload,
    ComplaintPayload,
    FoundPayload,
    ObjectionDecisionPayload,
    ObjectionPayload,
    SilencePayload,
)
from enforcement.tasks.unit_statements import UnitObjectedPayload, UnitObjectionAnsweredPayload, UnitSilentPayload
from tests.enforcement.registry_zone import content

NOW = datetime(2025, 7, 14, 1, tzinfo=UTC)
TODAY = date(2025, 7, 14)
TOMORROW = TODAY + timedelta(days=1)
NOTICE = UUID(int=1)
LONG = "长" * 4001
FIND = FindingPayload(
    id=UUID(int=2), kind="VEHICLE", identity={"plate": "皖JX0365"}, division="341021", description="轿车", unit_id="u",
    unit_name="车管所", source="PROVINCIAL_NETWORK", as_of=NOW,
)  # fmt: skip
GOOD: dict[str, Payload] = {
    "complaint": ComplaintPayload(
        ground="DISPUTE", text="意见不一", answer_by=TODAY + timedelta(days=366), officer="o"
    ),
    "objection": ObjectionPayload(
        kind="CONDUCT", filed_on=TODAY, decides="浙0824", objector="样某", text="异议", officer="o"
    ),
    "dismissed": ObjectionDecisionPayload(
        outcome="DISMISSED", decided_on=TODAY, served_on=TODAY, ruling_no="执异7号", officer="o"
    ),
    "withdrawn": ObjectionDecisionPayload(outcome="WITHDRAWN", decided_on=TODAY, officer="o"),
    "silent": UnitSilentPayload(notice=NOTICE, unit_name="车管所", since=TODAY),
    "objected": UnitObjectedPayload(notice=NOTICE, unit_name="车管所", reason="已过户", due_on=TODAY),
    "answered": UnitObjectionAnsweredPayload(notice=NOTICE, unit_name="车管所", decision="UPHELD"),
    "task": content(amount=Decimal("30000.00")),
    "call": CallRecordPayload(at=NOW, channel="PHONE", officer="o"),
    "found": FoundPayload(findings=[FIND]),
    "silence": SilencePayload(term="SIGN_FOR", due_on=TODAY, missed_at=NOW, messages=[]),
    "handed over": HandOverPayload(at=NOW, place="停车场", handed_by=["o"], received_by=["李法官"]),
}
BAD: list[tuple[str, dict[str, Any]]] = [
    ("complaint", {"answer_by": TODAY + timedelta(days=367)}),
    ("complaint", {"answer_by": date.min}),
    ("objection", {"filed_on": TOMORROW}),
    ("dismissed", {"ruling_no": " "}),
    ("dismissed", {"served_on": None}),
    ("dismissed", {"served_on": TOMORROW}),
    ("dismissed", {"decided_on": TOMORROW, "served_on": TOMORROW}),
    ("withdrawn", {"outcome": "FOUNDED"}),
    ("silent", {"since": date.max}),
    ("silent", {"unit_name": LONG}),
    ("objected", {"due_on": date.max}),
    ("objected", {"reason": LONG}),
    ("objected", {"unit_name": LONG}),
    ("answered", {"decision": LONG}),
    ("answered", {"unit_name": LONG}),
    ("task", {"amount": Decimal("0.00")}),
    ("task", {"amount": Decimal("0.001")}),
    ("task", {"amount": Decimal("Infinity")}),
    ("found", {"findings": [msgspec.structs.replace(FIND, estimated_value=Decimal("1E-20000"))]}),
    ("call", {"at": datetime.min.replace(tzinfo=UTC)}),
    ("found", {"findings": [FIND, msgspec.structs.replace(FIND, as_of=datetime.min.replace(tzinfo=UTC))]}),
    ("silence", {"due_on": date.max}),
    ("silence", {"missed_at": datetime.min.replace(tzinfo=UTC)}),
    ("handed over", {"place": " "}),
    ("handed over", {"place": LONG}),
    ("handed over", {"handed_by": []}),
    ("handed over", {"received_by": ["李法官"] * 21}),
    ("handed over", {"received_by": [LONG]}),
]


def is_kept(payload: Payload, now: datetime = NOW) -> bool:
    try:
        checking.check_payload(b"{}", payload, now)
    except NotAPayload:
        return False
    return True


@pytest.mark.parametrize("name", GOOD)
def test_court_keeps_what_can_be_meant(name: str) -> None:
    assert is_kept(GOOD[name])


@pytest.mark.parametrize(("name", "change"), BAD)
def test_court_keeps_nothing_else(name: str, change: dict[str, Any]) -> None:
    assert not is_kept(msgspec.structs.replace(GOOD[name], **change))


def test_clocks_of_two_courts_may_differ_at_midnight() -> None:
    """Filed where the next day has begun already."""
    before = datetime(2025, 7, 14, 15, 56, tzinfo=UTC)

    assert is_kept(msgspec.structs.replace(GOOD["objection"], filed_on=TOMORROW), before)
