"""Everything a zone of the demo needs before its first process starts: folder, keys, directory, databases, settings.

Invariant: all of it is made afresh, in one private folder that nothing else uses and that goes when the zone ends.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import asyncpg
import msgspec

from api import provider_keys, provider_people
from api.demo import applicant, fixtures, framework, people
from api.demo import directory as demo_directory
from api.demo.fixtures.registry import holdings
from api.demo.processes import Program, Programs
from api.membership import own_keys
from api.registry import RegistryData
from db import embedded, migrate
from db.at_rest import AtRest
from db.clock import OffsetClock
from db.pool import open_pool, transaction
from enforcement import loading
from enforcement.tasks import loading as task_loading
from federation.directory.publish import DirectoryContent, Published, publish
from federation.wire import gateway_keyfile, keyfile
from federation.wire.header import EXAMINER
from federation.wire.signing import SigningKey

REFERENCE: Final = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
"""The fixture's reference clock, 2025-07-14T09:00+08:00."""
HOST: Final = "127.0.0.1"
PROCESSES: Final = 12
_OWNER: Final = "owner.pid"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the zone's processes listen, from one block of ports."""

    base_port: int
    front_ends: tuple[str, ...] = ()  # origins of pages that are not the zone's own
    issuers: Mapping[str, str] = field(default_factory=dict)  # of tenants whose provider is not the zone's own

    @property
    def gateway(self) -> str:
        return f"http://{HOST}:{self.base_port}"

    def node(self, division: str) -> str:
        return f"http://{HOST}:{self.port(division)}"

    def port(self, division: str) -> int:
        if division == applicant.FACTS.division:
            return self.base_port + 11
        return self.base_port + 1 + [court.division for court in fixtures.courts()].index(division)

    @property
    def provider(self) -> str:
        return f"http://{HOST}:{self.base_port + 9}"

    @property
    def registry(self) -> str:
        return f"http://{HOST}:{self.base_port + 10}"

    def issuer(self, tenant: str) -> str:
        """`tenant` is a division code or "gateway"."""
        return self.issuers.get(tenant, f"{self.provider}/{tenant}")

    @property
    def ports(self) -> range:
        return range(self.base_port, self.base_port + PROCESSES)


@dataclass(slots=True)
class Zone:
    """A prepared zone. `close` ends its processes and its database and removes its folder."""

    folder: Path
    addresses: Addresses
    server: embedded.Server
    clock: OffsetClock
    keys: Mapping[str, keyfile.NodeKeys]
    gateway_key: SigningKey
    governance: demo_directory.Governance
    root: str  # fingerprint of the root document
    programs: Programs = field(default_factory=Programs)

    @property
    def has_applicant(self) -> bool:
        """Whether the ninth court takes part in the demo, as an applicant."""
        return applicant.FACTS.code in self.programs.programs

    @property
    def divisions(self) -> list[str]:
        """Of every court that has a node."""
        ninth = [applicant.FACTS.division] if self.has_applicant else []
        return [court.division for court in fixtures.courts()] + ninth

    @property
    def provider_keys(self) -> Path:
        return self.folder / "provider-keys.json"

    def publish(self, content: DirectoryContent, keys: Mapping[str, keyfile.NodeKeys] | None = None) -> None:
        """Put the next version of the directory where the programs read it, signed by everybody who has to."""
        file = self.folder / "directory.signed"
        signers = demo_directory.signers(keys or self.keys, self.gateway_key, self.governance)
        file.write_bytes(publish(content, signers, Published.of(file.read_bytes())))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process and the database; remove the folder."""
        self.programs.stop()
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def remove_abandoned() -> None:
    """Remove folders of this user's zones whose demo was killed."""
    places = {Path(tempfile.gettempdir()), *filter(None, [embedded.memory()])}
    for owner in (found for place in places for found in place.glob(f"xiezhi-*/{_OWNER}")):
        try:
            pid = int(owner.read_text(encoding="utf-8"))
            if not Path(f"/proc/{pid}").exists():
                shutil.rmtree(owner.parent, ignore_errors=True)
        except (OSError, ValueError):
            continue


def lay_out(
    base_port: int,
    *,
    durable: bool = True,
    origins: Sequence[str] = (),
    issuers: Mapping[str, str] | None = None,
    with_applicant: bool = False,
) -> Zone:
    """Make the folder, the keys, the directory and the database server; fast, no court data yet.

    What is not to be durable lies in memory where there is room.
    `issuers` gives tenants, by division code, an OpenID provider that somebody else runs. `with_applicant` adds the
    ninth court, which is no member yet.

    Raises:
        db.embedded.DatabaseDidNotStart: see its text.
    """
    remove_abandoned()
    folder = embedded.new_folder(None if durable else embedded.memory())
    (folder / _OWNER).write_text(str(os.getpid()), encoding="utf-8")
    addresses = Addresses(base_port, tuple(origins), issuers or {})
    clock = OffsetClock.create(folder / "clock", REFERENCE)
    keys = {court.code: keyfile.generate(court.code) for court in fixtures.courts()}
    gateway_key, governance = gateway_keyfile.generate(), demo_directory.generate()
    examiner = keyfile.generate(EXAMINER)
    keyfile.write(folder / "examiner.keys", examiner)
    for court in fixtures.courts():
        keyfile.write(folder / f"{court.division}.keys", keys[court.code])
        (folder / f"state-{court.division}").mkdir(mode=0o700)
    gateway_keyfile.write(folder / "gateway.keys", gateway_key)
    (folder / "state-gateway").mkdir(mode=0o700)
    governance.write(folder)
    signed = demo_directory.signed(addresses, keys, gateway_key, governance, REFERENCE, examiner)
    (folder / "directory.signed").write_bytes(signed)
    (folder / "logs").mkdir(mode=0o700)
    server, root = embedded.start(folder / "postgresql-data", durable=durable), demo_directory.root_of(signed)
    zone = Zone(folder, addresses, server, clock, keys, gateway_key, governance, root)
    _write_people(zone)
    _write_registries(zone)
    _add_programs(zone)
    if with_applicant:
        applicant.prepare(zone)
        _add_applicant(zone)
    return zone


async def fill(zone: Zone) -> None:
    """Create the nine databases; load every court's own part of the fixture set, and what the zone has agreed upon."""
    await create_databases(zone)
    tasks = fixtures.tasks()
    signers = {code: keys.signing for code, keys in zone.keys.items()}
    for court in fixtures.courts():
        keys = zone.keys[court.code]
        at_rest = AtRest(keys.storage, keys.index)
        pool = await open_pool(zone.server.dsn(f"node_{court.division}"), size=1, statement_timeout_s=60)
        try:
            async with transaction(pool) as conn:
                await loading.load(conn, at_rest, fixtures.rows(court.code), synthetic_only=True)
                await task_loading.load(court.code, conn, at_rest, tasks, signers, directory_version=1)
        finally:
            await pool.close()
    if zone.has_applicant:
        await applicant.fill(zone)
    pool = await open_pool(zone.server.dsn("gateway"), size=1)
    try:
        async with transaction(pool) as conn:
            await framework.load(conn, zone.keys)
    finally:
        await pool.close()


async def create_databases(zone: Zone) -> None:
    """Make the gateway's database and every court's, migrated and empty."""
    conn = await asyncpg.connect(zone.server.dsn())
    try:
        for name in ("node_template", "gateway"):
            await conn.execute(f'CREATE DATABASE "{name}"')
        migrate.upgrade(zone.server.dsn("node_template"), "node")
        migrate.upgrade(zone.server.dsn("gateway"), "gateway")
        for division in zone.divisions:
            await conn.execute(f'CREATE DATABASE "node_{division}" TEMPLATE "node_template" STRATEGY file_copy')
    finally:
        await conn.close()


def _write_people(zone: Zone) -> None:
    """The provider's page: which officers sign in at which issuer."""
    listed = people.people(zone.addresses)
    provider_people.write(zone.folder / "people.json", listed)
    provider_keys.read_or_make(zone.provider_keys, [issuer.path for issuer in listed.issuers])


def _write_registries(zone: Zone) -> None:
    """What the registries know, and under which address each unit answers."""
    units = [unit for court in fixtures.courts() for unit in holdings(court.division)]
    (zone.folder / "registry-data.json").write_bytes(msgspec.json.encode(RegistryData(units)))
    urls = {unit.id: f"{zone.addresses.registry}/{unit.id}" for unit in units}
    (zone.folder / "registries.json").write_bytes(msgspec.json.encode(urls))


def _origins(addresses: Addresses) -> str:
    own = (f"http://{name}:{port}" for port in addresses.ports for name in (HOST, "localhost"))
    return ",".join([*own, *addresses.front_ends])


def _door(zone: Zone) -> dict[str, str]:
    """What the gateway and the nodes have in common."""
    return {
        "XIEZHI_DIRECTORY_FILE": str(zone.folder / "directory.signed"),
        "XIEZHI_DIRECTORY_ROOT": zone.root,
        "XIEZHI_ALLOWED_ORIGINS": _origins(zone.addresses),
        "XIEZHI_INTROSPECTION": "everyone",
        "XIEZHI_CLOCK_FILE": str(zone.folder / "clock"),
        "XIEZHI_DISK_FREE_PERCENT": "1",  # of somebody's laptop
        "XIEZHI_DEMO": "1",
    }


def _gateway(zone: Zone) -> dict[str, str]:
    """What the gateway alone has."""
    return {
        "XIEZHI_DSN": zone.server.dsn("gateway"),
        "XIEZHI_KEY_FILE": str(zone.folder / "gateway.keys"),
        "XIEZHI_STATE_DIR": str(zone.folder / "state-gateway"),
        "XIEZHI_ISSUER": zone.addresses.issuer("gateway"),
        "XIEZHI_EXAMINER_FILE": str(zone.folder / "examiner.keys"),
        "XIEZHI_DIRECTORY_SECONDS": "1",  # somebody watches
        "XIEZHI_ESCALATION_SECONDS": "2",
    }


def _add_programs(zone: Zone) -> None:
    folder, addresses = zone.folder, zone.addresses

    def add(name: str, command: str, url: str, extra: Mapping[str, str]) -> None:
        environment = {
            "XIEZHI_HOST": HOST,
            "XIEZHI_PORT": url.rsplit(":", 1)[1],
            **extra,
        }
        zone.programs.add(Program(name, command, environment, url, folder / "logs" / f"{name}.log"))

    door = _door(zone)
    add(
        "provider",
        "provider",
        addresses.provider,
        {
            "XIEZHI_PEOPLE_FILE": str(folder / "people.json"),
            "XIEZHI_SIGNING_KEYS_FILE": str(zone.provider_keys),
            "XIEZHI_REDIRECT_ORIGINS": _origins(addresses),
        },
    )
    add(
        "registry",
        "registry",
        addresses.registry,
        {
            "XIEZHI_REGISTRY_DATA": str(folder / "registry-data.json"),
            "XIEZHI_CLOCK_FILE": str(folder / "clock"),
        },
    )
    add(
        "gateway",
        "gateway",
        addresses.gateway,
        {**door, **_gateway(zone)},
    )
    for court in fixtures.courts():
        add(court.code, "node", addresses.node(court.division), _node(zone, court, folder / f"{court.division}.keys"))


def _add_applicant(zone: Zone) -> None:
    """Its node, in an older release."""
    court, port = applicant.FACTS, zone.addresses.port(applicant.FACTS.division)
    environment = {
        "XIEZHI_HOST": HOST,
        "XIEZHI_PORT": str(port),
        **_node(zone, court, applicant.folder(zone) / own_keys.NODE),
    }
    log = zone.folder / "logs" / f"{court.code}.log"
    url = zone.addresses.node(court.division)
    zone.programs.add(Program(court.code, "node", environment, url, log, applicant.OLDER_RELEASE))


def _node(zone: Zone, court: fixtures.CourtFacts, key_file: Path) -> dict[str, str]:
    """The settings of a court's node."""
    folder, addresses = zone.folder, zone.addresses
    return {
        **_door(zone),
        "XIEZHI_COURT": court.code,
        "XIEZHI_DIVISION": court.division,
        "XIEZHI_DSN": zone.server.dsn(f"node_{court.division}"),
        "XIEZHI_KEY_FILE": str(key_file),
        "XIEZHI_STATE_DIR": str(folder / f"state-{court.division}"),
        "XIEZHI_ISSUER": addresses.issuer(court.division),
        "XIEZHI_GATEWAY_URL": addresses.gateway,
        "XIEZHI_REGISTRIES_FILE": str(folder / "registries.json"),
        "XIEZHI_STANDARDS_SECONDS": "2",  # somebody watches
        "XIEZHI_SUPERVISION_SECONDS": "2",
    }
