"""The contracts as they were committed, by number: the federated fields, and what nodes pass on to the gateway.

`python -m schema.snapshots` says what the code's contract does that it must not; `--write` writes the newest snapshot.
Invariant: nodes and the gateway read the snapshot of a contract to render their answers down to it; a published one
never changes.
"""

import sys
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Final

from graphql import GraphQLSchema, build_schema, parse

from federation.ask.content import CONTRACT
from federation.graph import contract
from federation.graph.contract import Contract
from federation.graph.excerpt import bare, federated_sdl
from federation.graph.skew import Succession, succession, succession_of_roots
from schema import areas
from schema.declarations import declarations, root_fields

_FOLDER: Final = Path(__file__).parent / "contracts"
_STILL_SPOKEN: Final = 2
"""How many contracts before one it must succeed: nothing is removed in between."""
FEDERATED: Final = "graphql"
ZONE: Final = "zone.graphql"
"""How the name of a snapshot ends: of what is asked of courts, and of what nodes pass on to the gateway."""
_PASSED_ON: Final[Mapping[str, Collection[str]]] = {"Query": {"zone", "node", "nodes"}, "Mutation": {"zone"}}


def snapshot(number: int, ending: str = FEDERATED) -> str:
    """The text of a contract; empty when none of that number is committed."""
    path = _path(number, ending)
    return path.read_text(encoding="utf-8") if path.exists() else ""


@lru_cache(maxsize=4)
def contract_of(number: int) -> Contract | None:
    """The contract of that number; None when it is not committed."""
    text = snapshot(number)
    return contract.read(text) if text else None


@lru_cache(maxsize=4)
def zone_of(number: int) -> GraphQLSchema | None:
    """What of the gateway nodes of that contract pass on; None when it is not committed."""
    text = snapshot(number, ZONE)
    return build_schema(text, assume_valid_sdl=True) if text else None


def stated() -> dict[str, str]:
    """The contract that the code states now, as its snapshots have it, by their ending."""
    federated = federated_sdl(areas.unmarked(str(import_module("schema.gateway.schema").SCHEMA.as_str())))
    return {FEDERATED: federated, ZONE: passed_on(str(import_module("schema.gateway.own").own_sdl()))}


def passed_on(gateway_sdl: str) -> str:
    """The root fields that nodes pass on, with the live twins of federated ones, and all that they reach."""
    document = parse(gateway_sdl, no_location=True)
    roots = root_fields(document)
    federated = {f.name.value for f in roots["Query"] if any(d.name.value == "federated" for d in f.directives or ())}
    chosen = {**_PASSED_ON, "Subscription": federated}
    fields = {root: [f for f in found if f.name.value in chosen[root]] for root, found in roots.items()}
    return bare(declarations(document, fields))


def against_predecessors(number: int, sdl: str, ending: str = FEDERATED) -> dict[int, Succession]:
    """The contract in `sdl`, which is to have `number`, held against those before it that are still spoken."""
    before = range(max(1, number - _STILL_SPOKEN), number)
    if ending == ZONE:
        whole = build_schema(sdl, assume_valid_sdl=True)
        return {each: succession_of_roots(had, whole) for each in before if (had := zone_of(each)) is not None}
    newer = contract.read(sdl)
    return {each: succession(older, newer) for each in before if (older := contract_of(each)) is not None}


def main(arguments: list[str]) -> int:
    """Print what is wrong with the code's contract; with `--write`, write it if it is lawful. 1 if any is."""
    texts = stated()
    held = [pair for ending, sdl in texts.items() for pair in against_predecessors(CONTRACT, sdl, ending).items()]
    unlawful = [(each, found) for each, found in held if not found.is_lawful]
    for each, found in unlawful:
        sys.stdout.write(f"contract {CONTRACT} does not succeed contract {each}: {found}\n")
    if unlawful:
        return 1
    different = {ending: sdl for ending, sdl in texts.items() if sdl != snapshot(CONTRACT, ending)}
    for ending, sdl in different.items():
        if "--write" in arguments:
            _path(CONTRACT, ending).write_text(sdl, encoding="utf-8")
        else:
            sys.stdout.write(f"schema/contracts/{CONTRACT}.{ending} differs from the code\n")
    return int(bool(different) and "--write" not in arguments)


def _path(number: int, ending: str) -> Path:
    return _FOLDER / f"{number}.{ending}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
