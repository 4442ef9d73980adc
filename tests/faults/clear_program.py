"""`python -m tests.faults.clear_program node|gateway`: the program with a suite that does not encrypt, for the control.

Nothing that is shipped knows this module, and no setting leads to it.
"""

import pytest

from api.cli import main
from tests.federation import clear_suite

if __name__ == "__main__":
    clear_suite.install(pytest.MonkeyPatch())
    main()
