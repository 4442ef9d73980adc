"""Members of the zone by their codes, as callers name them."""

from enforcement.desk.refusals import UnknownCourt
from federation.directory.document import CourtEntry
from federation.directory.view import DirectoryView
from federation.wire import errors


def court_of(view: DirectoryView, code: str, part: str) -> CourtEntry:
    """The member of that code; `part` names the argument in a refusal.

    Raises:
        UnknownCourt: there is none.
    """
    try:
        return view.court(code)
    except errors.UnknownCourt:
        raise UnknownCourt(part) from None
