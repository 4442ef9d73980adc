"""The demo's zone begins with records that its own rules would have made: signed, in order, with their history."""

from typing import Any
from uuid import UUID

import pytest

from api.demo import directory as demo_directory
from api.demo import fixtures, framework
from api.demo.zone import Addresses
from db import framework as tables
from db import liaison_officers, published_standards
from db.clock import SetClock
from db.pool import Pool, transaction
from enforcement import standard_content
from enforcement.rules.duty import unpacked
from federation.clear import agreed
from federation.clear.agreed import AgreedText, NotAgreed
from federation.directory.directory import Directory
from federation.wire import keyfile
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import generate_signing

pytestmark = pytest.mark.anyio
COUNTS = {
    "liaison_officers": 16,
    "published_standards": 3,
    "standard_revisions": 3,
    "standard_signatures": 17,
    "exchange_meetings": 1,
    "meeting_decisions": 3,
    "resource_offers": 1,
    "supervisions": 0,
}


@pytest.fixture
def keys() -> dict[str, NodeKeys]:
    return {court.code: keyfile.generate(court.code) for court in fixtures.courts()}


@pytest.fixture
async def pool(gateway_pool: Pool, keys: dict[str, NodeKeys]) -> Pool:
    async with transaction(gateway_pool) as conn:
        await framework.load(conn, keys)
    return gateway_pool


async def count(pool: Pool) -> dict[str, int]:
    async with pool.acquire() as conn:
        return {table: await conn.fetchval(f"SELECT count(*) FROM {table}") for table in COUNTS}


async def test_zone_begins_with_these_records(pool: Pool) -> None:
    assert await count(pool) == COUNTS


async def test_nodes_would_hold_what_was_agreed_and_nothing_else(
    pool: Pool, keys: dict[str, NodeKeys], clock: SetClock
) -> None:
    governance = demo_directory.generate()
    signed = demo_directory.signed(Addresses(8400), keys, generate_signing(), governance, clock.now())
    directory = Directory(demo_directory.root_of(signed), clock)
    async with pool.acquire() as conn:
        await directory.accept(conn, signed, clock.now())
        revisions = await conn.fetch("SELECT standard_id, content, digest, position FROM standard_revisions")
        by_digest = await published_standards.signatures(conn, [row["digest"] for row in revisions])

    held: dict[Any, int] = {}
    for row in revisions:
        text = AgreedText(
            position=row["position"] or 9, content=row["content"], statements=list(by_digest[row["digest"]].values())
        )
        assert standard_content.read(row["content"]).id == row["standard_id"]
        try:
            held[row["standard_id"]] = len(agreed.check(directory, text, row["standard_id"], 1))
        except NotAgreed:
            assert row["position"] is None

    assert sorted(held.values()) == [6, 6]


async def test_every_version_has_its_act(pool: Pool) -> None:
    async with pool.acquire() as conn:
        versions: dict[UUID, int] = {}
        for table in ("liaison_officers", "published_standards", "exchange_meetings", "resource_offers"):
            versions |= {row["id"]: row["version"] for row in await conn.fetch(f"SELECT id, version FROM {table}")}
        acts = await tables.acts(conn, list(versions))

    assert {record: [act.version for act in acts[record]] for record in versions} == {
        record: list(range(1, version + 1)) for record, version in versions.items()
    }


async def test_liaison_officers_are_those_of_the_directory(pool: Pool) -> None:
    listed = {
        officer.id
        for court in fixtures.courts()
        for officer in fixtures.officers(court.code)
        if "LIAISON_OFFICER" in officer.roles
    }
    async with pool.acquire() as conn:
        rows = await liaison_officers.page(conn, court=None, day=None, after=None, limit=100)

    assert {row.officer_id for row in rows} == listed
    assert all(unpacked(row.hours) for row in rows)
