"""How things stand: by the directory that is held, and by what was handed over and waits to be published."""

from collections.abc import AsyncIterator

import pytest

from db import pending_documents
from db.clock import SetClock
from db.pool import Pool
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.membership import suspending
from enforcement.rules.membership import MembershipState, SuspensionGround
from enforcement.rules.membership_refusals import TooManySuspended
from enforcement.rules.refusals import StaleVersion
from federation.directory import bundle
from federation.directory.documents import GatewayDocument
from tests.enforcement.desk_zone import ADMIN, open_desk
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, Zone

pytestmark = pytest.mark.anyio
GROUND = SuspensionGround.NODE_FAULTY


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock, zone: Zone) -> AsyncIterator[GatewayDesk]:
    async with open_desk(gateway_pool, clock, zone) as opened:
        yield opened


async def test_it_is_what_the_directory_says(desk: GatewayDesk, zone: Zone) -> None:
    async with desk.membership.look() as sitting:
        standing = sitting.standing

    assert standing.roots == {zone.root}
    assert [entry.code for entry in standing.members.members] == list(DIVISIONS)
    assert set(standing.courts) == set(DIVISIONS)
    assert standing.framework is None
    assert {standing.state(code, sitting.now) for code in DIVISIONS} == {MembershipState.ACTIVE}


async def test_what_waits_counts_as_decided(desk: GatewayDesk, zone: Zone) -> None:
    async with desk.membership.look() as before:
        version = before.standing.version

    await suspending.suspend(desk.membership, ADMIN, KAIHUA, GROUND, version)

    async with desk.membership.look() as after:
        assert after.standing.state(KAIHUA, after.now) is MembershipState.SUSPENDED
        assert after.standing.version == version + 1
        (waiting,) = await pending_documents.waiting(after.conn, 10)
    assert desk.directory.current().is_active(KAIHUA)  # which is not published yet
    (document,) = map(bundle.read, waiting.documents)
    assert isinstance(document.document, GatewayDocument)
    assert document.signers({("gateway", zone.gateway.id): zone.gateway.public}) == {"gateway"}
    with pytest.raises(TooManySuspended):  # one of three
        await suspending.suspend(desk.membership, ADMIN, CHANGSHAN, GROUND, version + 1)


async def test_a_refused_act_hands_nothing_over(desk: GatewayDesk) -> None:
    with pytest.raises(StaleVersion):
        await suspending.suspend(desk.membership, ADMIN, KAIHUA, GROUND, 99)

    async with desk.membership.look() as sitting:
        assert await pending_documents.waiting(sitting.conn, 10) == []
