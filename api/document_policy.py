"""Which GraphQL documents a door executes: a setting."""

from enum import StrEnum


class DocumentPolicy(StrEnum):
    """Any; any, remembering those that clients register by their hash; those only that the operator added."""

    ANY = "any"
    AUTOMATIC = "automatic"
    TRUSTED = "trusted"
