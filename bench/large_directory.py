"""A directory of as many courts as the country has, signed by everybody who has to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, product
from typing import Final

import msgspec

from api.demo import directory as demo_directory
from api.demo.zone import REFERENCE, Addresses
from bench import set_l
from federation.directory import bundle, next_version, publish, signed
from federation.directory.advance import advance
from federation.directory.document import CourtEntry, CourtState, KeyEntry
from federation.directory.documents import CourtDocument, court_name
from federation.directory.held import Held
from federation.directory.publish import CourtSigner, DirectoryContent, ZoneSigners, public_entry
from federation.directory.signed import Signature
from federation.wire import gateway_keyfile, keyfile
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import generate_signing, public_text

COURTS: Final = 3_500
"""About as many as China has."""
_LIFETIME: Final = timedelta(hours=24)
_PROVINCES: Final = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新"
_NUMBERS: Final = range(5_000, 10_000)  # the fixtures' courts have lower ones


@dataclass(frozen=True, slots=True)
class Large:
    """What its version 1 says, and every key that signs."""

    content: DirectoryContent = field(repr=False)
    keys: Mapping[str, NodeKeys] = field(repr=False)
    signers: ZoneSigners = field(repr=False)

    def first(self) -> bytes:
        """The whole bundle of version 1."""
        return publish.publish(self.content, self.signers)

    def next(self, held: Held, court: str, now: datetime) -> next_version.Offer:
        """The version in which that court, and no other, has changed its officers' terms."""
        changed = self.change_of(held, court, now)
        return self._offer(held, [changed], now)

    def change_of(self, held: Held, court: str, now: datetime) -> signed.Signed[CourtDocument]:
        """That court's next document, signed by it."""
        before: CourtDocument = held.documents[court_name(court)].document
        ends = msgspec.structs.replace(before.officers[0], valid_until=(now + timedelta(days=before.version)).date())
        document = msgspec.structs.replace(before, version=before.version + 1, officers=[ends, *before.officers[1:]])
        return bundle.read_as(signed.write(document, self.signers.voters([court])), CourtDocument)

    def reissued(self, held: Held, now: datetime) -> next_version.Offer:
        """The same version, issued anew."""
        return self._offer(held, [], now)

    def witnessed(self, made: next_version.Offer) -> bytes:
        """The offered bundle with as many witnesses' signatures as it needs."""
        fresh = made.held.fresh
        witnesses: list[Signature] = [
            signed.signature(fresh.document, fresh.body, code, key)
            for code, key in islice(self.signers.witnesses(self.content.courts), 2)
        ]
        return made.completed(witnesses)

    def _offer(self, held: Held, documents: list[signed.Signed[CourtDocument]], now: datetime) -> next_version.Offer:
        return next_version.offer(
            held,
            documents,
            pinned=held.roots[0].fingerprint,
            key=self.signers.gateway,
            now=now,
            lifetime=_LIFETIME,
        )


def make(courts: int) -> Large:
    """So many active courts, eight of them the demo's."""
    keys = {code: keyfile.generate(code) for code in set_l.COURTS}
    gateway, governance = gateway_keyfile.generate(), demo_directory.generate()
    own = demo_directory.content(Addresses(1), keys, gateway, REFERENCE)
    signers = demo_directory.signers(keys, gateway, governance)
    return among(own, keys, signers, courts - len(keys), "ACTIVE")


def among(
    content: DirectoryContent, keys: Mapping[str, NodeKeys], signers: ZoneSigners, others: int, state: CourtState
) -> Large:
    """The same directory with so many further courts, all in that state."""
    pattern = content.courts[0]
    new = {code: keyfile.generate(code) for code in islice(_codes(), others)}
    entries = [_court(pattern, number, own, state) for number, own in enumerate(new.values())]
    further = {
        code: CourtSigner(public_entry(generate_signing()), generate_signing(), own.signing)
        for code, own in new.items()
    }
    return Large(
        msgspec.structs.replace(content, courts=[*content.courts, *entries]),
        {**keys, **new},
        ZoneSigners(signers.gateway, {**signers.courts, **further}),
    )


def _codes() -> Iterator[str]:
    return (f"{province}{number}" for number, province in product(_NUMBERS, _PROVINCES))


def _court(pattern: CourtEntry, number: int, keys: NodeKeys, state: CourtState) -> CourtEntry:
    """A court like `pattern`, with as many officers."""
    return msgspec.structs.replace(
        pattern,
        code=keys.court,
        division=f"{100_000 + number}",
        state=state,
        url=f"https://node{number}.court.example",
        issuer=f"https://id{number}.court.example",
        keys=[
            KeyEntry(id=keys.signing.id, use="sign", public=public_text(keys.signing.public)),
            KeyEntry(id=keys.box.id, use="box", public=public_text(keys.box.public)),
        ],
    )


def held_after(raw: bytes) -> Held:
    """What is held after that whole bundle of version 1."""
    offered = bundle.parse(raw)
    return advance(None, offered, offered.roots[0].fingerprint)
