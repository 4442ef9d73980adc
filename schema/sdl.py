"""The committed SDLs: `python -m schema.sdl` says which differ from the code, `--write` makes them equal.

In the order in which they read one another: the gateway's own part reads nothing, the node declares `zone` from it, and
the supergraph declares the node's encrypted fields.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from schema import areas

_FOLDER: Final = Path(__file__).parent


def _node() -> str:
    return str(import_module("schema.node.schema").SCHEMA.as_str()).rstrip() + "\n"


def _gateway() -> str:
    return str(import_module("schema.gateway.own").own_sdl())


def _supergraph() -> str:
    return str(import_module("schema.gateway.schema").SCHEMA.as_str())


PRINTERS: Final[Mapping[str, Callable[[], str]]] = {
    "gateway.graphql": _gateway,
    "node.graphql": _node,
    "supergraph.graphql": _supergraph,
}
"""By file, in the order in which they depend on one another."""


def committed(name: str) -> str:
    """The committed text; empty when there is none."""
    path = _FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def unlisted() -> list[str]:
    """What areas.txt lists and neither program serves: such lines have to go."""
    programs = (import_module(f"schema.{program}.schema").SCHEMA for program in ("gateway", "node"))
    return areas.stale((program._schema for program in programs), areas.table())  # noqa: SLF001 - no public name


def main(arguments: list[str]) -> int:
    """Print the names of the files that differ, and what areas.txt lists of no file; with `--write`, write the files.

    1 if any differs and stays, or areas.txt does.
    """
    write = "--write" in arguments
    stale = False
    for name, printed in PRINTERS.items():
        text = printed()
        if text == committed(name):
            continue
        stale = True
        sys.stdout.write(f"{name}\n")
        if write:
            (_FOLDER / name).write_text(text, encoding="utf-8")
    gone = unlisted()
    sys.stdout.writelines(f"schema/areas.txt lists {field}, which is no more\n" for field in gone)
    return int((stale and not write) or bool(gone))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
