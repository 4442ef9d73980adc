import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from federation.directory.document import KeyEntry, LiaisonEntry, OfficerEntry
from federation.directory.publish import TYPE, open_document, sign_document
from federation.wire import framing
from federation.wire.errors import BadSignature, MalformedDirectory
from federation.wire.signing import generate_signing, public_text
from tests.federation.zone import ISSUED, KAIHUA, SHEXIAN, Zone


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


def refused(zone: Zone, **changes: Any) -> str:
    with pytest.raises(MalformedDirectory) as error:
        zone.signed(**changes)
    return error.value.part


def resigned(zone: Zone, body: bytes) -> bytes:
    return framing.join(body, zone.root.sign(framing.join(TYPE, body)))


def test_a_document_round_trips(zone: Zone) -> None:
    document = zone.document(7)

    assert open_document(sign_document(document, zone.root), zone.root.public) == document


def test_another_roots_document_is_refused(zone: Zone) -> None:
    with pytest.raises(BadSignature):
        open_document(zone.signed(), generate_signing().public)


def test_each_flipped_byte_is_refused(zone: Zone) -> None:
    raw = zone.signed()

    for at in range(0, len(raw), 7):
        with pytest.raises((BadSignature, MalformedDirectory)):
            open_document(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :], zone.root.public)


@pytest.mark.parametrize("tail", [b"\0", b"\0\0\0\0"])
def test_truncated_or_prolonged_is_refused(zone: Zone, tail: bytes) -> None:
    for raw in (zone.signed() + tail, zone.signed()[: -len(tail)], b""):
        with pytest.raises(MalformedDirectory, match="framing"):
            open_document(raw, zone.root.public)


@pytest.mark.parametrize(
    "change",
    [
        {"note": "x"},
        {"format": "xiezhi/directory/2"},
        {"version": 0},
        {"version": "1"},
        {"issued_at": "2025-07-14T09:00:00"},
        {"courts": None},
    ],
)
def test_a_signed_body_of_another_format_is_refused(zone: Zone, change: dict[str, object]) -> None:
    body = json.dumps(json.loads(msgspec.json.encode(zone.document())) | change).encode()

    with pytest.raises(MalformedDirectory, match="format"):
        open_document(resigned(zone, body), zone.root.public)


def test_a_doubled_key_is_refused(zone: Zone) -> None:
    body = msgspec.json.encode(zone.document())

    with pytest.raises(MalformedDirectory, match="format"):
        open_document(resigned(zone, body[:-1] + b',"version":9}'), zone.root.public)


def test_officers_have_no_names(zone: Zone) -> None:
    body = json.loads(msgspec.json.encode(zone.document()))
    body["courts"][0]["officers"][0]["name"] = "x"

    with pytest.raises(MalformedDirectory, match="format"):
        open_document(resigned(zone, json.dumps(body).encode()), zone.root.public)


def test_a_document_that_contradicts_itself_is_not_signed(zone: Zone) -> None:
    court = zone.court(KAIHUA)
    officer = court.officers[0]
    signing, box = court.keys

    assert refused(zone, expires_at=ISSUED) == "expires_at"
    assert refused(zone, courts=[court, court], agreements=[]) == "courts"
    for keys in (
        [signing],
        [box],
        [signing, signing, box],
        [signing, box, msgspec.structs.replace(box, id="b-2")],
        [signing, msgspec.structs.replace(box, retired_at=ISSUED)],
        [signing, box, msgspec.structs.replace(signing, id="s-2", state="RETIRED")],
        [signing, box, KeyEntry(id="b-9", use="box", public="x", state="RETIRED", retired_at=ISSUED)],
    ):
        assert refused(zone, courts=[zone.court(KAIHUA, keys=keys)], agreements=[]) == "keys"
    for changes in (
        {"officers": [officer, officer]},
        {"liaison": [LiaisonEntry(officer="o-330824-99", hours="always")]},
    ):
        assert refused(zone, courts=[zone.court(KAIHUA, **changes)], agreements=[]) == "officers"
    assert refused(zone, courts=[court], agreements=[zone.agreement(KAIHUA, SHEXIAN)]) == "agreements"
    assert refused(zone, gateway=msgspec.structs.replace(zone.document().gateway, keys=[])) == "keys"


@pytest.mark.parametrize("state", ["SUSPENDED", "WITHDRAWING", "WITHDRAWN"])
def test_a_court_that_is_not_active_needs_no_key(zone: Zone, state: str) -> None:
    document = zone.document(courts=[zone.court(KAIHUA, state=state, keys=[])])

    assert open_document(sign_document(document, zone.root), zone.root.public).courts[0].keys == []


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8401", "ftp://x", "http://", "http://a b", "javascript:alert(1)", "http://x\n"]
)
def test_an_endpoint_is_an_http_address(zone: Zone, url: str) -> None:
    assert refused(zone, courts=[zone.court(KAIHUA, url=url)], agreements=[]) == "format"


def test_an_officer_id_is_no_name(zone: Zone) -> None:
    officers = [OfficerEntry(id="李四", roles=["HANDLER"])]

    assert refused(zone, courts=[zone.court(KAIHUA, officers=officers, liaison=[])], agreements=[]) == "format"


def test_retirement_carries_its_instant(zone: Zone) -> None:
    court = zone.court(KAIHUA)
    old = generate_signing("s-old")
    retired = KeyEntry(
        id=old.id, use="sign", public=public_text(old.public), state="RETIRED", retired_at=ISSUED - timedelta(days=1)
    )

    assert zone.signed(courts=[zone.court(KAIHUA, keys=[*court.keys, retired])], agreements=[])
