"""What a partner's ask can reach at an asked court: one federated field, as the mandate says, and nothing else."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import msgspec
import orjson
import pytest

from db.clock import SetClock
from db.ids import new_id
from db.pool import transaction
from enforcement.lookup_admission import check_admitted
from enforcement.lookup_parts import Partner
from federation.ask.content import Answer, Ask
from federation.ask.mandate import Mandate
from federation.ask.refusing import Refused
from federation.ask.status import Reason, Status
from schema.engine import engine_of
from schema.lookup_engine import part as part_of
from tests.conftest import REFERENCE
from tests.enforcement.lookup_zone import CASE, DEBTOR, SCHEMA, LookupZone, lookup_zone
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio

MANDATE = Mandate(
    id=new_id(REFERENCE),
    asking=KAIHUA,
    officer="o-330824-01",
    case_number=CASE,
    purpose="PROPERTY_INVESTIGATION",
    sections=("CASES",),
    subject_kind="ID_NUMBER",
    subject=DEBTOR,
    asked=(SHEXIAN,),
    selection_digest="0" * 64,
    issued=REFERENCE,
    expires=REFERENCE + timedelta(minutes=5),
)


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock) as made:
        yield made


def ask(selection: str, field: str = "debtorPresence", **changes: Any) -> Ask:
    given = {"contract": 1, "arguments": {}, "mandate": b"", **changes}
    return Ask(field=field, selection=selection, **given)


async def part(courts: LookupZone, asked: Ask, mandate: Mandate = MANDATE) -> Answer:
    court = courts.courts[SHEXIAN]
    async with transaction(court.pool) as conn:
        return await part_of(engine_of(SCHEMA), court, Partner(mandate, conn), asked)


async def test_part_holds_this_courts_rows_alone(courts: LookupZone) -> None:
    made = await part(courts, ask("{ ... on DebtorPresence { n: openCaseCount courts { sourceCourt } lookupId } }"))

    assert (made.status, made.rows, made.as_of) == (Status.ANSWERED, 1, courts.clock.now())
    assert orjson.loads(bytes(made.data)) == {
        "n": 1,
        "courts": [{"sourceCourt": SHEXIAN}],
        "lookupId": str(MANDATE.id),
    }
    assert courts.noted == []
    assert await courts.rows(SHEXIAN, "lookups") == []


async def test_nothing_found_is_an_empty_part(courts: LookupZone) -> None:
    stranger = msgspec.structs.replace(MANDATE, subject="330824199211209990")

    made = await part(courts, ask("{ ... on DebtorPresence { openCaseCount courts { sourceCourt } } }"), stranger)

    assert (made.status, made.rows) == (Status.EMPTY, 0)
    assert orjson.loads(bytes(made.data)) == {"openCaseCount": 0, "courts": []}


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        (ask("{ entries { at } }", "accessLog"), Status.UNSUPPORTED, Reason.UNSUPPORTED_FIELD),
        (ask("{ __typename }", "__schema"), Status.UNSUPPORTED, Reason.UNSUPPORTED_FIELD),
        (ask("{ __schema { types { name } } }"), Status.UNSUPPORTED, Reason.UNSUPPORTED_FIELD),
        (ask("{ ... on DebtorPresence { address } }"), Status.UNSUPPORTED, Reason.UNSUPPORTED_FIELD),
        (ask("{ ... on Unknown { a } }"), Status.UNSUPPORTED, Reason.UNSUPPORTED_FIELD),
        (
            ask("{ ... on DebtorPresence { asOf } }", arguments={"scope": 1}),
            Status.UNSUPPORTED,
            Reason.UNSUPPORTED_FIELD,
        ),
        (
            ask("{ ... on DebtorPresence { asOf } } } query Q { lookupLog { __typename }"),
            Status.REFUSED,
            Reason.MALFORMED,
        ),
        (ask("{ ... on DebtorPresence { asOf } } { __typename }"), Status.REFUSED, Reason.MALFORMED),
        (ask("rubbish"), Status.REFUSED, Reason.MALFORMED),
    ],
)
async def test_no_second_root_can_be_reached(courts: LookupZone, asked: Ask, status: Status, code: Reason) -> None:
    made = await part(courts, asked)

    assert (made.status, made.code, bytes(made.data)) == (status, code, b"null")


def test_genuine_mandate_within_the_rules_passes() -> None:
    check_admitted("debtorProfile", MANDATE)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"purpose": "CURIOSITY"}, Reason.BAD_MANDATE),
        ({"sections": ("EVERYTHING",)}, Reason.BAD_MANDATE),
        ({"sections": ()}, Reason.BAD_MANDATE),
        ({"case_number": "365"}, Reason.BAD_MANDATE),
        ({"case_number": "（2025）皖1021执7号"}, Reason.BAD_MANDATE),
        ({"subject_kind": "PLATE"}, Reason.BAD_MANDATE),
        ({"subject": "341021197903159973"}, Reason.BAD_MANDATE),
        ({"sections": ("WHEREABOUTS",)}, Reason.PURPOSE_NOT_PERMITTED),
    ],
)
def test_own_rules_bind_a_partner_too(changes: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(Refused) as caught:
        check_admitted("debtorProfile", msgspec.structs.replace(MANDATE, **changes))

    assert caught.value.reason is reason
