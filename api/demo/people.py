"""The demo's people: who the sign-in page lists, and tokens for them without a browser."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api import provider_keys, provider_people, tokens
from api.demo import applicant, control, fixtures
from api.demo.directory import ADMINS
from api.provider_people import GATEWAY_PATH, Issuer, Officer, People
from db.clock import civil_date, wall_now
from enforcement.rules.case_number import canonical
from enforcement.rules.refusals import Malformed

if TYPE_CHECKING:
    from api.demo.zone import Addresses

_DOORS: Final = {"node": 0, "gateway": -1}  # places in an issuer's resources; the gateway's people have one door
_ADMIN_NAMES: Final = {"g-admin-01": "网关管理员样一", "g-admin-02": "网关管理员样二", "g-auditor-01": "审计员样一"}


class NoSuchOfficer(Exception):
    """The words of a token command name nobody; the text says why."""


def people(addresses: "Addresses") -> People:
    """Every issuer of the demo: one per court, at its division code, and the gateway's."""
    issuers = [
        Issuer(
            path=court.division,
            court=court.code,
            name_zh=court.name_zh,
            name_en=court.name_en,
            officers=[Officer(o.id, o.name, list(o.roles)) for o in fixtures.officers(court.code)],
            resources=[addresses.node(court.division), addresses.gateway],
        )
        for court in fixtures.courts()
    ]
    admins = [Officer(person, _ADMIN_NAMES[person], [role]) for person, role in ADMINS.items()]
    gateway = Issuer(GATEWAY_PATH, "gateway", "协作区网关", "Zone gateway", admins, [addresses.gateway])
    return People([*issuers, applicant.issuer(addresses), gateway])


@contextmanager
def announced(base_port: int, folder: Path, provider: str, root: str) -> Iterator[None]:
    """Tell other commands of this user, for as long as the demo runs, where its folder, its people and its root are."""
    note = control.socket_path(base_port).with_suffix(".json")
    told = {
        "folder": str(folder),
        "keys": str(folder / "provider-keys.json"),
        "people": str(folder / "people.json"),
        "provider": provider,
        "root": root,
    }
    note.write_text(json.dumps(told), encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def told_of(base_port: int) -> dict[str, str]:
    """What the running demo says of itself: "folder", "keys", "people", "provider", "root".

    Raises:
        FileNotFoundError: none runs on that block.
    """
    found: dict[str, str] = json.loads(control.socket_path(base_port).with_suffix(".json").read_text(encoding="utf-8"))
    return found


def find_token(
    base_port: int,
    *,
    court: str | None,
    of_gateway: bool,
    role: str | None,
    case: str | None,
    officer: str | None,
    door: str,
) -> str:
    """A token of the running demo for the officer that the words name, for the court's own node or for the gateway.

    Raises:
        NoSuchOfficer: no demo, no such court or door, or nobody who fits.
    """
    try:
        note = told_of(base_port)
        issuers = provider_people.read(Path(note["people"]))
        keys = provider_keys.read_or_make(Path(note["keys"]), [issuer.path for issuer in issuers.issuers])
    except FileNotFoundError:
        raise NoSuchOfficer(f"No demo runs on port {base_port}: start one with `make demo`.") from None
    path = GATEWAY_PATH if of_gateway else next((each.path for each in issuers.issuers if each.court == court), "")
    issuer = issuers.issuer(path)
    if issuer is None:
        raise NoSuchOfficer("Say --court with a court's code, for example 浙0824, or --gateway.")
    if door not in _DOORS:
        raise NoSuchOfficer("--for is node, the court's own, or gateway.")
    chosen = _choose(issuer, role, case, officer)
    return tokens.mint(keys[path], f"{note['provider']}/{path}", issuer.resources[_DOORS[door]], chosen.id)


def _choose(issuer: Issuer, role: str | None, case: str | None, officer: str | None) -> Officer:
    wanted = officer
    if case is not None:
        wanted = _handler(issuer.court, case)
    for person in issuer.officers:
        if (wanted is None or person.id == wanted) and (role is None or role in person.roles):
            return person
    raise NoSuchOfficer("No officer there fits: check --role, --case and --officer.")


def _handler(court: str, case_number: str) -> str:
    """Who handles that case of the fixture set; its number may be typed with half-width brackets."""
    try:
        wanted = canonical(case_number, today=civil_date(wall_now()))
    except Malformed:
        raise NoSuchOfficer("--case is no case number, such as （2025）浙0824执366号.") from None
    for case in fixtures.rows(court).cases:
        if case.number == wanted and case.handler_id is not None:
            return case.handler_id
    raise NoSuchOfficer("That court has no such case.")
