"""The node's schema as its door publishes it, held against the zone's contract; every contradiction by its exact path.

What graphql-core calls breaking or dangerous is noted: a contradiction alone is a failure.
"""

import asyncio
import re
from collections.abc import Iterable
from functools import partial
from typing import Final

import aiohttp
from graphql import GraphQLSchema

from api.conform import report
from api.conform.checks import Check, Seen
from api.conform.kit import ANSWER_S, SCHEMA, Kit, NoAnswer
from api.conform.report import Finding
from federation.ask.content import CONTRACT
from federation.graph.compose import MAX_CHARACTERS, Change, Composition, UnreadableSchema, compose
from federation.graph.contract import Contract
from schema.snapshots import contract_of

_CHUNK: Final = 64 * 1024
_MOST_BYTES: Final = 4 * MAX_CHARACTERS
_OK: Final = 200
_PLACE: Final = re.compile(r"([A-Za-z_]\w{0,80})(?:\.[A-Za-z_]\w{0,80})?", re.ASCII)


async def fetched(kit: Kit) -> str:
    """The text at the node's door. Raises NoAnswer: there is none, it is too long, or no text."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_S)
    body = bytearray()
    try:
        async with kit.session.get(kit.examined.url + SCHEMA, timeout=timeout, allow_redirects=False) as response:
            async for chunk in response.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise NoAnswer
            if response.status != _OK:
                raise NoAnswer
            return body.decode()
    except (TimeoutError, aiohttp.ClientError, OSError, UnicodeDecodeError):
        raise NoAnswer from None


async def published(kit: Kit, seen: Seen) -> None:
    """A schema is published, and can be read."""
    try:
        await _composed(kit)
    except UnreadableSchema as error:
        seen.expect(report.words("UNREADABLE", error.part), "SCHEMA")


async def served(kit: Kit, seen: Seen) -> None:
    """Every federated field is served as the contract says; what changed beside that is noted."""
    try:
        found = await _composed(kit)
    except UnreadableSchema as error:
        seen.expect(report.words("UNREADABLE", error.part), "SCHEMA")
        return
    for differences in found.fields.values():
        for each in differences:
            seen.expect(each.kind.value, "AS_IN_CONTRACT", path=each.path)
    seen.notes += _changes((*found.breaking, *found.dangerous), _contract().schema)


def _contract() -> Contract:
    stated = contract_of(CONTRACT)
    assert stated is not None  # this release committed it
    return stated


async def _composed(kit: Kit) -> Composition:
    """Beside the loop, because a large schema takes a while. Raises NoAnswer, UnreadableSchema."""
    return await asyncio.to_thread(partial(compose, _contract(), await fetched(kit)))


def _changes(changes: Iterable[Change], stated: GraphQLSchema) -> list[Finding]:
    """By kind, with the place where the description begins with one of our contract: names of the node's stay there."""
    return [
        Finding(expected="AS_IN_CONTRACT", found=report.words(change.kind), path=_place(change.description, stated))
        for change in changes
    ]


def _place(description: str, stated: GraphQLSchema) -> str:
    for match in _PLACE.finditer(description):
        type_name, _, field = match.group().partition(".")
        kind = stated.get_type(type_name)
        if kind is not None:
            return match.group() if field in getattr(kind, "fields", {}) else type_name
    return ""


CONTRACT_CHECKS: Final = (
    Check("SCHEMA", "公布可读的接口定义", "a readable schema is published", published),
    Check("CONTRACT", "按接口契约提供全部联邦字段", "every federated field is served by the contract", served),
)
