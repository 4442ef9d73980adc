"""The zone's gateway: one process; it carries asks and messages, serves the desk, and can decrypt nothing."""

import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final

import aiohttp
import uvloop
from graphql import DocumentNode, GraphQLError
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from api import conformance_runs, directory_feed, logs, peers, transport
from api.agreed_endpoints import agreed_routes
from api.application import application
from api.directory_endpoints import directory_routes, held_requests
from api.directory_feed import DirectoryFile
from api.gateway_readiness import gateway_readiness
from api.gateway_signin import GatewaySignIn, are_trusted
from api.graphql.edge import Edge, open_edge
from api.graphql.over_http import graphql_routes
from api.health import health_routes
from api.held_connections import ConnectionLimits
from api.issuer_documents import fetch_over
from api.issuer_keys import IssuerKeys
from api.marks_endpoint import marks_route
from api.pages import Fact, Member, PageFacts, SignInChoice, page_routes
from api.readiness import Readiness
from api.readiness_checks import WATCH, Watch
from api.relay_asks import relay_ask_routes
from api.relay_endpoints import relay_message_routes
from api.settings import GatewaySettings
from api.signin import TokenVerifier
from api.supergraph import supergraph_route
from api.workers import every, working
from api.zone_endpoint import zone_routes
from db.clock import Clock, OffsetClock, WallClock
from db.pool import Pool, open_pool
from enforcement.desk import escalating
from enforcement.desk import health as desk_health
from enforcement.desk.feed import Feed
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.membership import suspending
from enforcement.desk.tracks import record_event
from enforcement.desk.traffic_log import TrafficLog
from enforcement.rules.deadlines import Term, Unit
from enforcement.rules.escalation import EscalationTerms
from enforcement.rules.rights import Caller
from federation.clear.scatter import ClearGateway
from federation.delivery.post import post_over
from federation.directory.directory import Directory
from federation.directory.fetch import sparingly
from federation.directory.publishing import Publisher
from federation.graph.cursor import Cursors
from federation.http_client.client import HttpClient, Implementation
from federation.http_client.library import LibraryClient
from federation.http_client.pool import OwnClient
from federation.readiness.clocks import HeardClocks
from federation.relay import queue
from federation.relay.asks import AskRelay
from federation.relay.calls import Calls
from federation.relay.messages import MessageRelay
from federation.wire import gateway_keyfile
from federation.wire.signing import derived_secret
from schema.engine import engine_of
from schema.gateway.context import GatewayContext
from schema.gateway.own_court import refuse_encrypted
from schema.gateway.published import published
from schema.gateway.schema import SCHEMA

_PURGE_EVERY_S: Final = 300.0
_LAPSE_EVERY_S: Final = 60.0
_IDLE_S: Final = 60.0
_CURSORS: Final = b"xiezhi/cursor/1"
_CONNECTIONS: Final = 256
_LOOK_AGAIN_S: Final = 2.0  # whether the directory still lists who holds a connection: asks no database


def serve(settings: GatewaySettings) -> None:
    """Run until SIGTERM."""
    logs.configure("gateway", level=settings.log_level)

    async def run() -> None:
        async with running(settings) as app:
            await transport.server(app, settings, on_drain=partial(_end_held, app)).serve()

    uvloop.run(run())


def _end_held(app: Starlette) -> None:
    """Streams, and requests that wait for a change of the directory."""
    app.state.edge.held.end()
    app.state.waiting.end()


@asynccontextmanager
async def running(
    settings: GatewaySettings, clock: Clock | None = None, watch: Watch = WATCH
) -> AsyncIterator[Starlette]:
    """The gateway's application with its workers at work.

    Raises:
        UnsafeTransport: plain HTTP would leave this machine.
    """
    clock = clock or (WallClock() if settings.clock_file is None else OffsetClock(settings.clock_file))
    peers.check_transport(settings.host, settings.tls_cert)
    key = gateway_keyfile.read(settings.key_file)
    async with AsyncExitStack() as stack:
        pool = await open_pool(settings.dsn, size=settings.pool_size)
        stack.push_async_callback(pool.close)
        tls = peers.client_tls(settings) or ssl.create_default_context()
        connector = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_IDLE_S, ssl=tls)
        jar = aiohttp.DummyCookieJar()
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector, cookie_jar=jar))
        http: HttpClient = LibraryClient(session)
        if settings.court_client is Implementation.OWN:
            http = own = OwnClient(tls)
            stack.push_async_callback(own.aclose)
        directory = Directory(settings.directory_root, clock)
        reload = partial(directory_feed.load, directory, pool, clock, DirectoryFile(settings.directory_file))
        await reload()
        publisher, traffic = Publisher(pool, clock, directory, key, post_over(session)), TrafficLog(pool)
        relay = _relay(pool, clock, directory, session, traffic, partial(_renew, reload, publisher))
        clear = ClearGateway(Calls(directory, http), clock, key, fetch=relay.fetch)
        cursors = Cursors(derived_secret(key, _CURSORS))
        clocks, green_for = HeardClocks(watch.wall), timedelta(days=settings.conformance_days)
        parts = (pool, clock, directory, session, Feed(pool), clear, cursors)
        desk = GatewayDesk(*parts, clocks=clocks, green_for=green_for, escalation=_escalation(settings))
        readiness = await gateway_readiness(settings, desk, key, watch)
        edge = open_edge(settings, pool, ConnectionLimits(look_again_s=_LOOK_AGAIN_S))
        await stack.enter_async_context(
            working(
                {
                    "queue": partial(queue.run, relay),
                    "feed": desk.feed.run,
                    "traffic": traffic.run,
                    "readiness": readiness.run,
                    "probes": partial(desk_health.run_probes, desk),
                    "directory": every(settings.directory_seconds, reload),
                    "publishing": publisher.run,
                    "suspensions": every(_LAPSE_EVERY_S, partial(suspending.lapse, desk.membership)),
                    "escalations": every(settings.escalation_seconds, partial(escalating.escalate, desk)),
                    "rate windows": every(_PURGE_EVERY_S, edge.rates.purge),
                    "conformance runs": conformance_runs.worker(settings, desk),
                }
            )
        )
        asks = AskRelay(Calls(directory, http), clock, traffic.note, fetch=relay.fetch)
        yield _app(settings, desk, relay, asks, readiness, edge)


def _escalation(settings: GatewaySettings) -> EscalationTerms:
    return EscalationTerms(
        high_court_after=timedelta(days=settings.escalate_high_court_days),
        respond_within=Term(settings.supervision_answer_working_days, Unit.WORKING_DAYS),
    )


async def _renew(reload: Callable[[], Awaitable[None]], publisher: Publisher) -> None:
    """What was published elsewhere is taken over; a directory past its time is issued anew."""
    await reload()
    await publisher.renew()


def _relay(
    pool: Pool,
    clock: Clock,
    directory: Directory,
    session: aiohttp.ClientSession,
    traffic: TrafficLog,
    fetch: Callable[[], Awaitable[None]],
) -> MessageRelay:
    return MessageRelay(
        pool=pool,
        clock=clock,
        directory=directory,
        post=post_over(session),
        note=traffic.note,
        on_accepted=record_event,
        fetch=sparingly(fetch),
        jitter=random.random,
    )


def _app(
    settings: GatewaySettings, desk: GatewayDesk, relay: MessageRelay, asks: AskRelay, readiness: Readiness, edge: Edge
) -> Starlette:
    verifier = TokenVerifier(IssuerKeys(fetch_over(desk.probes)), audience=settings.url)
    sign_in = GatewaySignIn(verifier, current=desk.directory.current)

    def context(caller: Caller | None, language: str, request_id: str) -> Any:
        return GatewayContext(desk, caller, "zh" if language == "zh" else "en", request_id)

    engine_of(SCHEMA).compile_readings(is_wanted=settings.compiled_answers)
    waiting = held_requests()
    routes: list[BaseRoute] = [
        *health_routes(readiness.report),
        *relay_message_routes(relay),
        *directory_routes(desk.directory, waiting, desk.clock, fetch=relay.fetch),
        *relay_ask_routes(asks, desk.pool),
        *zone_routes(desk, SCHEMA, partial(_refuse_encrypted, desk), edge.rates),
        *agreed_routes(desk),
        marks_route(desk),
        supergraph_route(published(SCHEMA)),
        *graphql_routes(
            SCHEMA,
            sign_in,
            context,
            introspection=settings.introspection,
            anonymous=True,
            allowed_origins=settings.allowed_origins,
            documents=edge.documents,
            rates=edge.rates,
            held=edge.held,
            before_execution=partial(_refuse_encrypted, desk),
        ),
        *page_routes(
            lambda: _page_facts(settings, desk),
            sdl=SCHEMA.as_str,
            client_id=settings.client_id,
            allowed_origins=settings.allowed_origins,
        ),
    ]
    app = application(routes, settings.allowed_origins)
    app.state.edge, app.state.waiting = edge, waiting
    return app


def _refuse_encrypted(desk: GatewayDesk, document: DocumentNode, context: Any) -> GraphQLError | None:
    return refuse_encrypted(document, context.caller, desk.directory.current(), language=context.language)


def _page_facts(settings: GatewaySettings, desk: GatewayDesk) -> PageFacts:
    """What `/` and GraphiQL say of this process."""
    view = desk.directory.current()
    members = (*view.courts(), *view.supervisors())
    return PageFacts(
        program="gateway",
        name_zh=view.zone.name_zh,
        name_en=view.zone.name_en,
        facts=(
            Fact("成员法院", "Member courts", str(len(members))),
            Fact("目录版本", "Directory version", str(view.version)),
        ),
        sign_ins=(
            *(SignInChoice(c.name_zh, c.name_en, c.issuer) for c in members if are_trusted(c.state)),
            SignInChoice("协作区网关", "Zone gateway", view.gateway.issuer),
        ),
        members=tuple(
            Member(c.code, c.name_zh, c.name_en, c.county_zh, c.county_en, c.state, c.url or "") for c in members
        ),
        door=settings.url,
        demo=settings.demo,
        supergraph=True,
    )
