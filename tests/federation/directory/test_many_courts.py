"""What keeps a directory of thousands of courts cheap, and what it must not skip for that."""

import threading
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from db.clock import SetClock
from db.pool import Pool
from federation.directory import bundle, directory
from federation.directory.advance import advance
from federation.directory.directory import Directory
from federation.directory.held import Held
from federation.directory.signed import Signed
from federation.wire.errors import MalformedDirectory
from tests.federation.directory.crafted import changed, crafted
from tests.federation.zone import ISSUED, KAIHUA, SHEXIAN, Zone, key_entries

NOW = ISSUED + timedelta(hours=1)


@pytest.fixture
def zone() -> Zone:
    return Zone()


def test_an_unchanged_document_is_looked_at_when_its_court_becomes_active(zone: Zone) -> None:
    without_keys = zone.court(SHEXIAN, keys=[], state="SUSPENDED")
    others = [zone.court(code) for code in zone.keys if code != SHEXIAN]
    held = advance(None, bundle.parse(zone.signed(1, courts=[*others, without_keys])), zone.root)
    active = zone.signed(2, courts=[*others, msgspec.structs.replace(without_keys, state="ACTIVE")])

    with pytest.raises(MalformedDirectory) as refused:
        advance(held, bundle.parse(active), zone.root)

    assert refused.value.part == "keys"


def test_only_what_is_new_is_verified_while_the_same_decide(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    first = zone.signed(1)
    held = advance(None, bundle.parse(first), zone.root)
    news = changed(first, f"court/{KAIHUA}", zone.signers.voters([KAIHUA]), keys=key_entries(zone.keys[KAIHUA]))
    verified: list[str] = []
    real = Signed.is_signed_by

    def noting(document: Signed[Any], *given: Any) -> bool:
        verified.append(type(document.document).__name__)
        return real(document, *given)

    monkeypatch.setattr(Signed, "is_signed_by", noting)

    advance(held, bundle.parse(crafted(zone, first, 2, news, whole=False)), zone.root)

    assert set(verified) == {"FreshDocument", "CourtDocument"}
    assert verified.count("CourtDocument") == 2  # the new one, and the one before it: no version goes down


@pytest.mark.anyio
async def test_what_takes_long_is_checked_beside_the_event_loop(
    node_pool: Pool, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def noting(*given: Any, **named: Any) -> Held:
        threads.append(threading.get_ident())
        return advance(*given, **named)

    monkeypatch.setattr(directory, "advance", noting)
    monkeypatch.setattr(directory, "_MANY", 4)
    monkeypatch.setattr(directory, "_LARGE", 0)
    process = Directory(zone.root, SetClock(NOW))

    async with node_pool.acquire() as conn:
        await process.accept(conn, zone.signed(1), NOW)

    assert process.current().version == 1
    assert threads
    assert threading.get_ident() not in threads
