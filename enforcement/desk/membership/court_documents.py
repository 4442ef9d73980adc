"""本院文件: a member changes its address, keys, provider or officers by its own signed document, and asks nobody.

Invariant: its governance key alone decides; a key id keeps its key and its use, and its state never goes back.
"""

from typing import Final

from enforcement.desk.membership import bundles, history
from enforcement.desk.membership.office import MembershipOffice, Sitting
from enforcement.desk.membership.standing import SUPERVISING
from enforcement.rules.membership import MembershipAct, after, check_may_begin
from enforcement.rules.refusals import Malformed, NotFound, StaleVersion
from enforcement.rules.rights import Caller
from federation.directory.documents import CourtDocument
from federation.directory.signed import Signed

_ORDER: Final = {"ACTIVE": 0, "RETIRED": 1, "REVOKED": 2}


async def change(office: MembershipOffice, caller: Caller | None, raw: bytes, version: int) -> CourtDocument:
    """The document, handed over for publication in the place of `version`; the newest one again changes nothing.

    Raises:
        Malformed: SIGNED_DOCUMENT (`court`, `keys`, `officers`).
        NotFound: no such member. TransitionNotAllowed: it has left.
        Forbidden: who brings a token does not speak for that court.
        KeyProofFailed: not signed by the court's governance key.
        StaleVersion: not the next version.
    """
    act = MembershipAct.CHANGE_DOCUMENT
    with history.refusals_logged(act):
        read = bundles.read(raw, CourtDocument, "court")
        check_may_begin(act, caller, read.document.court)
        async with office.act() as sitting:
            return await _take(office, sitting, caller, read, version)


async def _take(
    office: MembershipOffice, sitting: Sitting, caller: Caller | None, read: Signed[CourtDocument], version: int
) -> CourtDocument:
    act, document = MembershipAct.CHANGE_DOCUMENT, read.document
    member, state = sitting.standing.member(document.court), sitting.standing.state(document.court, sitting.now)
    before = sitting.standing.courts.get(document.court)
    is_supervising = member is not None and member.state == SUPERVISING
    if member is None or before is None or (state is None and not is_supervising):
        raise NotFound
    following = None if is_supervising else after(act, state)
    bundles.check_signed(read, document.court, [(member.governance.id, member.governance.public)])
    if document == before:
        return document
    if version != before.version or document.version != before.version + 1:
        raise StaleVersion(before.version)
    bundles.check_court(document, has_node=not is_supervising)
    bundles.check_people(document, sitting.standing)
    _check_keys_kept(before, document)
    await office.submit(sitting.conn, [read.raw], sitting.now)
    await history.note(sitting.conn, act, document.court, caller, now=sitting.now, before=state, after=following)
    return document


def _check_keys_kept(before: CourtDocument, document: CourtDocument) -> None:
    known = {key.id: key for key in before.keys}
    for key in document.keys:
        old = known.get(key.id)
        if old is not None and (
            (key.public, key.use) != (old.public, old.use) or _ORDER[key.state] < _ORDER[old.state]
        ):
            raise Malformed("SIGNED_DOCUMENT", "keys")
