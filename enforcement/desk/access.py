"""Who sees what at the desk.

A task exists for the command centres and liaison officers of its two courts, and for nobody else: every other signed-in
caller gets `NotFound`, the same as for an id that was never used. Source: docs/gateway.md.
"""

from typing import Final

from db.records.tracks import TrackRecord
from enforcement.desk.refusals import NotSignedIn
from enforcement.rules.refusals import Forbidden, NotFound
from enforcement.rules.rights import RIGHTS, Act, Caller

GATEWAY: Final = "gateway"
"""What stands for a court's code in the callers of the gateway's own provider."""


def signed_in(caller: Caller | None) -> Caller:
    """The caller, whatever the office.

    Raises:
        NotSignedIn: no token.
    """
    if caller is None:
        raise NotSignedIn
    return caller


def follows_tasks(caller: Caller) -> bool:
    """Whether the caller's office follows the tasks of their court at the gateway."""
    return caller.court != GATEWAY and bool(caller.roles & RIGHTS[Act.TRACK_TASK])


def check_sees(caller: Caller, track: TrackRecord | None) -> TrackRecord:
    """The track, if the caller may know of it.

    Raises:
        NotFound: there is none, or the caller's court or office has no part in it.
    """
    if track is None or caller.court not in track.courts or not follows_tasks(caller):
        raise NotFound
    return track


def check_routes(caller: Caller | None) -> Caller:
    """The caller, if their office asks whom to delegate to.

    Raises:
        NotSignedIn, Forbidden.
    """
    found = signed_in(caller)
    if not follows_tasks(found):
        raise Forbidden
    return found


def check_maintains(caller: Caller | None) -> Caller:
    """The caller, if their office announces maintenance of their own court's node.

    Raises:
        NotSignedIn, Forbidden.
    """
    found = signed_in(caller)
    if found.court == GATEWAY or not found.roles & RIGHTS[Act.ANNOUNCE_MAINTENANCE]:
        raise Forbidden
    return found


def check_composes(caller: Caller | None) -> Caller:
    """The caller, if they are an admin of the gateway, who holds members' schemas against the contract.

    Raises:
        NotSignedIn, Forbidden.
    """
    found = signed_in(caller)
    if found.court != GATEWAY or not found.roles & RIGHTS[Act.CHECK_COMPOSITION]:
        raise Forbidden
    return found


def traffic_of(caller: Caller | None) -> str | None:
    """Whose envelopes the caller may watch: a court's own, or None for everybody's.

    Raises:
        NotSignedIn, Forbidden.
    """
    found = signed_in(caller)
    if found.court == GATEWAY and found.roles & RIGHTS[Act.READ_TRAFFIC]:
        return None
    if found.court != GATEWAY and found.roles & RIGHTS[Act.READ_OWN_TRAFFIC]:
        return found.court
    raise Forbidden
