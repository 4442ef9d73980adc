"""A member's schema, held against the contract (组合检查), before it is announced; for the gateway's admins."""

import asyncio

from enforcement.desk import access
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Caller
from federation.graph.compose import Composition, UnreadableSchema, compose
from federation.graph.contract import Contract


async def check(caller: Caller | None, contract: Contract, sdl: str) -> Composition:
    """What of `contract` the schema in `sdl` serves; beside the loop, because a large one takes a while.

    Raises:
        NotSignedIn, Forbidden: for gateway admins.
        Malformed: SCHEMA, with the part SIZE or FORM.
    """
    access.check_composes(caller)
    try:
        return await asyncio.to_thread(compose, contract, sdl)
    except UnreadableSchema as error:
        raise Malformed("SCHEMA", error.part) from None
