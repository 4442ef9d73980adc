"""Messages between two courts and a gateway over real HTTP."""

import socket
from contextlib import suppress
from pathlib import Path

import anyio
import asyncpg
import pytest

from db.clock import SetClock
from db.records.delivery import DeliveryState
from federation.delivery import sender
from federation.relay import queue
from federation.wire import envelope
from tests.federation.delivery.road import MINUTE, A, B, open_road, served, sign

pytestmark = pytest.mark.anyio


async def test_message_is_delivered_inline(road_databases: dict[str, str], clock: SetClock, tmp_path: Path) -> None:
    async with open_road(road_databases, clock, tmp_path, http=True) as road:
        async with served(road.gateway_app, road.sockets["gateway"]), served(road.b.app, road.sockets[B]):
            message_id = await road.a.enqueue(B, b"hello")

            await sender.offer_due(road.a.node)

        row = await road.a.row(message_id)
        assert row.state is DeliveryState.DELIVERED
        assert await road.b.applied() == [b"hello"]
        assert await road.a.heard() == [("ACCEPTED", None)]
        assert [head.id for head in road.accepted] == [message_id]
        assert row.receipt is not None
        assert envelope.parse(row.receipt).header.re_digest == row.digest


async def test_destination_down_then_up(road_databases: dict[str, str], clock: SetClock, tmp_path: Path) -> None:
    async with open_road(road_databases, clock, tmp_path, http=True) as road:
        async with served(road.gateway_app, road.sockets["gateway"]), served(road.a.app, road.sockets[A]):
            road.sockets[B].close()  # nobody listens
            message_id = await road.a.enqueue(B, b"hello")
            await sender.offer_due(road.a.node)
            assert (await road.a.row(message_id)).state is DeliveryState.QUEUED
            await queue.deliver_due(road.relay)
            assert await road.b.applied() == []

            port = int(road.urls[B].rsplit(":", 1)[1])
            again = socket.create_server(("127.0.0.1", port))
            async with served(road.b.app, again):
                clock.advance(MINUTE)
                await queue.deliver_due(road.relay)
                await queue.push_due(road.relay)
                await sender.offer_due(road.a.node)

        assert (await road.a.row(message_id)).state is DeliveryState.DELIVERED
        assert await road.b.applied() == [b"hello"]
        assert len(road.accepted) == 1


async def test_worker_wakes_on_enqueue(road_databases: dict[str, str], clock: SetClock, tmp_path: Path) -> None:
    async with open_road(road_databases, clock, tmp_path, http=True) as road:
        node = road.change(A, poll_s=600.0).node
        stop = anyio.Event()
        async with (
            served(road.gateway_app, road.sockets["gateway"]),
            served(road.b.app, road.sockets[B]),
            anyio.create_task_group() as group,
        ):
            group.start_soon(sender.run, node, stop)
            with anyio.fail_after(10):
                while not await road.b.applied():
                    await road.a.enqueue(B, b"hello")
                    await anyio.sleep(0.05)
            stop.set()

        assert (await road.b.applied())[0] == b"hello"


async def test_newer_directory_is_fetched(road_databases: dict[str, str], clock: SetClock, tmp_path: Path) -> None:
    async with open_road(road_databases, clock, tmp_path, http=True) as road:
        raw = sign(road.zone, road.urls, 2)
        for pool, directory in ((road.a.pool, road.a.node.directory), (road.relay.pool, road.relay.directory)):
            async with pool.acquire() as conn:
                await directory.accept(conn, raw, clock.now())
        async with served(road.gateway_app, road.sockets["gateway"]), served(road.b.app, road.sockets[B]):
            message_id = await road.a.enqueue(B, b"hello")
            await sender.offer_due(road.a.node)

        assert (await road.a.row(message_id)).state is DeliveryState.DELIVERED
        assert road.b.node.directory.current().version == 2


async def test_worker_survives_lost_connections(
    road_databases: dict[str, str], clock: SetClock, tmp_path: Path
) -> None:
    async with open_road(road_databases, clock, tmp_path, http=True) as road:
        node = road.change(A, poll_s=0.05).node
        stop = anyio.Event()
        async with (
            served(road.gateway_app, road.sockets["gateway"]),
            served(road.b.app, road.sockets[B]),
            anyio.create_task_group() as group,
        ):
            group.start_soon(sender.run, node, stop)
            await anyio.sleep(0.1)  # it listens
            killer = await asyncpg.connect(road_databases[A])
            await killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await killer.close()
            with anyio.fail_after(20):
                while not await road.b.applied():
                    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
                        await road.a.enqueue(B, b"hello")  # whoever meets a broken connection tries again
                    await anyio.sleep(0.05)
            stop.set()

        assert (await road.b.applied())[0] == b"hello"
