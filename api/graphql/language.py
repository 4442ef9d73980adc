"""Which of the two languages a caller reads."""

from typing import Final

_MOST_CHARACTERS: Final = 1_000  # of the header; what stands behind is not looked at


def language_of(header: str | None) -> str:
    """Give zh or en by the header `Accept-Language`; zh if it names neither."""
    wanted: list[tuple[float, str]] = []
    for part in (header or "")[:_MOST_CHARACTERS].lower().split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if tag[:2] in {"zh", "en"} and weight > 0:
            wanted.append((-weight, tag[:2]))
    return min(wanted, key=lambda item: item[0])[1] if wanted else "zh"
