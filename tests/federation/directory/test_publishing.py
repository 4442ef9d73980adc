"""From an act to a version that everybody accepts; what happens when witnesses are silent, lie, or know better."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import anyio
import msgspec
import pytest

from db.clock import SetClock
from federation.directory import publishing
from federation.directory.documents import VoterEntry
from federation.directory.publish import public_entry
from federation.directory.publishing import ISSUED_EVERY
from federation.wire.errors import MalformedDirectory
from federation.wire.signing import generate_signing
from tests.federation.directory.crafted import changed, document
from tests.federation.directory.publishing_zone import PublishingZone, publishing_zone
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio


@pytest.fixture
async def made(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[PublishingZone]:
    async with publishing_zone(new_database, clock) as opened:
        yield opened


async def test_an_act_becomes_the_next_version(made: PublishingZone) -> None:
    """Every node takes it over as it would any other."""
    await made.submit(made.officers(SHEXIAN))

    await made.publisher.publish_due()
    await made.spread()

    assert await made.acts() == [(2, None)]
    for directory in (made.directory, *(node.directory for node in made.nodes.values())):
        assert directory.current().version == 2
        assert directory.current().court(SHEXIAN).officers == []
    assert len(made.directory.held.fresh.signatures) == 3  # type: ignore[union-attr]  # the gateway and two courts


async def test_acts_that_wait_are_published_together(made: PublishingZone) -> None:
    """One version for all of them; who comes second follows the first."""
    await made.submit(made.officers(SHEXIAN))
    await made.submit(made.officers(SHEXIAN, 3, contracts=[1, 2]), made.officers(KAIHUA))

    await made.publisher.publish_due()

    assert await made.acts() == [(2, None), (2, None)]
    assert made.directory.current().court(SHEXIAN).contracts == [1, 2]
    assert made.directory.current().court(KAIHUA).officers == []
    assert await made.versions() == [2, 1]


async def test_an_act_that_does_not_follow_is_refused_and_no_other(made: PublishingZone) -> None:
    """The same version with another content, and what another court signed; the rest is published."""
    await made.submit(made.officers(SHEXIAN))
    await made.submit(made.officers(SHEXIAN, contracts=[1, 2]))
    await made.submit(changed(made.first, f"court/{KAIHUA}", made.zone.signers.voters([CHANGSHAN])))
    await made.submit(made.officers(CHANGSHAN))

    await made.publisher.publish_due()

    assert await made.acts() == [(2, None), (None, "DIRECTORY_FORKED"), (None, "BAD_SIGNATURE"), (2, None)]
    assert made.directory.current().court(SHEXIAN).contracts == [1]


async def test_what_is_no_document_is_not_submitted(made: PublishingZone) -> None:
    with pytest.raises(MalformedDirectory):
        async with made.publisher.pool.acquire() as conn:
            await publishing.submit(conn, [b"\0\0\0\1{\0\0\0\0"], made.clock.now())

    assert await made.acts() == []


async def test_nothing_to_do_asks_nobody(made: PublishingZone) -> None:
    made.clock.advance(ISSUED_EVERY - timedelta(seconds=1))

    await made.publisher.publish_due()

    assert made.asked == []


@pytest.mark.parametrize("later", [ISSUED_EVERY, timedelta(days=3)])
async def test_the_newest_version_is_issued_anew(made: PublishingZone, later: timedelta) -> None:
    """Every five minutes, and at once after a jump of the clock, even over the end: no new version of it."""
    made.clock.advance(later)

    await made.publisher.publish_due()

    view = made.directory.fresh(made.clock.now())
    assert (view.version, view.issued_at) == (1, made.clock.now())
    assert view.expires_at == made.clock.now() + timedelta(hours=24)
    assert await made.versions() == [1]


async def test_without_witnesses_the_last_one_goes_on(made: PublishingZone, monkeypatch: pytest.MonkeyPatch) -> None:
    """One court of three is not enough; when the second one answers again, what waited is published."""
    seconds = 100.0
    monkeypatch.setattr(publishing, "monotonic_s", lambda: seconds)
    made.down = {KAIHUA, CHANGSHAN}
    await made.submit(made.officers(SHEXIAN))

    await made.publisher.publish_due()

    assert await made.acts() == [(None, None)]
    assert made.directory.current().version == 1
    made.asked.clear()
    await made.publisher.publish_due()
    assert made.asked == []  # it does not press

    made.down, seconds = {KAIHUA}, 110.0
    await made.publisher.publish_due()

    assert await made.acts() == [(2, None)]


async def test_a_false_witness_counts_nothing(made: PublishingZone) -> None:
    """A signature of another court, of nothing, and no signature at all."""
    own, other = (made.zone.keys[code].signing.id.encode() for code in (KAIHUA, CHANGSHAN))
    made.lying = {
        KAIHUA: lambda raw: raw.replace(KAIHUA.encode(), CHANGSHAN.encode()).replace(own, other),
        CHANGSHAN: lambda raw: raw.replace(b'"signature":"', b'"signature":"AAAA')[:-6] + b'"}',
        SHEXIAN: lambda raw: b"\xff",
    }
    await made.submit(made.officers(SHEXIAN))

    await made.publisher.publish_due()

    assert await made.acts() == [(None, None)]
    assert sorted(made.asked) == sorted((KAIHUA, CHANGSHAN, SHEXIAN))


async def test_a_new_circle_of_voters_is_published_in_one_act(made: PublishingZone) -> None:
    """Root, members, the court's own document and the agreement, by the old threshold and the new."""
    new = generate_signing()
    by = [(KAIHUA, new), *made.zone.signers.voters((KAIHUA, CHANGSHAN, SHEXIAN))]
    voters = [
        VoterEntry(court=each.court, key=public_entry(new) if each.court == KAIHUA else each.key)
        for each in document(made.first, "root").document.voters
    ]
    members = [
        _with(member, governance=public_entry(new)) if member.code == KAIHUA else member
        for member in document(made.first, "members").document.members
    ]
    again = [changed(made.first, name, by, version=1) for name in (f"court/{KAIHUA}", "agreement/zone")]
    await made.submit(
        changed(made.first, "root", by, voters=voters), changed(made.first, "members", by, members=members), *again
    )

    await made.publisher.publish_due()
    await made.spread()

    assert await made.acts() == [(2, None)]
    held = made.nodes[SHEXIAN].directory.held
    assert held is not None
    assert held.members[KAIHUA].governance == public_entry(new)


def _with(member: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(member, **changes)


async def test_who_needs_a_directory_in_force_waits_for_its_issue(made: PublishingZone) -> None:
    made.clock.advance(timedelta(days=2))

    with anyio.fail_after(10):
        await made.publisher.renew()

    assert made.directory.fresh(made.clock.now()).version == 1


async def test_another_process_of_the_gateway_publishes_too(made: PublishingZone) -> None:
    """It takes over what this one published, before it publishes itself."""
    other = publishing.Publisher(
        made.publisher.pool, made.clock, type(made.directory)(made.zone.root, made.clock), made.zone.gateway, made.post
    )
    await made.submit(made.officers(SHEXIAN))
    await made.publisher.publish_due()
    await made.spread()
    await made.submit(made.officers(KAIHUA))

    await other.publish_due()

    assert other.directory.current().version == 3
    assert other.directory.current().court(SHEXIAN).officers == []
    assert await made.acts() == [(2, None), (3, None)]


async def test_an_old_issue_raises_the_alarm_each_quarter_of_an_hour(
    made: PublishingZone, caplog: pytest.LogCaptureFixture
) -> None:
    made.down = {KAIHUA, CHANGSHAN, SHEXIAN}

    for _ in range(8):
        made.clock.advance(timedelta(minutes=5))
        await made.publisher.publish_due()

    assert [record.getMessage() for record in caplog.records].count("directory grows old") == 2
