"""Input objects of leaves alone, and of lists of these: read at once, without asking anew what type each field is of.

Invariant: what is made is what strawberry makes of the same values. The executor has read every value by its type, and
has put the defaults in.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from strawberry.types.base import StrawberryObjectDefinition
from strawberry.utils.str_converters import to_camel_case

_Input = TypeVar("_Input")


def read_at_once(kind: type[_Input]) -> type[_Input]:
    """The input `kind`, made at once: none of its fields is an input object, and what may be left out has a default."""
    definition: StrawberryObjectDefinition = vars(kind)["__strawberry_definition__"]
    names = {to_camel_case(field.python_name): field.python_name for field in definition.fields}

    def read(made: Any, given: Mapping[str, Any], _context: object) -> Any:
        return made(**{names[name]: value for name, value in given.items()})

    definition.from_input = read
    return kind
