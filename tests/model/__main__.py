"""`make model`: the small explorations, the large ones, then each rule made wrong, with the trace that catches it."""

import sys

import pytest

from tests.model.bounds import LARGE, SMALL, told
from tests.model.mutations import MUTATIONS
from tests.model.search import explore


def main() -> int:
    """1 when a law does not hold, or a rule made wrong is not caught."""
    is_sound = True
    for name, bounds in (*SMALL.items(), *LARGE.items()):
        found = explore(bounds)
        _say(f"{name}: {told(bounds)}", f"  {found.states} states, {found.moves} moves, {found.seconds:.1f} s")
        _say(*found.trace)
        is_sound = is_sound and found.broken is None
    for mutation in MUTATIONS:
        with pytest.MonkeyPatch.context() as patch:
            mutation.apply(patch)
            found = explore(mutation.bounds)
        _say("", f"made wrong: {mutation.name} ({told(mutation.bounds)})", *found.trace)
        is_sound = is_sound and found.broken is not None
    _say("", "every law holds, and every rule made wrong is caught" if is_sound else "NOT SOUND")
    return 0 if is_sound else 1


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
