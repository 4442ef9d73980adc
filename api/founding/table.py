"""The folder that the founders of a zone pass around, as it is now: read and checked as a whole."""

from dataclasses import dataclass, field
from pathlib import Path

from api.founding import drafts, entries, plan
from api.founding.drafts import Founding
from api.founding.entries import FoundingCourt
from api.founding.plan import FoundingRefused, Planned
from federation.directory import sound


@dataclass(frozen=True, slots=True)
class Table:
    """What lies in the folder, checked: the plan, the courts, and what follows from them."""

    folder: Path
    planned: Planned
    courts: tuple[FoundingCourt, ...] = field(repr=False)
    founding: Founding = field(repr=False)

    def court(self, code: str) -> FoundingCourt:
        """The founding court of that code.

        Raises:
            FoundingRefused: `no entry`.
        """
        found = next((each for each in self.courts if each.code == code), None)
        if found is None:
            raise FoundingRefused("no entry", code)
        return found

    def file(self, court: FoundingCourt, suffix: str) -> Path:
        """That court's file."""
        return self.folder / (court.member.division + suffix)


def table(folder: Path) -> Table:
    """The folder as it is now.

    Raises:
        FoundingRefused: of the plan, of an entry, or `contradiction`: a document would contradict itself.
    """
    planned = plan.read(folder)
    courts = entries.read_all(folder, planned)
    founding = drafts.founding(planned.plan, courts)
    for document in (
        *founding.documents.values(),
        drafts.gateway(planned.plan),
        *(each.court.document for each in courts),
    ):
        if (part := sound.contradiction(document)) is not None:
            raise FoundingRefused("contradiction", part)
    return Table(folder, planned, courts, founding)
