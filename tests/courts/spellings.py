"""The spellings under which a value could hide in bytes: a log line, an answer, a table's dump."""

import base64
import json
from urllib.parse import quote

_AROUND = 3


def spellings(value: str) -> dict[str, bytes]:
    """`value` by encoding: plain, UTF-16, JSON-escaped, URL-encoded, hex, and base64 at its three offsets."""
    plain = value.encode()
    found = {
        "utf-8": plain,
        "utf-16-le": value.encode("utf-16-le"),
        "utf-16-be": value.encode("utf-16-be"),
        "json": json.dumps(value)[1:-1].encode(),
        "url": quote(value, safe="").encode(),
        "hex": plain.hex().encode(),
        "reversed": plain[::-1],
    }
    for offset in range(_AROUND):
        text = base64.b64encode(bytes(offset) + plain + bytes(_AROUND))
        # the first characters mix with what stood before, the last with what follows
        start, end = -(-offset * 8 // 6), (offset + len(plain)) * 8 // 6
        found[f"base64+{offset}"] = text[start:end]
    return found


def found_in(haystack: bytes, value: str) -> list[str]:
    """The encodings in which `value` stands in `haystack`, upper and lower case alike."""
    lowered = haystack.lower()
    return [name for name, spelled in spellings(value).items() if spelled in haystack or spelled.lower() in lowered]
