"""Whether the data in a court's database were encrypted under the keys that its program holds."""

from cryptography.exceptions import InvalidTag

from db import parties
from db.at_rest import AtRest
from db.pool import Conn


async def is_own(at_rest: AtRest, conn: Conn) -> bool:
    """Whether a party's number opens, and is found under its keyed hash; true when there is no party yet."""
    party = await parties.any_one(conn)
    if party is None:
        return True
    try:
        number = parties.identifier(at_rest, party)
    except InvalidTag:
        return False
    return parties.identifier_key(at_rest, party.identifier_kind, number) == party.identifier_key
