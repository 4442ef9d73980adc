"""One setting: a field of a frozen dataclass that is read from the environment."""

from dataclasses import MISSING, field
from typing import Any, Final

PREFIX: Final = "XIEZHI_"


def setting(about: str, *, example: str, unit: str = "", default: Any = MISSING, secret: bool = False) -> Any:
    """A dataclass field that is read from the environment; without a default it is required."""
    return field(default=default, repr=not secret, metadata={"about": about, "example": example, "unit": unit})
