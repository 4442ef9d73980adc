"""Planted values, unique to each personal field, and SC-01's own: nothing that stands here may reach the gateway.

A person (the canary) is a debtor of 开化 and of 休宁; the registries of 歙县 know a car and an account of theirs that
no court knows.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Final

import msgspec
from stdnum import luhn

from api.demo import fixtures
from api.demo.fixtures.facts import STORY_CASE, STORY_DEBTOR, STORY_PLATE, STORY_VIN
from api.demo.fixtures.names import resident_number
from api.demo.story import RULING
from api.demo.zone import Zone
from api.registry import RegistryData
from api.registry_records import OwnedHolding
from db.at_rest import AtRest
from db.pool import Conn, open_pool, transaction
from db.records.cases import CaseStatus
from db.records.parties import PartyRole
from db.records.sanctions import DishonestEntryRecord, DishonestGround
from enforcement.court_rows import CourtRows, PartyRow
from enforcement.loading import load
from enforcement.rules.asset_identity import vin_check_digit

HOME: Final = "浙0824"
FAR: Final = "皖1022"
LISTED_ON: Final = date(2025, 7, 12)
"""When both courts put the canary on the public list: the gateway lists them masked."""
_BORN: Final = date(1961, 2, 13)
_VIN: Final = "LFAKE0A10R9730517"
_CARD: Final = "629999341021973051"

PERSON: Final = resident_number("341021", _BORN, 997)
NAME: Final = "镡钿樨样"
MASKED: Final = "镡**样"
HOME_CASE: Final = "（2025）浙0824执97351号"
FAR_CASE: Final = "（2025）皖1022执97352号"
CANARY_RULING: Final = HOME_CASE + "之七"
ADDRESS: Final = "歙县钿镡巷九七三号"
WORKPLACE: Final = "歙县樨钿器械厂"
PLATE: Final = "皖JX9735"
VIN: Final = _VIN[:8] + vin_check_digit(_VIN) + _VIN[9:]
ACCOUNT: Final = _CARD + luhn.calc_check_digit(_CARD)
HOME_OFFICER: Final = "郗钿样"
AWAY_OFFICER: Final = "亓樨样"
REMARK: Final = "查询备注:镡某住处待核"
TASK_REMARK: Final = "委托备注:镡某近期返乡"
FEEDBACK: Final = "反馈说明:镡某名下另有一户"

PLANTED: Final = {
    "id number": PERSON,
    "name": NAME,
    "case number": HOME_CASE.partition("）")[2],
    "case number of the other court": FAR_CASE.partition("）")[2],
    "ruling number": CANARY_RULING.partition("）")[2],
    "address": ADDRESS,
    "workplace": WORKPLACE,
    "plate": PLATE,
    "VIN": VIN,
    "account": ACCOUNT,
    "officer's name at home": HOME_OFFICER,
    "officer's name away": AWAY_OFFICER,
    "remark of a look-up": REMARK,
    "remark of a task": TASK_REMARK,
    "note of a feedback": FEEDBACK,
}
TRAVELLING: Final = frozenset(PLANTED) - {"officer's name at home", "officer's name away", "remark of a look-up"}
"""What crosses between the two courts; the rest never leaves a node."""
OF_STORY: Final = {
    "the story's id number": STORY_DEBTOR,
    "the story's name": "李样甲",
    "the story's case number": STORY_CASE.partition("）")[2],
    "the story's ruling number": RULING.partition("）")[2],
    "the story's plate": STORY_PLATE,
    "the story's VIN": STORY_VIN,
    "the story's place": "歙县样例路停车场",
    "the story's note": "车辆及钥匙一并扣押",
    "the story's inventory": "里程 65,310 公里",
    "the story's feedback": "已查到车辆一辆",
}
MISSENT: Final = {
    "mis-sent id number": resident_number("341021", _BORN, 999),
    "mis-sent literal id number": resident_number("341021", _BORN, 996),
    "mis-sent case number": "浙0824执97353号",
    "mis-sent literal case number": "浙0824执97354号",
    "mis-sent remark": "误发备注:钿某的住处",
    "mis-sent literal remark": "误发备注:樨某的住处",
    "mis-sent by address": "误发地址:镡某的账户",
    "mis-sent without form": "误发残文:亓某的账户",
}
CANARIES: Final = {**PLANTED, **OF_STORY, **MISSENT}


def tell_registries(zone: Zone) -> None:
    """Enter the canary's car and account in the books of 歙县's registries, before they are opened."""
    path = zone.folder / "registry-data.json"
    data = msgspec.json.decode(path.read_bytes(), type=RegistryData)
    car = OwnedHolding(owner=PERSON, kind="VEHICLE", identity={"plate": PLATE, "vin": VIN}, description="小型轿车")
    money = OwnedHolding(
        owner=PERSON, kind="BANK_DEPOSIT", identity={"account": ACCOUNT, "bank": "样例"}, description="活期存款"
    )
    kept = {"u-341021-vehicle": car, "u-341021-bank-1": money}
    units = [
        msgspec.structs.replace(unit, holdings=[*unit.holdings, kept[unit.id]]) if unit.id in kept else unit
        for unit in data.units
    ]
    path.write_bytes(msgspec.json.encode(RegistryData(units)))


async def plant(zone: Zone) -> None:
    """Load the canary's rows into both courts' databases, and rename the officers who act."""
    for code, division, number in ((HOME, "330824", HOME_CASE), (FAR, "341022", FAR_CASE)):
        keys = zone.keys[code]
        async with _database(zone, division) as conn:
            await load(conn, AtRest(keys.storage, keys.index), _rows(code, number), synthetic_only=True)
    for division, officer in (("330824", HOME_OFFICER), ("341021", AWAY_OFFICER)):
        async with _database(zone, division) as conn:
            await conn.execute("UPDATE officers SET name = $1", officer)


@asynccontextmanager
async def _database(zone: Zone, division: str) -> AsyncIterator[Conn]:
    """One transaction in a court's database."""
    pool = await open_pool(zone.server.dsn(f"node_{division}"), size=1)
    try:
        async with transaction(pool) as conn:
            yield conn
    finally:
        await pool.close()


def _rows(code: str, number: str) -> CourtRows:
    """The canary as the debtor of one open case, made after a case of the fixture set and its applicant's row."""
    rows = fixtures.rows(code)
    case = next(
        case for case in rows.cases if case.status is CaseStatus.IN_PROGRESS and case.handler_id.endswith("-01")
    )
    debtors = {link.party_id for link in rows.case_parties if link.role is PartyRole.DEBTOR}
    model = next(party for party in rows.parties if party.id in debtors and party.birth_on and party.address)
    debtor: PartyRow = replace(
        model,
        id=uuid.uuid4(),
        name=NAME,
        identifier=PERSON,
        gender="MALE",
        birth_on=_BORN,
        domicile_division="341021",
        address=ADDRESS,
        workplace=WORKPLACE,
        is_minor=False,
    )
    canary = replace(case, id=uuid.uuid4(), number=number, resumed_from=None)
    links = [link for link in rows.case_parties if link.case_id == case.id and link.role is PartyRole.APPLICANT]
    return CourtRows(
        parties=[debtor],
        cases=[canary],
        case_parties=[
            *(replace(link, case_id=canary.id) for link in links),
            replace(links[0], case_id=canary.id, party_id=debtor.id, role=PartyRole.DEBTOR),
        ],
        dishonest_entries=[
            DishonestEntryRecord(
                id=uuid.uuid4(),
                party_id=debtor.id,
                case_id=canary.id,
                ground=DishonestGround.ABLE_BUT_REFUSES,
                decision_no=number + "之八",
                published_on=LISTED_ON,
                until_on=date(2027, 7, 11),
                removed_on=None,
                synthetic=True,
            )
        ],
    )
