"""What is made to hurt: documents that explode, HTTP that is none, bodies without an end, heads that never come.

Each must be refused as the sender's fault, in time, and must leave the node answering. Invariant: a 5xx is a failure,
and so is silence.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from api.conform.checks import Check, Seen
from api.conform.kit import ANSWER_S, ASKS, CLEAR, GRAPHQL, MESSAGES, Kit, NoAnswer
from api.conform.raw_http import CLOSED, exchange

_HEAD_S: Final = 20.0
_BODY_S: Final = 45.0
"""Within which a half-open request must end; the defaults of our own node are 10 and 30."""
_CLIENTS: Final = "4XX"
_TASKS: Final = "{ delegatedTasks(first: 100) { ... on DelegatedTaskConnection { edges { node { %s } } } } }"


def _many(text: str, count: int) -> str:
    """`text` again and again; a star in it is the number."""
    return " ".join(text.replace("*", str(number)) for number in range(count))


def _document(query: str, variables: Mapping[str, Any] = MappingProxyType({})) -> bytes:
    return json.dumps({"query": query, "variables": dict(variables)}).encode()


BOMBS: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "DEEP": _document(_TASKS % ("followUpOf { " * 2_000 + "id" + " }" * 2_000)),
        "WIDE": _document("{ " + "courtCode " * 9_000 + "}"),
        "ALIASES": _document("{ " + _many("a*: courtCode", 2_000) + " }"),
        "CYCLE": _document(
            _TASKS % "...A" + " fragment A on DelegatedTask { ...B } fragment B on DelegatedTask { ...A }"
        ),
        "DOUBLING": _document(
            _TASKS % "...F0"
            + " ".join(
                f"fragment F{n} on DelegatedTask {{ a: followUpOf {{ ...F{n + 1} }} b: followUpOf {{ ...F{n + 1} }} }}"
                for n in range(40)
            )
            + " fragment F40 on DelegatedTask { id }"
        ),
        "DIRECTIVES": _document("{ courtCode " + "@include(if: true) " * 3_000 + "}"),
        "NESTED_LISTS": _document("{ lookupLog(first: " + "[" * 15_000 + "]" * 15_000 + ") { __typename } }"),
        "ONE_NAME": _document("{ " + "x" * 60_000 + " }"),
        "VARIABLES": _document("query ($x: Int) { __typename }", {"x": "9" * 200_000}),
        "DEEP_JSON": b'{"query":"{ __typename }","variables":' + b'{"a":' * 30_000 + b"1" + b"}" * 30_000 + b"}",
        "NO_JSON": b'{"query":',
        "NO_TEXT": b'{"query":"\xff\xfe"}',
        "NO_OBJECT": b"[" * 20_000,
        "NUL": b'{"query":"{ __typename }\\u0000"}',
    }
)
"""Bodies of requests at the officers' door."""


async def bombs(kit: Kit, seen: Seen) -> None:
    """Each is refused as the client's fault, and nothing of it is executed."""
    for name, body in BOMBS.items():
        found = await _posted(kit, body)
        if found != _CLIENTS:
            seen.expect(f"{name}-{found}", f"{name}-{_CLIENTS}")


async def _posted(kit: Kit, body: bytes) -> str:
    """The class of the status, such as `4XX`; or that nothing came in time."""
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    if kit.token is not None:
        headers["Authorization"] = "Bearer " + kit.token
    timeout = aiohttp.ClientTimeout(total=ANSWER_S)
    try:
        async with kit.session.post(
            kit.examined.url + GRAPHQL, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            return f"{response.status // 100}XX"
    except (aiohttp.ServerDisconnectedError, ConnectionError, aiohttp.ClientOSError):
        return _CLIENTS if await _is_there(kit) else "NO_ANSWER"  # it read no further, which is as good
    except (TimeoutError, aiohttp.ClientError):
        return "NO_ANSWER"


async def _is_there(kit: Kit) -> bool:
    try:
        return (await kit.ask(b"rubbish")).said == "400-MALFORMED"
    except NoAnswer:
        return False


def _head(kit: Kit, path: str, *lines: str, method: str = "POST") -> bytes:
    host = urlsplit(kit.examined.url).netloc
    return "\r\n".join((f"{method} {path} HTTP/1.1", f"Host: {host}", *lines, "", "")).encode()


def _malformed(kit: Kit) -> Mapping[str, bytes]:
    """What is no HTTP, or says two things at once."""
    json_type = "Content-Type: application/json"
    return {
        "NO_HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
        "UNKNOWN_VERSION": b"GET / HTTP/9.9\r\n\r\n",
        "BAD_HEADER": _head(kit, GRAPHQL, "no colon here"),
        "LONG_HEAD": _head(kit, GRAPHQL, "X-Long: " + "x" * 100_000),
        "NEGATIVE_LENGTH": _head(kit, GRAPHQL, json_type, "Content-Length: -1"),
        "TWO_LENGTHS": _head(kit, GRAPHQL, json_type, "Content-Length: 2", "Content-Length: 3") + b"{}",
        "BAD_CHUNK": _head(kit, GRAPHQL, json_type, "Transfer-Encoding: chunked") + b"zz\r\n{}\r\n",
    }


async def malformed_http(kit: Kit, seen: Seen) -> None:
    """It is refused as the client's fault, or its connection is closed."""
    for name, sent in _malformed(kit).items():
        _expect_over(seen, name, await exchange(kit.examined.url, sent, wait_s=ANSWER_S, tls=kit.tls))


async def bodies(kit: Kit, seen: Seen) -> None:
    """A body beyond its limit is refused while it comes: nobody waits for the rest."""
    for path in (ASKS, MESSAGES, CLEAR, GRAPHQL):
        head = _head(kit, path, "Content-Type: application/json", "Content-Length: 1000000000")
        found = await exchange(kit.examined.url, head + bytes(600_000), wait_s=ANSWER_S, tls=kit.tls)
        _expect_over(seen, path.rpartition("/")[2].upper(), found)


async def slow_head(kit: Kit, seen: Seen) -> None:
    """A head that begins and does not end."""
    sent = _head(kit, GRAPHQL)[:-2] + b"X-Slow: "
    _expect_over(seen, "HEAD", await exchange(kit.examined.url, sent, wait_s=_HEAD_S, tls=kit.tls))


async def slow_body(kit: Kit, seen: Seen) -> None:
    """A body that begins and does not end."""
    sent = _head(kit, ASKS, "Content-Length: 1000") + b"x"
    _expect_over(seen, "BODY", await exchange(kit.examined.url, sent, wait_s=_BODY_S, tls=kit.tls))


def _expect_over(seen: Seen, name: str, found: str) -> None:
    """The request ended, by a refusal or by the end of its connection."""
    if found != CLOSED and not found.startswith("4"):
        seen.expect(f"{name}-{found}", f"{name}-{_CLIENTS}")


LIMIT_CHECKS: Final = (
    Check("LIMITS_DOCUMENTS", "恶意文档被判为请求方错误", "documents that explode are the client's fault", bombs,
          limit_s=len(BOMBS) * ANSWER_S),
    Check("LIMITS_HTTP", "不合规的 HTTP 被判为请求方错误", "what is no HTTP is the client's fault", malformed_http,
          limit_s=8 * ANSWER_S),
    Check("LIMITS_BODIES", "超长的请求体及时拒收", "bodies beyond their limit are refused while they come", bodies,
          limit_s=5 * ANSWER_S),
    Check("LIMITS_SLOW_HEAD", "迟迟不完整的请求头被关闭", "a head that does not end is ended", slow_head,
          limit_s=_HEAD_S + ANSWER_S, waits=True),
    Check("LIMITS_SLOW_BODY", "迟迟不完整的请求体被关闭", "a body that does not end is ended", slow_body,
          limit_s=_BODY_S + ANSWER_S, waits=True),
)  # fmt: skip
