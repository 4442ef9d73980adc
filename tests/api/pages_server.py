"""A provider, two nodes and a gateway of a small zone, each on its own port; also run by hand to look at the pages."""

from collections.abc import Sequence
from pathlib import Path

import strawberry
from starlette.types import ASGIApp

from api import provider_people
from api.application import application
from api.graphql.execution import Hook
from api.graphql.over_http import graphql_routes
from api.health import READY, health_routes
from api.held_connections import Authenticate
from api.page_facts import Fact, Member, PageFacts, SignInChoice
from api.pages import page_routes
from api.provider_people import Issuer, Officer, People
from tests.api.graphql.server import SmallContext, schema

ROLES = ["HANDLER", "HANDLER", "HANDLER", "CLERK", "BUREAU_CHIEF", "PRESIDENT", "COMMAND_CENTRE", "SUPERVISOR"]
ROLES += ["LIAISON_OFFICER", "LIAISON_OFFICER", "DEVELOPER"]
NAMES = ["周样甲", "吴样乙", "郑样丙", "王样丁", "冯样戊", "陈样己", "褚样庚", "卫样辛", "蒋样壬", "沈样癸", "韩样子"]
COURTS = [
    ("浙0824", "330824", "开化县人民法院", "Kaihua County People's Court", "开化县", "Kaihua"),
    ("浙0822", "330822", "常山县人民法院", "Changshan County People's Court", "常山县", "Changshan"),
    ("浙0127", "330127", "淳安县人民法院", "Chun'an County People's Court", "淳安县", "Chun'an"),
    ("赣1181", "361181", "德兴市人民法院", "Dexing City People's Court", "德兴市", "Dexing"),
    ("赣1130", "361130", "婺源县人民法院", "Wuyuan County People's Court", "婺源县", "Wuyuan"),
    ("赣1123", "361123", "玉山县人民法院", "Yushan County People's Court", "玉山县", "Yushan"),
    ("皖1022", "341022", "休宁县人民法院", "Xiuning County People's Court", "休宁县", "Xiuning"),
    ("皖1021", "341021", "歙县人民法院", "She County People's Court", "歙县", "She"),
]


def people() -> People:
    issuers = []
    for number, (code, division, name_zh, name_en, *_) in enumerate(COURTS, 1):
        officers = [
            Officer(f"o-{division}-{place:02}", name, [role])
            for place, (name, role) in enumerate(zip(NAMES, ROLES, strict=True), 1)
        ]
        doors = [f"http://127.0.0.1:{8400 + number}", "http://127.0.0.1:8400"]
        issuers.append(Issuer(division, code, name_zh, name_en, officers, doors))
    admins = [
        Officer(f"g-admin-0{number}", f"管样{name}", ["GATEWAY_ADMIN"]) for number, name in ((1, "甲"), (2, "乙"))
    ]
    issuers.append(Issuer("gateway", "gateway", "协作区网关", "Zone gateway", admins, ["http://127.0.0.1:8400"]))
    return People(issuers)


def write_people(path: Path) -> None:
    provider_people.write(path, people())


def members(first_port: int) -> list[Member]:
    courts = [
        Member(code, name_zh, name_en, county_zh, county_en, "ACTIVE", f"http://127.0.0.1:{first_port + number}")
        for number, (code, _, name_zh, name_en, county_zh, county_en) in enumerate(COURTS, 1)
    ]
    superior = Member("浙08", "衢州市中级人民法院", "Quzhou Intermediate Court", "衢州市", "Quzhou", "SUPERVISING", "")
    return [*courts, superior]


def node_facts(provider: str, gateway: str) -> PageFacts:
    code, division, name_zh, name_en, county_zh, _ = COURTS[0]
    facts = [
        Fact("法院代字", "Court code", code),
        Fact("县市", "County", f"{county_zh} {division}"),
        Fact("网关", "Gateway", gateway, gateway),
    ]
    return PageFacts(
        "node",
        name_zh,
        name_en,
        facts,
        [SignInChoice(name_zh, name_en, f"{provider}/{division}")],
        "http://127.0.0.1:8401",
        demo=True,
    )


def gateway_facts(provider: str, first_port: int) -> PageFacts:
    choices = [SignInChoice(name[2], name[3], f"{provider}/{name[1]}") for name in COURTS]
    choices.append(SignInChoice("网关管理员", "Gateway admin", f"{provider}/gateway"))
    facts = [
        Fact("协作区", "Zone", "浙皖赣边界八县 · Eight border counties"),
        Fact("目录版本", "Directory version", "1"),
    ]
    return PageFacts(
        "gateway",
        "浙皖赣协作区网关",
        "Gateway of the Zhe-Wan-Gan zone",
        facts,
        choices,
        f"http://127.0.0.1:{first_port}",
        members(first_port),
        demo=True,
    )


def door(
    facts: PageFacts, authenticate: Authenticate, *, anonymous: bool, origins: Sequence[str], hook: Hook | None = None
) -> ASGIApp:
    routes = [
        *graphql_routes(
            schema,
            authenticate,
            SmallContext,
            introspection="everyone",
            anonymous=anonymous,
            before_execution=hook,
            allowed_origins=origins,
        ),
        *page_routes(lambda: facts, sdl=lambda: strawberry.Schema.as_str(schema)),
        *health_routes(lambda: READY),
    ]
    return application(routes, list(origins))
