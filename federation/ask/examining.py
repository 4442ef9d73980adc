"""What the examiner (测试员) may ask of a court that is no member yet: about one sample person, and nothing else.

The gateway's conformance runs sign with the examiner's keys. Whoever stole them could ask applicants alone, and only
about a person who does not exist: no court has a record of the number that the standard prints as its specimen.

Invariant: pure; that the court is no member is checked before (federation/ask/checks.py).
Source: GB 11643-1999, the specimen of a resident's number.
"""

from datetime import date
from typing import Final

from federation.ask.mandate import Mandate
from federation.directory.document import AgreementEntry
from federation.wire.header import EXAMINER

OFFICER: Final = "examiner"
CASE: Final = f"（2025）{EXAMINER}执1号"
PURPOSE: Final = "PROPERTY_INVESTIGATION"
SECTIONS: Final = ("CASES",)
SUBJECT_KIND: Final = "ID_NUMBER"
SUBJECT: Final = "11010519491231002X"
LOOKS_PER_HOUR: Final = 600
"""Ten runs and more."""


def agreement(asked: str, on: date) -> AgreementEntry:
    """What an applicant answers to the examiner on that day, as if it were agreed."""
    return AgreementEntry(
        asking=EXAMINER,
        asked=asked,
        sections=[*SECTIONS],
        purposes=[PURPOSE],
        matters=[],
        looks_per_hour=LOOKS_PER_HOUR,
        valid_from=on,
        valid_until=on,
    )


def is_sample(mandate: Mandate) -> bool:
    """Whether it is about the sample person, in the sample case, by the examiner's one officer."""
    said = (mandate.officer, mandate.case_number, mandate.subject_kind, mandate.subject)
    return said == (OFFICER, CASE, SUBJECT_KIND, SUBJECT)
