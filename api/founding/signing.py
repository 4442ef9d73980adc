"""The acts by which a zone begins, over one folder that the founders pass around (or share).

    zone.json            the plan, written by hand
    DIVISION.entry       each court: who it is, its public keys, signed by each of them          `enter`
    DIVISION.signatures  each court with a node: root, members, framework agreement              `sign`
    directory.offered    the gateway: everything of the above, its own document, fresh           `open`
    DIVISION.witness     two courts: that they saw this version                                  `witness`
    directory.signed     the gateway: the first directory, whole                                 `open`, again

Invariant: private keys stay where they are; what passes is public, and each step checks all that came before it.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from api.founding import entries, plan
from api.founding.entries import FoundingCourt
from api.founding.plan import FoundingRefused
from api.founding.table import Table
from api.membership.facts import Facts
from api.membership.own_keys import OwnKeys
from federation.directory import authority, bundle, signed
from federation.directory.signed import Signature, Signed
from federation.wire.signing import SigningKey

SUFFIX: Final = ".signatures"
_SIGNATURES: Final = msgspec.json.Decoder(dict[str, Signature])


def enter(folder: Path, court: str, facts: Facts, keys: OwnKeys, now: datetime) -> Path:
    """Write the court's entry.

    Raises:
        FoundingRefused: `plan`; `entry`: it would be none, of a code that is none for example.
    """
    planned, file = plan.read(folder), folder / (facts.division + entries.SUFFIX)
    raw = entries.made(planned, court, facts, keys, now)
    entries.read(raw, file.name, planned)
    file.write_bytes(raw)
    return file


def sign(at: Table, code: str, key: SigningKey) -> Path:
    """Write the court's signatures under root, members and framework agreement.

    Raises:
        FoundingRefused: `no entry`; `no vote`: a court without a node, or another key.
    """
    court = at.court(code)
    if not court.has_node or court.member.governance.id != key.id:
        raise FoundingRefused("no vote", code)
    made = {
        name: signed.signature(document, at.founding.bodies[name], code, key)
        for name, document in at.founding.documents.items()
    }
    file = at.file(court, SUFFIX)
    file.write_bytes(msgspec.json.encode(made))
    return file


def by_everybody(at: Table) -> dict[str, Signed[Any]]:
    """The documents with the signatures of every founding court that has a node.

    Raises:
        FoundingRefused: `signatures`.
    """
    given = [_signatures(at, court) for court in at.courts if court.has_node]
    return {
        name: bundle.read(signed.join(body, [each[name] for each in given]))
        for name, body in at.founding.bodies.items()
    }


def _signatures(at: Table, court: FoundingCourt) -> dict[str, Signature]:
    try:
        given = _SIGNATURES.decode(at.file(court, SUFFIX).read_bytes())
    except (OSError, msgspec.MsgspecError):
        raise FoundingRefused("signatures", court.code) from None
    voters = authority.of_root(at.founding.root)
    for name, body in at.founding.bodies.items():
        if name not in given or given[name].by != court.code:
            raise FoundingRefused("signatures", court.code)
        if voters.count(bundle.read(signed.join(body, [given[name]]))) != 1:
            raise FoundingRefused("signatures", court.code)
    return given
