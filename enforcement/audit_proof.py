"""Proving the audit trail: every event by its digest and the one before, and both logs of look-ups against it.

Invariant: one snapshot, nothing is written. A tail that was cut off is found by a head that was kept elsewhere.
"""

from dataclasses import dataclass, field
from typing import Final

from db import audit, audit_proof
from db.pool import Conn, Pool, snapshot
from db.records.audit import Head
from enforcement.rules.audit_chain import Broken, Fault, check

_PORTION: Final = 5000
_MOST_FAULTS: Final = 100


@dataclass(slots=True)
class Proof:
    """What was found: the head, the places that are broken (at most 100), rows of the logs on one side alone."""

    head: Head
    broken: list[Broken] = field(default_factory=list)
    lookups_astray: int = 0
    accesses_astray: int = 0

    @property
    def is_whole(self) -> bool:
        return not (self.broken or self.lookups_astray or self.accesses_astray)


async def prove(pool: Pool, known: Head | None = None) -> Proof:
    """Read the whole chain; `known` is a head that stood in it once."""
    async with snapshot(pool) as conn:
        proof = await _chain(conn, known)
        proof.lookups_astray = await audit_proof.lookups_astray(conn)
        proof.accesses_astray = await audit_proof.accesses_astray(conn)
    return proof


async def _chain(conn: Conn, known: Head | None) -> Proof:
    head, broken, is_known = Head(), list[Broken](), known is None
    while events := await audit.after(conn, head.seq, _PORTION):
        for found in check(head, events):
            if len(broken) < _MOST_FAULTS:
                broken.append(found)
        is_known = is_known or any(Head(event.seq, event.digest) == known for event in events)
        head = Head(events[-1].seq, events[-1].digest)
    if known is not None and not is_known:
        broken.append(Broken(known.seq, Fault.HEAD))
    return Proof(head, broken)
