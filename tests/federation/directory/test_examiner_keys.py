"""The examiner's keys stand in the gateway's document: good for what it signs, and it is no court for it."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from federation.directory import bundle
from federation.directory.advance import advance
from federation.directory.document import KeyEntry
from federation.directory.view import DirectoryView
from federation.wire import keyfile
from federation.wire.errors import MalformedDirectory, UnknownCourt, UnknownKey
from federation.wire.header import EXAMINER, GATEWAY
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import public_text
from tests.federation.zone import ISSUED, KAIHUA, SHEXIAN, Zone, key_entries


def gateway(zone: Zone, examiner: list[KeyEntry]) -> Any:
    return msgspec.structs.replace(zone.document().gateway, examiner=examiner)


@pytest.fixture
def examiner() -> NodeKeys:
    return keyfile.generate(EXAMINER)


@pytest.fixture
def view(examiner: NodeKeys) -> DirectoryView:
    zone = Zone()
    return zone.view(gateway=gateway(zone, key_entries(examiner)))


def test_its_keys_are_found(view: DirectoryView, examiner: NodeKeys) -> None:
    signing, (box_id, box) = view.signing_key(EXAMINER, examiner.signing.id), view.box_key(EXAMINER)

    assert public_text(signing) == public_text(examiner.signing.public)
    assert (box_id, public_text(box)) == (examiner.box.id, public_text(examiner.box.public))
    assert view.gateway.examiner == key_entries(examiner)


def test_it_is_no_member(view: DirectoryView) -> None:
    assert [view.is_listed(code) for code in (KAIHUA, EXAMINER, GATEWAY, "浙0999")] == [True, False, False, False]
    assert not view.is_active(EXAMINER)
    assert EXAMINER not in {court.code for court in view.courts()}
    with pytest.raises(UnknownCourt):
        view.court(EXAMINER)


def test_without_keys_it_has_none() -> None:
    view = Zone().view()

    with pytest.raises(UnknownKey):
        view.box_key(EXAMINER)
    with pytest.raises(UnknownKey):
        view.signing_key(EXAMINER, "s-1")


def test_a_revoked_key_of_it_verifies_nothing(examiner: NodeKeys) -> None:
    zone, entries = Zone(), key_entries(examiner)
    entries[0] = msgspec.structs.replace(entries[0], state="REVOKED", retired_at=ISSUED - timedelta(days=1))
    view = zone.view(gateway=gateway(zone, entries))

    with pytest.raises(UnknownKey):
        view.signing_key(EXAMINER, examiner.signing.id)


def test_no_court_is_called_so() -> None:
    zone = Zone()
    zone.keys[EXAMINER] = keyfile.generate(EXAMINER)
    court = msgspec.structs.replace(zone.court(KAIHUA), code=EXAMINER, keys=key_entries(zone.keys[EXAMINER]))

    with pytest.raises(MalformedDirectory):
        zone.signed(courts=[zone.court(KAIHUA), zone.court(SHEXIAN), court], agreements=[])


def test_a_key_id_of_it_means_one_key(examiner: NodeKeys) -> None:
    zone, entries = Zone(), key_entries(examiner)
    other = key_entries(keyfile.generate(EXAMINER))[0]
    first = zone.signed(1, gateway=gateway(zone, entries))
    changed = [msgspec.structs.replace(other, id=entries[0].id), entries[1]]
    newer = zone.signed(2, gateway=gateway(zone, changed))
    held = advance(None, bundle.parse(first), zone.root)

    with pytest.raises(MalformedDirectory) as caught:
        advance(held, bundle.parse(newer), zone.root)

    assert caught.value.part == "keys"
