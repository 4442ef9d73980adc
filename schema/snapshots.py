"""The contracts as they were committed: the federated part of the public schema, by the contract's number.

`python -m schema.snapshots` says what the code's contract does that it must not; `--write` writes the newest snapshot.
Invariant: a node reads the snapshot of a contract to render its answers down to it; a published one never changes.
"""

import sys
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Final

from federation.ask.content import CONTRACT
from federation.graph import contract
from federation.graph.contract import Contract
from federation.graph.excerpt import federated_sdl
from federation.graph.skew import Succession, succession

_FOLDER: Final = Path(__file__).parent / "contracts"
_STILL_SPOKEN: Final = 2
"""How many contracts before one it must succeed: nothing is removed in between."""


def snapshot(number: int) -> str:
    """The text of a contract; empty when none of that number is committed."""
    path = _path(number)
    return path.read_text(encoding="utf-8") if path.exists() else ""


@lru_cache(maxsize=4)
def contract_of(number: int) -> Contract | None:
    """The contract of that number; None when it is not committed."""
    text = snapshot(number)
    return contract.read(text) if text else None


def stated() -> str:
    """The contract that the code states now, as a snapshot has it."""
    return federated_sdl(str(import_module("schema.gateway.schema").SCHEMA.as_str()))


def against_predecessors(number: int, sdl: str) -> dict[int, Succession]:
    """The contract in `sdl`, which is to have `number`, held against those before it that are still spoken."""
    newer = contract.read(sdl)
    before = (each for each in range(max(1, number - _STILL_SPOKEN), number))
    return {each: succession(older, newer) for each in before if (older := contract_of(each)) is not None}


def main(arguments: list[str]) -> int:
    """Print what is wrong with the code's contract; with `--write`, write its snapshot if it is lawful. 1 if any is."""
    sdl = stated()
    unlawful = {each: found for each, found in against_predecessors(CONTRACT, sdl).items() if not found.is_lawful}
    for each, found in unlawful.items():
        sys.stdout.write(f"contract {CONTRACT} does not succeed contract {each}: {found}\n")
    if unlawful or sdl == snapshot(CONTRACT):
        return int(bool(unlawful))
    if "--write" not in arguments:
        sys.stdout.write(f"schema/contracts/{CONTRACT}.graphql differs from the code\n")
        return 1
    _path(CONTRACT).write_text(sdl, encoding="utf-8")
    return 0


def _path(number: int) -> Path:
    return _FOLDER / f"{number}.graphql"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
