"""Why a program's message to itself failed."""


class NotKept(Exception):
    """What was committed is not there: the database is at fault."""


class NotListed(Exception):
    """The directory lists another signing or box key for this program, or none."""


class NotTheDatabases(Exception):
    """The database holds what was encrypted under other keys at rest."""
