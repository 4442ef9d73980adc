"""An amount divided to the cent by weight (最大余数法). Invariant: the parts always sum to what was divided."""

from collections.abc import Sequence
from decimal import Decimal

_FEN = 100


def shares(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """The part of each weight: whole cents of its exact part, and the cents left over to the largest remainders.

    Of equal remainders the earlier weight comes first; weights that sum to nothing get nothing. `amount` is not
    negative and has two places.
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        return [Decimal("0.00") for _ in weights]
    fen = int(amount * _FEN)
    exact = [divmod(fen * int(weight * _FEN), int(whole * _FEN)) for weight in weights]
    parts = [quotient for quotient, _ in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: -exact[place][1])
    for place in by_remainder[: fen - sum(parts)]:
        parts[place] += 1
    return [Decimal(part).scaleb(-2) for part in parts]
