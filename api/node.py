"""A court's node: one process; the officers' door, the other courts' doors, and the workers behind them."""

import json
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Final

import aiohttp
import uvloop
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from api import directory_feed, logs, peers, transport, webhooks
from api.anomaly_thresholds import thresholds
from api.application import application
from api.ask_endpoints import ask_routes
from api.clear_endpoints import clear_routes
from api.directory_endpoints import witness_routes
from api.directory_feed import DirectoryFile
from api.graphql.edge import Edge, open_edge
from api.graphql.over_http import graphql_routes
from api.health import health_routes
from api.issuer_documents import fetch_over
from api.issuer_keys import IssuerKeys
from api.message_endpoints import message_routes
from api.node_readiness import ASK_EVERY_S, clock_rounds, node_readiness
from api.node_signin import NodeSignIn
from api.pages import Fact, PageFacts, SignInChoice, membership, page_routes
from api.readiness import Readiness
from api.readiness_checks import WATCH, Watch
from api.registry_channel import HttpSearchChannel
from api.settings import BadSetting, NodeSettings
from api.signin import TokenVerifier
from api.workers import Worker, every, working
from db import answers, refused_envelopes
from db.at_rest import AtRest
from db.clock import Clock, OffsetClock, WallClock
from db.pool import Pool, open_pool
from enforcement import anomalies, audit, timers, unit_worker
from enforcement.agreed_standards import Follower
from enforcement.court import CourtNode, Limits
from enforcement.rules.complaint import ComplaintTerms
from enforcement.rules.deadlines import Term, Unit
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.rights import Caller
from enforcement.rules.settlement import MOST_GRACE_DAYS
from enforcement.rules.workload import read_ratios
from enforcement.tasks import resyncing, settling, supervised
from enforcement.tasks.dispatching import receive_left_over
from enforcement.tasks.receiving import accept_message
from enforcement.webhooks import tidy as tell_tidy
from federation.ask.client import AskClient
from federation.clear.passing import ZoneClient
from federation.delivery import epoch, sender
from federation.delivery.mark import MarkFile
from federation.delivery.node import DeliveryNode, Hooks
from federation.delivery.post import post_over
from federation.directory.directory import Directory
from federation.directory.fetch import Source, fetch_from, follow
from federation.directory.witnessing import Witness
from federation.readiness.clocks import HeardClocks
from federation.wire import keyfile
from schema.context import NodeContext
from schema.engine import engine_of
from schema.node.schema import SCHEMA
from schema.node.zone_part import PART_SCHEMA

_FETCH_EVERY_S: Final = 30.0
_PURGE_EVERY_S: Final = 300.0
_CHAIN_EVERY_S: Final = 1.0
_ANSWERS_KEPT: Final = timedelta(hours=1)
_REFUSALS_KEPT: Final = timedelta(days=30)
_IDLE_S: Final = 60.0
_CONNECTIONS: Final = 64


def serve(settings: NodeSettings) -> None:
    """Run until SIGTERM."""
    logs.configure(f"node {settings.division}", level=settings.log_level)

    async def run() -> None:
        async with running(settings) as app:
            await transport.server(app, settings, on_drain=app.state.edge.held.end).serve()

    uvloop.run(run())


def _clock(settings: NodeSettings) -> Clock:
    return WallClock() if settings.clock_file is None else OffsetClock(settings.clock_file)


def _registries(path: Path | None) -> Mapping[str, str]:
    return {} if path is None else json.loads(path.read_text(encoding="utf-8"))


def _limits(settings: NodeSettings) -> Limits:
    if not 0 <= settings.grace_days <= MOST_GRACE_DAYS:
        raise BadSetting("XIEZHI_GRACE_DAYS is from 0 to 15")
    return Limits(
        looks_per_hour_officer=settings.looks_per_hour_officer,
        feedback_rejections=settings.feedback_rejections,
        renew_warn_days=settings.renew_warn_days,
        expiry_warning_days=tuple(map(int, settings.expiry_warning_days)),
        deferral_years=settings.deferral_years,
        party_delay_days=settings.party_delay_days,
        clue_days=settings.clue_days,
        urgent_clue_days=settings.urgent_clue_days,
        fee_without_amount=settings.fee_without_amount,
        interest_year_days=settings.interest_year_days,
        grace_days=settings.grace_days,
        two_person_payout=settings.two_person_payout,
        payout_days=settings.payout_days,
        evaluate_within=timedelta(days=settings.evaluation_days),
        complaints=ComplaintTerms(answer_within=Term(settings.complaint_answer_working_days, Unit.WORKING_DAYS)),
        objection_warned_before=timedelta(days=settings.objection_warning_days),
        workload_ratios=_ratios(settings),
    )


def _ratios(settings: NodeSettings) -> Mapping[DelegatedMatterType, Fraction]:
    try:
        return read_ratios(settings.workload_ratios)
    except ValueError:
        raise BadSetting("XIEZHI_WORKLOAD_RATIOS cannot be read") from None


@asynccontextmanager
async def running(settings: NodeSettings, clock: Clock | None = None, watch: Watch = WATCH) -> AsyncIterator[Starlette]:
    """The node's application with its workers at work.

    Raises:
        BadSetting: the key file is another court's.
        UnsafeTransport: plain HTTP would leave this machine.
    """
    clock = clock or _clock(settings)
    peers.check_transport(settings.host, settings.tls_cert)
    peers.check_peer(settings.gateway_url)
    endpoints = webhooks.read(settings.webhooks_file)
    keys = keyfile.read(settings.key_file)
    if keys.court != settings.court:
        raise BadSetting("XIEZHI_KEY_FILE belongs to another court")
    async with AsyncExitStack() as stack:
        pool = await open_pool(settings.dsn, size=settings.pool_size)
        stack.push_async_callback(pool.close)
        connector = aiohttp.TCPConnector(
            limit=_CONNECTIONS, keepalive_timeout=_IDLE_S, ssl=peers.client_tls(settings) or True
        )
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        directory = Directory(settings.directory_root, clock)
        source = Source(settings.gateway_url, session, directory, pool, clock)
        await directory_feed.load(directory, pool, clock, DirectoryFile(settings.directory_file))
        at_rest, mark = AtRest(keys.storage, keys.index), MarkFile(settings.state_dir)
        life = await epoch.begin(
            code=settings.court, pool=pool, clock=clock, at_rest=at_rest, directory=directory, mark=mark
        )
        court = CourtNode(
            code=settings.court,
            division=settings.division,
            pool=pool,
            clock=clock,
            at_rest=at_rest,
            directory=directory,
            signer=keys.signing,
            box=keys.box,
            asks=AskClient(session, settings.gateway_url),
            zone=ZoneClient(session, settings.gateway_url),
            epoch=life.epoch,
            limits=_limits(settings),
            anomalies=thresholds(settings),
            interest_start=settings.interest_start,
            registries=_registries(settings.registries_file),
            file_units=frozenset(settings.file_units),
            fetch=fetch_from(source),
            plans_parts=settings.compiled_answers,
        )
        road = _road(court, settings.gateway_url, session, mark)
        edge = open_edge(settings, pool)
        clocks = HeardClocks(watch.wall)
        readiness = await node_readiness(settings, road, keys, clocks, watch)
        others: dict[str, Worker] = {
            "readiness": readiness.run,
            "clocks": every(ASK_EVERY_S, clock_rounds(road, session, clocks)),
            "webhooks": webhooks.worker(court, endpoints, webhooks.call_over(session)),
        }
        await stack.enter_async_context(working(_workers(court, road, source, edge, settings) | others))
        yield _app(settings, court, road, session, readiness, edge)


def _road(court: CourtNode, gateway_url: str, session: aiohttp.ClientSession, mark: MarkFile) -> DeliveryNode:
    return DeliveryNode(
        code=court.code,
        pool=court.pool,
        clock=court.clock,
        at_rest=court.at_rest,
        directory=court.directory,
        signer=court.signer,
        boxes={court.box.id: court.box},
        epoch=court.epoch,
        gateway_url=gateway_url,
        post=post_over(session),
        mark=mark,
        fetch=court.fetch,
        jitter=random.random,
        hooks=Hooks(
            on_receipt=partial(settling.on_receipt, court),
            on_returned=partial(resyncing.take_back, court),
            heads=resyncing.heads,
            confirm_heads=partial(resyncing.confirm_heads, court),
            refused_by=partial(resyncing.refused_by, court),
            remember_refused=partial(resyncing.remember_refused, court),
        ),
    )


def _workers(
    court: CourtNode, road: DeliveryNode, source: Source, edge: Edge, settings: NodeSettings
) -> dict[str, Worker]:
    channel = HttpSearchChannel(source.session, court.registries)
    sweeping = {"sweeps": every(settings.sweep_seconds, partial(timers.sweep, court))}
    return {
        **(sweeping if settings.sweep_seconds else {}),
        "sender": partial(sender.run, road),
        "units": lambda stop: unit_worker.run(court, channel, stop, random.random),
        "directory": partial(follow, source, random.random),
        "old answers": every(_PURGE_EVERY_S, partial(tidy, court.pool, court.clock)),
        "standards": every(settings.standards_seconds, Follower(court).follow),
        "supervisions": every(settings.supervision_seconds, partial(supervised.follow, court)),
        "left over": every(_FETCH_EVERY_S, partial(receive_left_over, court)),
        "rate windows": every(_PURGE_EVERY_S, edge.rates.purge),
        "old deliveries": every(_PURGE_EVERY_S, partial(tell_tidy, court)),
        "audit trail": every(_CHAIN_EVERY_S, partial(_audit, court)),
    }


async def _audit(court: CourtNode) -> None:
    """Chain what was done, and look through it."""
    await audit.chain(court)
    await anomalies.watch(court)


def _app(
    settings: NodeSettings,
    court: CourtNode,
    road: DeliveryNode,
    session: aiohttp.ClientSession,
    readiness: Readiness,
    edge: Edge,
) -> Starlette:
    verifier = TokenVerifier(IssuerKeys(fetch_over(session)), audience=settings.url)
    sign_in = NodeSignIn(
        verifier, issuer=settings.issuer, court=court.code, gateway_url=settings.gateway_url, pool=court.pool
    )

    def context(caller: Caller | None, language: str, request_id: str) -> Any:
        return NodeContext(court, caller, "zh" if language == "zh" else "en", request_id)

    engine_of(SCHEMA).compile_readings(is_wanted=settings.compiled_answers)
    routes: list[BaseRoute] = [
        *health_routes(readiness.report),
        *message_routes(road, partial(accept_message, court)),
        *ask_routes(court, SCHEMA),
        *clear_routes(court, PART_SCHEMA),
        *witness_routes(Witness(court.code, court.pool, court.clock, court.directory, court.signer)),
        *graphql_routes(
            SCHEMA,
            sign_in,
            context,
            introspection=settings.introspection,
            allowed_origins=settings.allowed_origins,
            documents=edge.documents,
            rates=edge.rates,
            held=edge.held,
        ),
        *page_routes(
            lambda: _page_facts(settings, court),
            sdl=SCHEMA.as_str,
            client_id=settings.client_id,
            allowed_origins=settings.allowed_origins,
        ),
    ]
    app = application(routes, settings.allowed_origins)
    app.state.edge = edge
    return app


async def tidy(pool: Pool, clock: Clock) -> None:
    """Asks live five minutes; an answer is kept for an hour, so that a retried ask gets the same bytes.

    What was refused is kept as long as at the gateway: anybody who reaches the port can have rows written.
    """
    async with pool.acquire() as conn:
        await answers.purge(conn, clock.now() - _ANSWERS_KEPT)
        await refused_envelopes.purge(conn, clock.now() - _REFUSALS_KEPT)


def _page_facts(settings: NodeSettings, court: CourtNode) -> PageFacts:
    """What `/` and GraphiQL say of this process."""
    view = court.directory.current()
    entry = view.court(court.code) if view.is_listed(court.code) else None
    name_zh, name_en = (court.code, court.code) if entry is None else (entry.name_zh, entry.name_en)
    return PageFacts(
        program="node",
        name_zh=name_zh,
        name_en=name_en,
        facts=(
            Fact("法院代字", "Court code", court.code),
            membership("APPLICANT" if entry is None else entry.state),
            Fact("目录版本", "Directory version", str(view.version)),
            Fact("网关", "Gateway", settings.gateway_url, settings.gateway_url),
        ),
        sign_ins=(SignInChoice(name_zh, name_en, settings.issuer),),
        door=settings.url,
        demo=settings.demo,
    )
