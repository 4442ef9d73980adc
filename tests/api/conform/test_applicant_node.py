"""An applicant's node: it runs before its court is a member, and works at once when it is, without a restart."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import anyio
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.conform.forger import Face, Forger
from db.clock import SetClock
from federation.delivery.post import MEDIA_TYPE
from federation.wire.header import EXAMINER
from tests.api.conform.applicant import JIANGSHAN, Applicant, NewDatabase, node_of
from tests.enforcement.lookup_zone import bound, serving
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio


@dataclass(slots=True)
class Shelf:
    """A gateway that has a directory, and nothing else."""

    directory: bytes = b""

    async def give(self, _: Request) -> Response:
        return Response(self.directory)


@asynccontextmanager
async def shelf() -> AsyncIterator[tuple[Shelf, str]]:
    made = Shelf()
    with bound(0) as sock:
        async with serving([Route("/directory", made.give)], sock):
            yield made, f"http://127.0.0.1:{sock.getsockname()[1]}"


async def get(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with session.get(url) as response:
        return response.status, await response.text()


async def post(session: aiohttp.ClientSession, url: str, raw: bytes) -> tuple[int, bytes]:
    async with session.post(url, data=raw, headers={"Content-Type": MEDIA_TYPE}) as response:
        return response.status, await response.read()


async def test_an_applicants_pages_work(new_database: NewDatabase, clock: SetClock, tmp_path: Path) -> None:
    made = Applicant(tmp_path, clock)
    async with node_of(made, await new_database("node")), aiohttp.ClientSession() as session:
        home, graphiql = await get(session, made.url + "/"), await get(session, made.url + "/graphiql")
        schema = await get(session, made.url + "/schema.graphql")
        with anyio.fail_after(10):
            while (await get(session, made.url + "/readyz"))[0] != 200:  # noqa: ASYNC110 (another task looks)
                await anyio.sleep(0.05)

    assert [answer[0] for answer in (home, graphiql, schema)] == [200] * 3
    assert "尚未入会" in home[1]
    assert "Not a member yet" in home[1]
    assert JIANGSHAN in home[1]


def pen_of(made: Applicant, court: str, version: int) -> Forger:
    """What the examiner, or a member, writes to 江山."""
    own = made.examiner if court == EXAMINER else made.zone.keys[court]
    box = made.keys.box
    said = {
        "officer": "o-330824-01",
        "case_number": "（2025）浙0824执365号",
        "purpose": "PROPERTY_INVESTIGATION",
        "sections": (),
        "subject_kind": "ID_NUMBER",
        "subject": "341021197903159972",
    }
    return Forger(
        Face(court, own.signing, own.box, said), JIANGSHAN, lambda _: (box.id, box.public), made.clock, version
    )


async def test_once_listed_it_works_without_a_restart(
    new_database: NewDatabase, clock: SetClock, tmp_path: Path
) -> None:
    made = Applicant(tmp_path, clock)
    async with shelf() as (gateway, address), aiohttp.ClientSession() as session:
        gateway.directory = made.signed()
        async with node_of(made, await new_database("node"), gateway_url=address):
            asks, messages = made.url + "/federation/ask", made.url + "/federation/messages"
            before = await post(session, asks, pen_of(made, KAIHUA, 1).ask())
            early = await post(session, messages, pen_of(made, SHEXIAN, 1).message())
            gateway.directory = made.signed(2, is_member=True)

            after = await post(session, asks, pen_of(made, KAIHUA, 2).ask())
            refused = await post(session, asks, pen_of(made, EXAMINER, 2).ask())
            unheard = await post(session, messages, pen_of(made, EXAMINER, 2).message())
            heard = await post(session, messages, pen_of(made, SHEXIAN, 2).message())
            home = await get(session, made.url + "/")

    assert (before[0], json.loads(before[1])) == (403, {"code": "MEMBERSHIP_SUSPENDED"})
    assert (early[0], json.loads(early[1])) == (403, {"code": "NOT_A_MEMBER"})
    assert after[0] == heard[0] == 200
    assert (refused[0], json.loads(refused[1])) == (403, {"code": "UNKNOWN_COURT"})
    assert (unheard[0], json.loads(unheard[1])) == (403, {"code": "UNKNOWN_COURT"})
    assert "江山市人民法院" in home[1]
