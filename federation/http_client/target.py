"""An address taken apart once: where to connect, and the first lines of every request that goes there.

Invariant: nothing gets into a request line or a header that could end it. Only what is plainly a URL of visible ASCII
passes; of what varies between two requests, there are numbers alone.
"""

import re
from typing import Final, NamedTuple

from federation.ask.client import BUDGET_HEADER
from federation.delivery.post import MEDIA_TYPE
from federation.http_client.client import NoAnswer

_HOST: Final = r"\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253}"  # RFC 3986, 3.2.2: an IPv6 literal, or a name or IPv4
_URL: Final = re.compile(rf'(https?)://({_HOST})(?::([0-9]{{1,5}}))?(/[!-"$-~]*)?')  # no user, no fragment
_PORTS: Final = {"http": 80, "https": 443}
_MOST_PORT: Final = 65535


class Target(NamedTuple):
    """`head` is all of a request that is the same each time, up to the budget's number."""

    secure: bool
    host: str
    port: int
    head: bytes


def read(url: str) -> Target:
    """The target that `url` names.

    Raises:
        NoAnswer: it cannot be called.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise NoAnswer
    scheme, host, digits, path = found.groups()
    port = int(digits or _PORTS[scheme])
    if not 0 < port <= _MOST_PORT:
        raise NoAnswer
    lines = (
        f"POST {path or '/'} HTTP/1.1",
        f"Host: {host}:{digits}" if digits else f"Host: {host}",
        f"Content-Type: {MEDIA_TYPE}",
        f"{BUDGET_HEADER}: ",
    )
    return Target(scheme == "https", host.strip("[]"), port, "\r\n".join(lines).encode("ascii"))
