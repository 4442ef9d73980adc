"""DERIVED fields that follow from merged siblings: a rate from its numerator and its denominator, and the like.

What courts report are figures that merge (sums, extremes); a percentage, a mean or a distinct count exists in no other
form than this one. A caller keeps a registry of formulas by type and field; other derived values (coverage) it makes
itself.

Invariant: a formula sees values merged over all courts that answered, whatever the request selects. Pure.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from graphql import GraphQLObjectType

from federation.graph.contract import BadContract, Contract, Merge
from federation.graph.free_keys import free_keys, taken
from federation.graph.merge import Contradiction, combine, whole
from federation.graph.ratio import mean_of, percentage_of
from federation.graph.render import scalar_of
from federation.graph.selection import Selection

_MERGED: Final = frozenset(Merge) - {Merge.DERIVED, Merge.PAGE}


@dataclass(frozen=True, slots=True)
class Formula:
    """`compute` takes the merged values of the sibling fields `of`, by name; a null one is None.

    `below` has what is selected of each sibling that is of objects, such as "court count".
    """

    of: tuple[str, ...]
    compute: Callable[[Mapping[str, Any]], Any]
    below: Mapping[str, str] = field(default_factory=dict)


Formulas: TypeAlias = Mapping[tuple[str, str], Formula]
"""By type and field."""


def percentage(numerator: str, denominator: str) -> Formula:
    """The formula of a rate of two counts: a percentage with one decimal, half-up, as text; null of nothing."""
    return _of_counts(numerator, denominator, percentage_of)


def mean(total: str, number: str) -> Formula:
    """The formula of a mean, half-up to a whole number; null of nothing."""

    def compute(above: int, below: int) -> int | str | None:
        found = mean_of(above, below)
        return None if found is None else whole(found)

    return _of_counts(total, number, compute)


def _of_counts(above: str, below: str, compute: Callable[[int, int], Any]) -> Formula:
    def computed(values: Mapping[str, Any]) -> Any:
        counts = values[above], values[below]
        return None if None in counts else compute(*map(int, counts))

    return Formula((above, below), computed)


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
    free = free_keys(taken(chosen))
    present = {nodes[0].name.value for nodes in fields.values()}
    below: dict[str, str] = {}
    for formula in _selected(answer, present, formulas).values():
        for sibling in formula.of:
            below[sibling] = f"{below.get(sibling, '')} {formula.below.get(sibling, '')}".strip()
    # what a request selects of objects need not be what a formula sees of them: those are asked for themselves
    asked = [
        f"{next(free)}: {name}" + (f" {{ {inside} }}" if inside else "")
        for name, inside in sorted(below.items())
        if inside or name not in present
    ]
    return f"... on {answer.name} {{ {' '.join(asked)} }}" if asked else ""


def derive(
    contract: Contract,
    answer: GraphQLObjectType,
    sent: Selection,
    parts: Mapping[str, Mapping[str, Any]],
    formulas: Formulas,
) -> dict[str, Any]:
    """The values of the formulas' fields that `sent` selects (widened by `needs`), for `render` as derived ones."""
    # of a field under several keys the last one counts: `needs` stands after what the request selects
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
