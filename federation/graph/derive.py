"""DERIVED fields that follow from merged siblings: a rate from its numerator and its denominator, and the like.

What courts report are figures that merge (sums, extremes); a percentage, a mean or a distinct count exists in no other
form than this one. A caller keeps a registry of formulas by type and field; other derived values (coverage) it makes
itself.

Invariant: a formula sees values merged over all courts that answered, whatever the request selects. Pure.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, TypeAlias

from graphql import GraphQLObjectType

from federation.graph.contract import BadContract, Contract, Merge
from federation.graph.merge import Contradiction, combine
from federation.graph.render import scalar_of
from federation.graph.selection import Selection

_MERGED: Final = frozenset(Merge) - {Merge.DERIVED, Merge.PAGE}


@dataclass(frozen=True, slots=True)
class Formula:
    """`compute` takes the merged values of the sibling fields `of`, by name; a null one is None."""

    of: tuple[str, ...]
    compute: Callable[[Mapping[str, Any]], Any]


Formulas: TypeAlias = Mapping[tuple[str, str], Formula]
"""By type and field."""


def percentage(numerator: str, denominator: str) -> Formula:
    """The formula of a rate of two counts: a percentage with one decimal, half-up, as text; null of nothing."""

    def compute(values: Mapping[str, Any]) -> str | None:
        above, below = values[numerator], values[denominator]
        if above is None or below is None or int(below) == 0:
            return None
        tenths = (2000 * int(above) + int(below)) // (2 * int(below))
        return f"{tenths // 10}.{tenths % 10}"

    return Formula((numerator, denominator), compute)


def check(contract: Contract, formulas: Formulas) -> None:
    """Return if each formula is of a DERIVED field, and of siblings that are merged.

    Raises:
        BadContract: one is not.
    """
    for (type_name, name), formula in formulas.items():
        rules = [contract.rules.get((type_name, sibling)) for sibling in formula.of]
        if contract.rules.get((type_name, name)) is not Merge.DERIVED or not set(rules) <= _MERGED:
            raise BadContract(f"{type_name}.{name}: no such formula")


def needs(contract: Contract, answer: GraphQLObjectType, chosen: Selection, formulas: Formulas) -> str:
    """What must be asked beside `chosen`, as selections of its root: the siblings, under keys that it does not use."""
    fields = chosen.fields(contract.schema, answer)
    free = (key for number in count() if (key := f"_{number}") not in fields)
    present = {nodes[0].name.value for nodes in fields.values()}
    wanted = (sibling for formula in _selected(answer, present, formulas).values() for sibling in formula.of)
    missing = sorted(set(wanted) - present)
    if not missing:
        return ""
    return f"... on {answer.name} {{ {' '.join(f'{next(free)}: {name}' for name in missing)} }}"


def derive(
    contract: Contract,
    answer: GraphQLObjectType,
    sent: Selection,
    parts: Mapping[str, Mapping[str, Any]],
    formulas: Formulas,
) -> dict[str, Any]:
    """The values of the formulas' fields that `sent` selects (widened by `needs`), for `render` as derived ones."""
    keys = {nodes[0].name.value: key for key, nodes in sent.fields(contract.schema, answer).items()}
    ordered = [parts[court] for court in sorted(parts)]

    def merged(name: str) -> Any:
        try:
            values = [part[keys[name]] for part in ordered]
            return combine(contract.rule(answer.name, name), values, scalar_of(answer, name))
        except Contradiction:
            return None

    return {
        name: formula.compute({sibling: merged(sibling) for sibling in formula.of})
        for name, formula in _selected(answer, keys.keys(), formulas).items()
    }


def _selected(answer: GraphQLObjectType, names: AbstractSet[str], formulas: Formulas) -> dict[str, Formula]:
    return {name: formula for (kind, name), formula in formulas.items() if kind == answer.name and name in names}
