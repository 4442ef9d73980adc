"""All tables that a court can fill by files, in the order in which they can be written."""

from collections.abc import Mapping
from typing import Final

from enforcement.court_files.caseload import CASE_PARTIES, CASES
from enforcement.court_files.estate import ASSETS, MEASURES
from enforcement.court_files.money import INSTALMENTS, PAYMENTS, SETTLEMENTS
from enforcement.court_files.people import OFFICERS, PARTIES, UNITS
from enforcement.court_files.sanctions import DISHONEST_ENTRIES, RESTRICTIONS
from enforcement.court_files.sheet import Sheet
from enforcement.court_files.standards import STANDARDS

_IN_ORDER: Final = (
    OFFICERS,
    UNITS,
    PARTIES,
    CASES,
    CASE_PARTIES,
    ASSETS,
    MEASURES,
    SETTLEMENTS,
    INSTALMENTS,
    PAYMENTS,
    DISHONEST_ENTRIES,
    RESTRICTIONS,
    STANDARDS,
)
SHEETS: Final[Mapping[str, Sheet]] = {sheet.table: sheet for sheet in _IN_ORDER}
