"""Who sees what at the desk.

A task exists for the command centres and liaison officers of its two courts, and for nobody else: every other signed-in
caller gets `NotFound`, the same as for an id that was never used. Who serves at a court that is suspended or withdraws
follows the tasks that are open, and does nothing else here. Source: docs/gateway.md.
"""

from typing import Final

from db.records.tracks import TrackRecord
from enforcement.desk.refusals import NotSignedIn
from enforcement.rules.refusals import Forbidden, NotFound
from enforcement.rules.rights import RIGHTS, Act, Caller
from enforcement.rules.task_refusals import MembershipSuspended
from enforcement.rules.task_status import ENDED

GATEWAY: Final = "gateway"
"""What stands for a court's code in the callers of the gateway's own provider."""


def recognised(caller: Caller | None) -> Caller:
    """The caller, whatever the office, and whatever is left to their court: for reading what becomes of open tasks.

    Raises:
        NotSignedIn: no token.
    """
    if caller is None:
        raise NotSignedIn
    return caller


def signed_in(caller: Caller | None) -> Caller:
    """The caller, whatever the office, if their court takes part in what is new.

    Raises:
        NotSignedIn: no token.
        MembershipSuspended: it is suspended, or withdraws.
    """
    found = recognised(caller)
    if found.is_running_off:
        raise MembershipSuspended
    return found


def follows_tasks(caller: Caller) -> bool:
    """Whether the caller's office follows the tasks of their court at the gateway."""
    return caller.court != GATEWAY and bool(caller.roles & RIGHTS[Act.TRACK_TASK])


def check_sees(caller: Caller, track: TrackRecord | None) -> TrackRecord:
    """The track, if the caller may know of it.

    Raises:
        NotFound: there is none, or the caller's court or office has no part in it.
    """
    if track is None or not (follows_tasks(caller) and sees(caller, track)):
        raise NotFound
    return track


def sees(caller: Caller, track: TrackRecord) -> bool:
    """Whether a track is of the caller's court, and not yet ended if that court runs off."""
    return caller.court in track.courts and not (caller.is_running_off and track.status in ENDED)


def check_routes(caller: Caller | None) -> Caller:
    """The caller, if their office asks whom to delegate to.

    Raises:
        NotSignedIn, MembershipSuspended, Forbidden.
    """
    found = signed_in(caller)
    if not follows_tasks(found):
        raise Forbidden
    return found


def check_maintains(caller: Caller | None) -> Caller:
    """The caller, if their office announces maintenance of their own court's node.

    Raises:
        NotSignedIn, MembershipSuspended, Forbidden.
    """
    found = signed_in(caller)
    if found.court == GATEWAY or not found.roles & RIGHTS[Act.ANNOUNCE_MAINTENANCE]:
        raise Forbidden
    return found


def check_may(caller: Caller | None, act: Act) -> Caller:
    """The caller, an officer of a court whose office allows `act`.

    Raises:
        NotSignedIn, MembershipSuspended; Forbidden: nobody of the gateway acts for a court.
    """
    found = signed_in(caller)
    if found.court == GATEWAY or not found.roles & RIGHTS[act]:
        raise Forbidden
    return found


def check_composes(caller: Caller | None) -> Caller:
    """The caller, if they are an admin of the gateway, who holds members' schemas against the contract.

    Raises:
        NotSignedIn, MembershipSuspended, Forbidden.
    """
    found = signed_in(caller)
    if found.court != GATEWAY or not found.roles & RIGHTS[Act.CHECK_COMPOSITION]:
        raise Forbidden
    return found


def traffic_of(caller: Caller | None) -> str | None:
    """Whose envelopes the caller may watch: a court's own, or None for everybody's.

    Raises:
        NotSignedIn, MembershipSuspended, Forbidden.
    """
    found = signed_in(caller)
    if found.court == GATEWAY and found.roles & RIGHTS[Act.READ_TRAFFIC]:
        return None
    if found.court != GATEWAY and found.roles & RIGHTS[Act.READ_OWN_TRAFFIC]:
        return found.court
    raise Forbidden
