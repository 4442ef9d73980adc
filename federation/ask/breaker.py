"""A circuit breaker per court: after a row of failures nobody waits for that court for a while.

Invariant: one probe at a time once the pause is over; a sign of life closes the circuit at once. Calls that run side by
side fail for one reason and count once: no caller opens a circuit by asking much at a time.
"""

from dataclasses import dataclass, field
from math import inf


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    failed_at_s: float = -inf
    open_until_s: float = 0.0


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row; instants are monotonic seconds, given by the caller."""

    threshold: int = 5
    pause_s: float = 5.0
    _circuits: dict[str, _Circuit] = field(default_factory=dict)

    def allows(self, court: str, now_s: float) -> bool:
        """Whether `court` may be called. The first call after a pause is the probe: the others wait for its outcome."""
        circuit = self._circuits.get(court)
        if circuit is None or circuit.failures < self.threshold:
            return True
        if now_s < circuit.open_until_s:
            return False
        circuit.open_until_s = now_s + self.pause_s
        return True

    def succeeded(self, court: str) -> None:
        """A sign of life."""
        self._circuits.pop(court, None)

    def failed(self, court: str, now_s: float, *, began_s: float) -> None:
        """One more failure in a row, unless the call had begun before the last one was known."""
        circuit = self._circuits.setdefault(court, _Circuit())
        if began_s < circuit.failed_at_s:
            return
        circuit.failures += 1
        circuit.failed_at_s = now_s
        circuit.open_until_s = now_s + self.pause_s
