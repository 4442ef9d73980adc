"""The supergraph as it is published: its text, the contract's number, and the digest of the two's bytes.

Invariant: a supergraph in which a clear root reaches what is personal, or a derived field follows from what is not
merged, is not published: the program does not start.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import strawberry

from federation.ask.content import CONTRACT
from federation.graph import contract, derive, reach
from federation.graph.contract import Contract
from schema.gateway.statistics_formulas import FORMULAS

IDENTIFIERS: Final = frozenset({"ResidentId", "CreditCode", "CaseNumber"})
"""The scalars that name a person or a case: no clear root leads to one outside of a public type."""


@dataclass(frozen=True, slots=True)
class Published:
    """`digest` is the SHA-256, in hexadecimal digits, of the text's UTF-8 bytes."""

    sdl: str
    number: int
    digest: str
    contract: Contract


@lru_cache(maxsize=4)
def published(schema: strawberry.Schema) -> Published:
    """What `schema` publishes.

    Raises:
        BadContract: it contradicts itself, or a formula is of no derived field of it.
        PersonalInClear: a clear root reaches what is personal.
    """
    sdl = schema.as_str()
    stated = contract.read(sdl)
    reach.check_gateway(stated, IDENTIFIERS)
    derive.check(stated, FORMULAS)
    return Published(sdl, CONTRACT, hashlib.sha256(sdl.encode()).hexdigest(), stated)
