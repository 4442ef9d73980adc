"""Rates and means of merged figures: exact, in whole numbers, half-up. Pure.

Invariant: the one arithmetic of such values: where an answer is rendered, and at each court for its own figures.
"""


def percentage_of(numerator: int, denominator: int) -> str | None:
    """A percentage with one decimal, half-up: 739 of 746 is "99.1"; None when there is nothing to divide by."""
    tenths = mean_of(1000 * numerator, denominator)
    return None if tenths is None else f"{tenths // 10}.{tenths % 10}"


def mean_of(total: int, number: int) -> int | None:
    """A mean of `number` values, half-up to a whole one; None of no values."""
    return (2 * total + number) // (2 * number) if number else None
