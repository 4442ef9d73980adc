"""The gateway's own suspensions as its document lists them, and what a decision of the courts leaves of them.

Invariant: the gateway's key signs its own document alone; at most a third of those who decide are listed in it.
"""

import msgspec

from enforcement.desk.membership import history
from enforcement.desk.membership.office import MembershipOffice, Sitting
from enforcement.rules.membership import MembershipAct, MembershipState
from federation.directory import signed
from federation.directory.documents import GATEWAY_DOCUMENT, GatewayDocument, RootDocument, SuspensionEntry
from federation.directory.standing import state_at
from federation.rules.quorum import most_suspended


async def left(office: MembershipOffice, sitting: Sitting, decided: str | None, root: RootDocument) -> list[bytes]:
    """The gateway's document without its suspension of `decided`, about whom the courts decided; nothing, if it stays.

    Where `root` leaves fewer courts to decide, the oldest beyond a third of them lapse with it.
    """
    listed = sitting.standing.gateway.suspensions
    others = [each for each in listed if each.court != decided]
    beyond = max(len(others) - most_suspended(len(root.voters)), 0)
    over = sorted(others, key=lambda each: each.at)[:beyond]
    for each in over:
        await note_lapse(sitting, each)
    kept = [each for each in others if each not in over]
    return (
        []
        if kept == listed
        else [document(office, msgspec.structs.replace(sitting.standing.gateway, suspensions=kept))]
    )


async def note_lapse(sitting: Sitting, entry: SuspensionEntry) -> None:
    """Write down that it is over, unless the courts decided otherwise meanwhile."""
    member = sitting.standing.member(entry.court)
    if member is None or state_at(member, None, sitting.now) != MembershipState.ACTIVE:
        return
    await history.note(
        sitting.conn,
        MembershipAct.LAPSE,
        entry.court,
        None,
        now=sitting.now,
        before=MembershipState.SUSPENDED,
        after=MembershipState.ACTIVE,
        code=entry.ground,
    )


def document(office: MembershipOffice, changed: GatewayDocument) -> bytes:
    """The next version of the gateway's own document, signed by it."""
    following = msgspec.structs.replace(changed, version=changed.version + 1)
    return signed.write(following, [(GATEWAY_DOCUMENT, office.key)])
