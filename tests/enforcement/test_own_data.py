"""A court's data tell whether the keys at rest are its own."""

import uuid
from datetime import date

import pytest

from db import parties
from db.at_rest import AtRest
from db.pool import Pool
from db.records.parties import IdentifierKind, PartyKind, PartyRecord
from enforcement.own_data import is_own

pytestmark = pytest.mark.anyio

OWN = AtRest(b"s" * 32, b"i" * 32)


@pytest.fixture
async def loaded(node_pool: Pool) -> Pool:
    number = "330824197903159972"
    party = PartyRecord(
        id=uuid.uuid4(),
        kind=PartyKind.NATURAL,
        name="某甲",
        identifier_kind=IdentifierKind.ID_NUMBER,
        identifier=OWN.encrypt(number, context=parties.IDENTIFIER),
        identifier_key=parties.identifier_key(OWN, IdentifierKind.ID_NUMBER, number),
        gender=None,
        birth_on=date(1979, 3, 15),
        domicile_division="330824",
        address=None,
        workplace=None,
        is_minor=False,
        synthetic=True,
    )
    async with node_pool.acquire() as conn:
        await parties.insert(conn, party)
    return node_pool


@pytest.mark.parametrize(
    ("storage", "index", "own"),
    [(b"s", b"i", True), (b"x", b"i", False), (b"s", b"x", False), (b"x", b"x", False)],
)
async def test_data_tell_whose_keys_they_need(loaded: Pool, storage: bytes, index: bytes, own: bool) -> None:
    async with loaded.acquire() as conn:
        assert await is_own(AtRest(storage * 32, index * 32), conn) is own


async def test_an_empty_court_may_begin_with_any_keys(node_pool: Pool) -> None:
    async with node_pool.acquire() as conn:
        assert await is_own(AtRest(b"x" * 32, b"x" * 32), conn) is True
