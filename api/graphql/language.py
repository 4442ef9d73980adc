"""Which of the two languages a caller reads."""


def language_of(header: str | None) -> str:
    """Give zh or en by the header `Accept-Language`; zh if it names neither."""
    wanted: list[tuple[float, str]] = []
    for part in (header or "").lower().split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if tag[:2] in {"zh", "en"} and weight > 0:
            wanted.append((-weight, tag[:2]))
    return min(wanted, key=lambda item: item[0])[1] if wanted else "zh"
