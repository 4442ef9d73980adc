"""Asks courts' nodes to witness a version: as many at once as may be needed, until there are enough.

Invariant: a signature counts only after it was verified by the key that the offered version itself lists; what a node
says besides is not read.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import anyio
import msgspec

from federation.delivery.post import Post, Reply, Unreachable, code_of
from federation.directory import authority, signed
from federation.directory.documents import CourtDocument, FreshDocument, court_name
from federation.directory.next_version import Offer
from federation.directory.signed import Signature
from federation.directory.witnessing import PATH
from federation.rules import quorum

log: Final = logging.getLogger("federation.directory")

_OK: Final = 200
_SPARE: Final = 2  # so many more are asked at once than are needed
_TIMEOUT_S: Final = 3.0
_MOST_ASKED: Final = 64
_SIGNATURE: Final = msgspec.json.Decoder(Signature)


async def witnesses(made: Offer, post: Post) -> tuple[Signature, ...] | None:
    """Signatures of as many courts as must have seen it; None when too few gave one."""
    needed = quorum.witnesses(len(made.held.root.voters))
    found: dict[str, Signature] = {}
    waiting = _nodes(made)

    async with anyio.create_task_group() as group:

        async def ask() -> None:
            for code, url in waiting:
                signature = await _ask(made, post, code, url)
                if signature is not None:
                    found[code] = signature
                if len(found) >= needed:
                    group.cancel_scope.cancel()

        if needed:
            for _ in range(needed + _SPARE):
                group.start_soon(ask)
    return tuple(found.values())[:needed] if len(found) >= needed else None


def _nodes(made: Offer) -> Iterator[tuple[str, str]]:
    """The voters' nodes, whom first changes with every issue."""
    voters = [voter.court for voter in made.held.root.voters]
    first = int(made.held.fresh.document.issued_at.timestamp()) % max(len(voters), 1)
    for code in [*voters[first:], *voters[:first]][:_MOST_ASKED]:
        document: CourtDocument = made.held.documents[court_name(code)].document
        if document.url is not None:
            yield code, document.url.rstrip("/")


async def _ask(made: Offer, post: Post, code: str, url: str) -> Signature | None:
    try:
        reply = await post(url + PATH, made.raw, timeout_s=_TIMEOUT_S)
    except Unreachable:
        return None
    if reply.status != _OK:
        log.info("court does not witness", extra={"court": code, "code": code_of(reply)})
        return None
    return _verified(made, code, reply)


def _verified(made: Offer, code: str, reply: Reply) -> Signature | None:
    """The signature in a reply, if it is that court's under this very version."""
    try:
        said = _SIGNATURE.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    fresh = made.held.fresh
    signed_by_it = signed.read(signed.join(fresh.body, [*fresh.signatures, said]), FreshDocument)
    with_it = replace(made.held, fresh=signed_by_it)
    is_its_own = said.by == code and authority.of_witnesses(with_it).count(signed_by_it) == 1
    return said if is_its_own else None
