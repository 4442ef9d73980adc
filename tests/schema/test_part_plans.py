"""A part that a plan writes is, byte for byte, the part that the executor makes: selection by selection, by mandate."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from unittest import mock

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from db.at_rest import AtRest
from db.records.assets import ControlRecord
from db.records.cases import CaseRecord, PresenceRecord
from db.records.money import PaymentRecord, SettlementRecord
from enforcement import lookup_parts
from enforcement.lookup_parts import (
    ControlledAsset,
    Paid,
    Partner,
    Presence,
    Profile,
    Sanction,
    Settled,
    Whereabouts,
)
from enforcement.rules.lookup import SECTIONS, LookupPurpose, ProfileSection
from federation.ask.content import Answer, Ask
from federation.ask.status import Reason, Status
from schema.engine import engine_of
from schema.lookup_engine import part
from schema.node.schema import SCHEMA
from tests.federation.zone import KAIHUA
from tests.schema.selections import selections
from tests.schema.test_partner_parts import MANDATE

ENGINE = engine_of(SCHEMA)
EXECUTABLE = SCHEMA._schema

texts = st.text(max_size=5)
money = st.decimals(min_value=-(10**13), max_value=10**13, places=2)
days = st.dates(min_value=date(1, 1, 1))
zones = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(timezones=st.one_of(st.just(UTC), zones))
counts = st.one_of(st.integers(0, 3), st.integers(0, 2**31 - 1))
cases = st.builds(CaseRecord, number=texts, cause=texts, filed_on=days, amount_applied=money)
measures = st.builds(
    ControlRecord,
    division=texts,
    rank=st.one_of(st.none(), counts),
    effective_at=st.one_of(st.none(), instants),
    expires_on=st.one_of(st.none(), days),
    value=money,
)
assets = st.builds(ControlledAsset, measures, texts)
sanctions = st.builds(Sanction, since_on=days, until_on=st.one_of(st.none(), days))
SECTION_ROWS: dict[ProfileSection, tuple[str, st.SearchStrategy[Any]]] = {
    ProfileSection.CASES: ("cases", cases),
    ProfileSection.ASSETS_UNDER_CONTROL: ("assets", assets),
    ProfileSection.PAYMENTS: ("payments", st.builds(Paid, st.builds(PaymentRecord, amount=money, paid_on=days), texts)),
    ProfileSection.SETTLEMENTS: ("settlements", st.builds(Settled, st.builds(SettlementRecord, total=money), texts)),
    ProfileSection.SANCTIONS: ("sanctions", sanctions),
    ProfileSection.WHEREABOUTS: ("whereabouts", st.builds(Whereabouts)),
}


@st.composite
def profiles(draw: st.DrawFn) -> tuple[LookupPurpose, Profile]:
    """What a purpose shows: some of its sections, each with rows or without."""
    purpose = draw(st.sampled_from(LookupPurpose))
    wanted = draw(st.sets(st.sampled_from(sorted(SECTIONS[purpose])), min_size=1))
    rows = {SECTION_ROWS[each][0]: draw(st.lists(SECTION_ROWS[each][1], max_size=2)) for each in wanted}
    return purpose, Profile(as_of=draw(instants), **rows)


found = st.builds(PresenceRecord, counts, counts, counts, dishonest=st.booleans(), restricted=st.booleans())
presences = st.builds(Presence, st.one_of(st.none(), found), instants)


def court(*, plans_parts: bool) -> Any:
    """As much of a court as its answers are made of."""
    view = SimpleNamespace(court=lambda _: SimpleNamespace(name_zh="开化县人民法院"), is_listed=lambda _: True)
    directory = SimpleNamespace(current=lambda: view)
    return SimpleNamespace(
        code=KAIHUA, at_rest=AtRest(bytes(32), bytes(32)), directory=directory, plans_parts=plans_parts
    )


@contextmanager
def holding(name: str, made: Any) -> Iterator[None]:
    """The court's rows are `made`; its partner is told so."""

    async def make(_: Any, partner: Partner) -> Any:
        partner.as_of, partner.rows = made.as_of, getattr(made, "rows", 1)
        return made

    with mock.patch.object(lookup_parts, name, make):
        yield


def answer(ask: Ask, purpose: LookupPurpose, *, plans_parts: bool) -> Answer:
    mandate = msgspec.structs.replace(MANDATE, purpose=purpose)
    partner: Any = Partner(mandate, None)  # type: ignore[arg-type]  # nothing is read
    return asyncio.run(part(ENGINE, court(plans_parts=plans_parts), partner, ask, "en"))


def both(field: str, text: str, purpose: LookupPurpose, name: str, made: Any) -> tuple[Answer, Answer]:
    """The part as the plan writes it, which is not allowed to fail, and as the executor makes it."""
    ask = Ask(field=field, contract=1, arguments={}, selection=text, mandate=b"")
    with holding(name, made):
        with mock.patch("schema.engine.execute", side_effect=AssertionError("the executor is not needed")):
            planned = answer(ask, purpose, plans_parts=True)
        return planned, answer(ask, purpose, plans_parts=False)


@settings(max_examples=1000, deadline=None)
@given(text=selections(EXECUTABLE, "DebtorProfile"), made=profiles())
def test_planned_profile_is_the_executed_one(text: str, made: tuple[LookupPurpose, Profile]) -> None:
    planned, executed = both("debtorProfile", text, made[0], "profile", made[1])

    assert planned == executed
    assert planned.status in {Status.ANSWERED, Status.EMPTY}


@settings(max_examples=300, deadline=None)
@given(text=selections(EXECUTABLE, "DebtorPresence"), made=presences)
def test_planned_presence_is_the_executed_one(text: str, made: Presence) -> None:
    planned, executed = both("debtorPresence", text, LookupPurpose.SANCTION_CHECK, "presence", made)

    assert planned == executed
    assert planned.status is Status.ANSWERED


@settings(max_examples=20, deadline=None)
@given(case=cases, odd=st.sampled_from(({"cause": None}, {"filed_on": "2025"}, {"amount_applied": None}, {"type": 7})))
def test_what_no_plan_expects_is_said_by_the_executor(case: CaseRecord, odd: dict[str, Any]) -> None:
    made = Profile(as_of=datetime(2025, 1, 1, tzinfo=UTC), cases=[case, replace(case, **odd)])
    text = "{ ... on DebtorProfile { cases { type cause filedOn amountApplied } } }"
    ask = Ask(field="debtorProfile", contract=1, arguments={}, selection=text, mandate=b"")

    with holding("profile", made):
        answers = [answer(ask, LookupPurpose.WHEREABOUTS, plans_parts=way) for way in (True, False)]

    assert answers == [Answer(status=Status.FAULTY, code=Reason.INTERNAL)] * 2


def test_purpose_that_is_none_is_refused_by_the_executor() -> None:
    ask = Ask(field="debtorProfile", contract=1, arguments={}, selection="{ __typename }", mandate=b"")
    purpose: Any = "CURIOSITY"

    with holding("profile", Profile(as_of=datetime(2025, 1, 1, tzinfo=UTC))):
        answers = [answer(ask, purpose, plans_parts=way) for way in (True, False)]

    assert answers == [Answer(status=Status.REFUSED, code=Reason.MALFORMED)] * 2
