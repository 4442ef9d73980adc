"""A node's GraphQL door on the programs' own server, without a court behind it, for requests that are never executed.

`python -m bench.bombs_server PORT`. GET `/process` says the CPU time, in seconds, and the memory, in bytes, of this
process so far. Whoever sends a token is a handler.
"""

import os
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvloop
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import logs, transport
from api.application import application
from api.graphql.over_http import graphql_routes
from api.settings import ServerSettings
from bench import children, process_facts
from enforcement.rules.rights import Caller, Role
from schema.node.schema import SCHEMA

_OFFICER = Caller("o-330824-01", "浙0824", frozenset({Role.HANDLER}))


@dataclass(slots=True)
class _Context:
    caller: Caller | None
    language: str
    request_id: str
    extensions: dict[str, Any] = field(default_factory=dict)


async def _authenticate(header: str | None) -> Caller | None:
    return None if header is None else _OFFICER


async def _process(_: Request) -> Response:
    held = process_facts.memory([os.getpid()]).rss_bytes
    return Response(orjson.dumps({"cpu_s": time.process_time(), "rss_bytes": held}))


def main() -> None:
    """Serve until whoever started it is gone."""
    children.end_with_parent()
    logs.configure("bombs", level="error")
    routes = [Route("/process", _process), *graphql_routes(SCHEMA, _authenticate, _Context)]
    uvloop.run(transport.server(application(routes, []), ServerSettings(port=int(sys.argv[1]))).serve())


if __name__ == "__main__":
    main()
