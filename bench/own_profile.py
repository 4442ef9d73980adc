"""A node's CPU for a look-up at its own court alone, of twenty assets with ten fields each, over set L.

The node, the floor and stock strawberry take turns over the same database and the same statements.
"""

import json
from contextlib import ExitStack
from typing import Final

import msgspec

from bench import children, closed_loop, report, set_l, wide_debtor
from bench.closed_loop import Request, Run
from bench.floor_profile import Config
from bench.profile_statements import Asked
from bench.setting import WARM_UP_S, Setting
from bench.zone_l import LZone

COURT: Final = "浙0824"
CLIENTS: Final = 2
_ROLES: Final = ("floor", "stock")
_NAMES: Final = ("sourceCourt", "kind", "identity", "division", "measure", "status", "rank", "effectiveAt")
_FIELDS: Final = " ".join((*_NAMES, "expiresOn", "amount"))
_SELECTION: Final = f"""
    ... on DebtorProfile {{ assetsUnderControl {{ {_FIELDS} }} coverage {{ inScope answered complete }} }}
    ... on Problem {{ code message }}
"""
DOCUMENT: Final = f"""
query ($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $sections: [ProfileSection!]!, $scope: Scope!) {{
  debtorProfile(identity: $identity, basis: $basis, sections: $sections, scope: $scope) {{ {_SELECTION} }}
}}
"""
_STOCK_DOCUMENT: Final = f"""
query ($identity: IdentityInput!, $basis: BasisInput!, $sections: [String!]!, $scope: ScopeInput!) {{
  debtorProfile(identity: $identity, basis: $basis, sections: $sections, scope: $scope) {{ {_SELECTION} }}
}}
"""


async def measure(zone: LZone, setting: Setting) -> str:
    """The table."""
    subject = await wide_debtor.add(zone, COURT)
    asked = Asked(COURT, subject.officer, subject.case_number, subject.identifier)
    runs: dict[str, list[Run]] = {"node": [], **{role: [] for role in _ROLES}}
    with ExitStack() as stack:
        requests = {"node": _request(zone, asked)}
        roots = {"node": [zone.node_pid(COURT)]}
        for role in _ROLES:
            requests[role], pid = _start(stack, zone, asked, role, requests["node"])
            roots[role] = [pid]
        setting.say("own-court profile: node, floor, stock strawberry ...")
        for seconds in (WARM_UP_S, *(setting.seconds for _ in range(setting.rounds))):
            for name, request in requests.items():
                zone.next_hour()
                run = await _load(request, seconds, {name: roots[name]})
                runs[name].append(run)
    return _told({name: of_it[1:] for name, of_it in runs.items()}, setting)


async def _load(request: Request, seconds: float, roots: closed_loop.Roots) -> Run:
    return await closed_loop.run(lambda _: request, clients=CLIENTS, seconds=seconds, roots=roots)


def _request(zone: LZone, asked: Asked) -> Request:
    variables = {
        "identity": {"residentId": asked.identifier},
        "basis": {"caseNumber": asked.case_number, "purpose": "PROPERTY_INVESTIGATION"},
        "sections": ["ASSETS_UNDER_CONTROL"],
        "scope": {"courts": [asked.court]},
    }
    token = zone.token(zone.url(asked.court), set_l.DIVISIONS[asked.court], asked.officer)
    return Request(
        url=zone.url(asked.court) + "/graphql",
        body=json.dumps({"query": DOCUMENT, "variables": variables}, ensure_ascii=False).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        expected=b'"sourceCourt"',
    )


def _start(stack: ExitStack, zone: LZone, asked: Asked, role: str, like: Request) -> tuple[Request, int]:
    """Start the floor or the stock program; the request to it, and its process id."""
    folder, division = zone.zone.folder, set_l.DIVISIONS[asked.court]
    listener = stack.enter_context(children.listening())
    config = Config(
        descriptor=listener.fileno(),
        dsn=zone.zone.server.dsn(f"node_{division}"),
        key_file=str(folder / f"{division}.keys"),
        clock_file=str(folder / "clock"),
        asked=asked,
    )
    file = folder / f"{role}.json"
    file.write_bytes(msgspec.json.encode(config))
    command = children.module("bench.floor_profile", role, str(file))
    child = stack.enter_context(children.started(command, folder / "logs" / f"{role}.log", sockets=[listener]))
    told = {**json.loads(like.body), "query": _STOCK_DOCUMENT}
    headers = {"Content-Type": "application/json"}
    return Request(children.url_of(listener) + "/", json.dumps(told).encode(), headers, like.expected), child.pid


def _told(runs: dict[str, list[Run]], setting: Setting) -> str:
    cpu = {name: [run.cpu_ms for run in of_it] for name, of_it in runs.items()}
    over_floor = [ours / floor for ours, floor in zip(cpu["node"], cpu["floor"], strict=True)]
    under_stock = [stock / ours for ours, stock in zip(cpu["node"], cpu["stock"], strict=True)]
    rows = [
        ("node: CPU per look-up, ms", report.spread(cpu["node"])),
        ("floor: CPU per look-up, ms", report.spread(cpu["floor"])),
        ("stock strawberry: CPU per look-up, ms", report.spread(cpu["stock"])),
        ("node over floor (aim: at most 2)", report.spread(over_floor)),
        ("stock strawberry over node (aim: at least 4)", report.spread(under_stock)),
        ("bytes of an answer: node, floor, stock", ", ".join(str(of_it[0].answer_bytes) for of_it in runs.values())),
    ]
    note = f"{setting.rounds_told} {CLIENTS} clients. CPU is the program's own, without PostgreSQL's."
    head = f"## Own-court profile, {wide_debtor.ASSETS} assets of ten fields"
    return f"{head}\n\n{report.table(('what', 'value'), rows)}\n\n{note}"
