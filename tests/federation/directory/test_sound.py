"""What a single document is refused for: of which part is said."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from federation.directory import bundle, signed
from federation.directory.document import KeyEntry, LiaisonEntry, OfficerEntry
from federation.directory.documents import CourtDocument, MembersDocument, RootDocument, SuspensionEntry
from federation.directory.publish import agreement_of, court_of, gateway_of, members_of
from federation.wire import framing
from federation.wire.errors import MalformedDirectory
from federation.wire.signing import generate_signing, public_text
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, SHEXIAN, Zone


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


def refused(document: msgspec.Struct) -> str:
    """The part of a document that `bundle.read` refuses."""
    with pytest.raises(MalformedDirectory) as error:
        bundle.read(signed.write(document))
    return error.value.part


def court(zone: Zone, **changes: Any) -> CourtDocument:
    return court_of(zone.court(KAIHUA, **changes))


def test_every_kind_is_read_by_the_format_it_gives_itself(zone: Zone) -> None:
    """Written, read, the same again."""
    content = zone.document()
    for document in (
        zone.founding.document,
        members_of(content, zone.signers),
        gateway_of(content),
        court(zone),
    ):
        assert bundle.read(signed.write(document)).document == document


def test_a_body_of_no_known_format_is_refused(zone: Zone) -> None:
    """Fields that the format does not know, other types, doubled keys, officers' names."""
    plain = json.loads(msgspec.json.encode(court(zone)))
    for change in ({"note": "x"}, {"format": "xiezhi/court/2"}, {"version": 0}, {"version": "1"}, {"keys": None}):
        with pytest.raises(MalformedDirectory, match="format"):
            bundle.read(framing.join(json.dumps(plain | change).encode(), b"[]"))
    named = plain | {"officers": [{**plain["officers"][0], "name": "x"}]}
    doubled = msgspec.json.encode(court(zone))[:-1] + b',"version":9}'
    for body in (json.dumps(named).encode(), doubled):
        with pytest.raises(MalformedDirectory, match="format"):
            bundle.read(framing.join(body, b"[]"))


def test_keys_that_contradict_each_other_are_refused(zone: Zone) -> None:
    """An id twice, two active keys for boxes, a retirement without its instant, no key at all."""
    signing, box = zone.court(KAIHUA).keys
    for keys in (
        [signing, signing, box],
        [signing, box, msgspec.structs.replace(box, id="b-2")],
        [signing, msgspec.structs.replace(box, retired_at=ISSUED)],
        [signing, box, msgspec.structs.replace(signing, id="s-2", state="RETIRED")],
        [signing, box, KeyEntry(id="b-9", use="box", public="x", state="RETIRED", retired_at=ISSUED)],
    ):
        assert refused(court(zone, keys=keys)) == "keys"
    assert refused(court(zone, url=None)) == "keys"


def test_officers_that_contradict_each_other_are_refused(zone: Zone) -> None:
    """An id twice, and somebody to call who is no officer."""
    officer = zone.court(KAIHUA).officers[0]

    assert refused(court(zone, officers=[officer, officer])) == "officers"
    assert refused(court(zone, liaison=[LiaisonEntry(officer="o-330824-99", hours="always")])) == "officers"
    assert refused(court(zone, officers=[OfficerEntry(id="李四", roles=["HANDLER"])], liaison=[])) == "format"


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8401", "ftp://x", "http://", "http://a b", "javascript:alert(1)", "http://x\n"]
)
def test_an_endpoint_is_an_http_address(zone: Zone, url: str) -> None:
    assert refused(court(zone, url=url)) == "format"


def test_retirement_carries_its_instant(zone: Zone) -> None:
    """A sound one, of a key that signed until yesterday."""
    old = generate_signing("s-old")
    retired = KeyEntry(
        id=old.id, use="sign", public=public_text(old.public), state="RETIRED", retired_at=ISSUED - timedelta(days=1)
    )
    keys = [*zone.court(KAIHUA).keys, retired]

    assert bundle.read(signed.write(court(zone, keys=keys))).document.keys == keys


def test_a_root_counts_every_voter_once(zone: Zone) -> None:
    """A court twice, a key twice, nobody, another threshold than the rule's, a gateway that cannot sign."""
    root: RootDocument = zone.founding.document
    first, second, _ = root.voters
    for voters in (
        [*root.voters, first],
        [first, msgspec.structs.replace(second, key=first.key)],
        [],
    ):
        assert refused(msgspec.structs.replace(root, voters=voters)) == "voters"
    for threshold in (1, 2, 4):
        assert refused(msgspec.structs.replace(root, threshold=threshold)) == "threshold"
    assert refused(msgspec.structs.replace(root, gateway_keys=[])) == "keys"


def test_a_member_is_listed_once_and_keeps_its_keys_apart(zone: Zone) -> None:
    """A court twice, one governance key for two courts, an identity key that governs."""
    members: MembersDocument = members_of(zone.document(), zone.signers)
    first, second, third = members.members

    def changed(*entries: Any) -> str:
        return refused(msgspec.structs.replace(members, members=list(entries)))

    assert changed(first, second, third, first) == "courts"
    assert changed(first, msgspec.structs.replace(second, governance=first.governance), third) == "keys"
    assert changed(first, msgspec.structs.replace(second, identity=first.governance), third) == "keys"


def test_the_gateway_suspends_a_court_once(zone: Zone) -> None:
    once = SuspensionEntry(court=SHEXIAN, at=ISSUED, ground="COMPROMISED")

    assert refused(gateway_of(zone.document(suspensions=[once, once]))) == "suspensions"


@pytest.mark.parametrize("pair", [(KAIHUA, None), (None, KAIHUA), (KAIHUA, KAIHUA)])
def test_an_agreement_has_two_parties_or_all(zone: Zone, pair: tuple[str | None, str | None]) -> None:
    assert refused(agreement_of(zone.agreement(*pair))) == "agreements"
    assert bundle.read(signed.write(agreement_of(zone.agreement(KAIHUA, CHANGSHAN)))).document.asked == CHANGSHAN


@pytest.mark.parametrize("tail", [b"\0", b"\0\0\0\0"])
def test_truncated_or_prolonged_is_refused(zone: Zone, tail: bytes) -> None:
    raw = zone.signed()

    for changed in (raw[: -len(tail)], b"", raw[:3]):
        with pytest.raises(MalformedDirectory, match="framing"):
            bundle.parse(changed)
    with pytest.raises(MalformedDirectory, match="framing"):
        bundle.parse(raw + tail)
