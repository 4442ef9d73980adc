"""The ninth court (江山 浙0881): its node runs and its application waits; admitting it is for whoever tries the demo.

Its node begins in a release that lacks a field, so that the first conformance run has a difference to show;
`xiezhi demo upgrade` puts it right. docs/examples/admin.sh goes the whole way.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.demo.directory import HOURS, PASSPHRASE
from api.demo.fixtures import CourtFacts
from api.membership import facts as own_facts
from api.membership import joining, own_keys
from api.membership.calls import Gateway
from api.membership.joining import Invitation
from api.provider_people import Issuer, Officer
from db.at_rest import AtRest
from db.pool import open_pool, transaction
from db.records.officers import OfficerRecord
from enforcement import loading
from enforcement.court_rows import CourtRows

if TYPE_CHECKING:
    from api.demo.zone import Addresses, Zone

FACTS: Final = CourtFacts(
    code="浙0881",
    division="330881",
    name_zh="江山市人民法院",
    name_en="Jiangshan City People's Court",
    county_zh="江山市",
    county_en="Jiangshan City",
    province="浙",
    parent="浙08",
    plate_prefix="浙H",
    cases=0,
    links=0,
)
OLDER_RELEASE: Final = "api.demo.older_release"
_OFFICES: Final = ("HANDLER", "BUREAU_CHIEF", "PRESIDENT", "COMMAND_CENTRE", "LIAISON_OFFICER")
OFFICERS: Final = tuple(
    OfficerRecord(
        id=f"o-{FACTS.division}-{number:02d}",
        name=f"江样{'甲乙丙丁戊'[number - 1]}",
        roles=[office],
        certificate_no=f"样{FACTS.division}{number:03d}" if office in {"HANDLER", "BUREAU_CHIEF"} else None,
        active=True,
        synthetic=True,
    )
    for number, office in enumerate(_OFFICES, 1)
)


def folder(zone: "Zone") -> Path:
    """Where the court keeps its keys and its application."""
    return zone.folder / FACTS.division


def issuer(addresses: "Addresses") -> Issuer:
    """Its people at the demo's provider."""
    listed = [Officer(officer.id, officer.name, list(officer.roles)) for officer in OFFICERS]
    doors = [addresses.node(FACTS.division), addresses.gateway]
    return Issuer(FACTS.division, FACTS.code, FACTS.name_zh, FACTS.name_en, listed, doors)


def prepare(zone: "Zone") -> None:
    """Make its keys, the folder of its state, and the file of its facts."""
    own_keys.make_or_read(folder(zone), FACTS.code, PASSPHRASE)
    (zone.folder / f"state-{FACTS.division}").mkdir(mode=0o700)
    facts = json.dumps(_facts(zone.addresses), ensure_ascii=False, indent=2)
    (folder(zone) / "court.json").write_text(facts, encoding="utf-8")


async def fill(zone: "Zone") -> None:
    """Load its officers; it has no cases of the set."""
    keys = own_keys.make_or_read(folder(zone), FACTS.code, PASSPHRASE).node
    pool = await open_pool(zone.server.dsn(f"node_{FACTS.division}"), size=1)
    try:
        async with transaction(pool) as conn:
            rows = CourtRows(officers=list(OFFICERS))
            await loading.load(conn, AtRest(keys.storage, keys.index), rows, synthetic_only=True)
    finally:
        await pool.close()


async def apply(zone: "Zone") -> None:
    """Send its application to the gateway, as `xiezhi join` does.

    Raises:
        Refused, Unreachable, Untrusted: see `api.membership.joining`.
    """
    invitation = Invitation(Gateway(zone.addresses.gateway), zone.root, FACTS.code)
    facts = own_facts.read(folder(zone) / "court.json")
    await joining.join(invitation, folder(zone), facts, PASSPHRASE, zone.clock.now())


def _facts(addresses: "Addresses") -> dict[str, object]:
    liaison = [officer.id for officer in OFFICERS if "LIAISON_OFFICER" in officer.roles]
    return {
        "division": FACTS.division,
        "name_zh": FACTS.name_zh,
        "name_en": FACTS.name_en,
        "level": FACTS.level,
        "county_zh": FACTS.county_zh,
        "county_en": FACTS.county_en,
        "province": FACTS.province,
        "parent": FACTS.parent,
        "url": addresses.node(FACTS.division),
        "issuer": addresses.issuer(FACTS.division),
        "officers": [{"id": officer.id, "roles": list(officer.roles)} for officer in OFFICERS],
        "liaison": [{"officer": officer, "hours": HOURS} for officer in liaison],
    }
