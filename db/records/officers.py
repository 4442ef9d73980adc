"""Officers of one court (法院工作人员), as written down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficerRecord:
    """One officer: `id` is o-<division>-<nn>; `certificate_no` is the enforcement certificate (执行公务证)."""

    id: str
    name: str
    roles: list[str]
    certificate_no: str | None
    active: bool
    synthetic: bool
