"""What every measure is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

WARM_UP_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Setting:
    """The first of the 60 ports that may be used, the size of set L, and where progress is told."""

    port: int
    scale: float
    say: Callable[[str], None]
    rounds: int = 5
    seconds: float = 3.0  # of one round

    @property
    def rounds_told(self) -> str:
        """What a table says of how its figures came about."""
        return (
            f"Medians of {self.rounds} alternated rounds of {self.seconds:g} s, with the lowest and the highest;"
            " a ratio is taken round by round."
        )
