"""Files that hold private keys: made once, mode 0600, never overwritten, refused when others may read them."""

import os
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from federation.wire import strict_json
from federation.wire.errors import KeyFileRefused

T = TypeVar("T")
_PRIVATE: Final = 0o600
_OTHERS: Final = 0o077
_MAX_BYTES: Final = 64 * 1024


def write(path: Path, content: object) -> None:
    """Write `content` as JSON to a new file and flush it to disk.

    Raises:
        KeyFileRefused: the file exists; a lost key is not made good by a new one.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _PRIVATE)
    except FileExistsError:
        raise KeyFileRefused("exists") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, decoder: "msgspec.json.Decoder[T]") -> T:
    """The content.

    Raises:
        KeyFileRefused: missing, unreadable, readable by group or others, or not of the format.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise KeyFileRefused("exposed")
            raw = file.read(_MAX_BYTES)
    except FileNotFoundError:
        raise KeyFileRefused("missing") from None
    except OSError:
        raise KeyFileRefused("unreadable") from None
    try:
        content, _ = strict_json.decode(raw, decoder)
    except strict_json.NotStrict:
        raise KeyFileRefused("format") from None
    return content
