"""What an asked court's own rules say of a mandate that the federation has found genuine."""

from datetime import date

from db.clock import civil_date
from db.records.parties import IdentifierKind
from enforcement.rules import case_number, identity
from enforcement.rules.lookup import SECTIONS, LookupPurpose, ProfileSection, check_sections
from enforcement.rules.refusals import Malformed
from federation.ask.mandate import Mandate
from federation.ask.refusing import Refused
from federation.ask.status import Reason
from federation.wire.header import EXAMINER


def check_admitted(field: str, mandate: Mandate) -> None:
    """Return if this court's own rules allow what the asking court's signed word says.

    Raises:
        Refused: an unknown purpose, section or kind of number, no section where sections are read, a purpose that does
            not allow a section, or a case of another court.
    """
    try:
        check_sections(field, [ProfileSection(name) for name in mandate.sections])
        purpose, sections = LookupPurpose(mandate.purpose), {ProfileSection(name) for name in mandate.sections}
        today = civil_date(mandate.issued)
        court = _court_of_case(mandate, today)
        subject = identity.canonical(IdentifierKind(mandate.subject_kind), mandate.subject, today=today)
    except (ValueError, Malformed):
        raise Refused(Reason.BAD_MANDATE) from None
    if court != mandate.asking or subject != mandate.subject:
        raise Refused(Reason.BAD_MANDATE)
    if not sections <= SECTIONS[purpose]:
        raise Refused(Reason.PURPOSE_NOT_PERMITTED)


def _court_of_case(mandate: Mandate, today: date) -> str:
    """Whose case it is, by its number. Raises Malformed."""
    if mandate.asking == EXAMINER:  # the sample case, as the federation has checked: no court has a number like it
        return EXAMINER
    return case_number.parse(mandate.case_number, today=today).court
