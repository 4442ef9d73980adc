"""Every form in which a text may lie in bytes, and the search for all of them."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_SHORTEST: Final = 6  # bytes: anything shorter would be found by chance
_RUN: Final = re.compile(rb"[\x20-\x7e\x80-\xff]{%d,}" % _SHORTEST)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A canary was found: which, how it was encoded, and where."""

    canary: str
    encoding: str
    where: str


def encodings(text: str) -> dict[bytes, str]:
    """The text's forms as bytes -> the form's name; equal forms once."""
    utf8 = text.encode()
    forms = {
        "UTF-8": utf8,
        "UTF-16LE": text.encode("utf-16-le"),
        "UTF-16BE": text.encode("utf-16-be"),
        "JSON": _escaped(text).encode(),
        "JSON, upper": _escaped(text, upper=True).encode(),
        "URL": quote(text, safe="").encode(),
        "URL, lower": _lower_percent(text).encode(),
        "hex": utf8.hex().encode(),
        "hex, upper": utf8.hex().upper().encode(),
    }
    for offset in range(3):
        forms[f"base64, offset {offset}"] = _base64(utf8, offset)
        forms[f"base64url, offset {offset}"] = _base64(utf8, offset).replace(b"+", b"-").replace(b"/", b"_")
    return {form: name for name, form in reversed(forms.items()) if len(form) >= _SHORTEST}


def _escaped(text: str, *, upper: bool = False) -> str:
    """As JSON may write it: every character beyond ASCII as \\uXXXX."""
    units = (f"\\u{ord(char):04X}" if upper else f"\\u{ord(char):04x}" for char in text)
    return "".join(char if char.isascii() else unit for char, unit in zip(text, units, strict=True))


def _lower_percent(text: str) -> str:
    return "".join(char if char.isascii() else "".join(f"%{byte:02x}" for byte in char.encode()) for char in text)


def _base64(data: bytes, offset: int) -> bytes:
    """The characters that `data` alone decides when it begins `offset` bytes into a group of three."""
    encoded = base64.b64encode(bytes(offset) + data).rstrip(b"=")
    return encoded[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6]


class Needles:
    """All forms of all canaries (name -> text), ready to be searched for.

    Most forms hold no control byte, so they can only lie within a run of other bytes: those runs are taken out first,
    each once, and make a small part of a process's memory.
    """

    def __init__(self, canaries: Mapping[str, str]) -> None:
        known = {form: (name, way) for name, text in canaries.items() for form, way in encodings(text).items()}
        self._in_runs = {form: what for form, what in known.items() if _RUN.fullmatch(form)}
        self._anywhere = {form: what for form, what in known.items() if form not in self._in_runs}
        self.longest = max(len(form) for form in known)

    def __len__(self) -> int:
        return len(self._in_runs) + len(self._anywhere)

    def search(self, places: Iterable[tuple[str, bytes]]) -> set[Hit]:
        """What stands in any of the places (name, content)."""
        hits: set[Hit] = set()
        runs: dict[bytes, str] = {}
        for where, data in places:
            hits |= {Hit(*what, where) for form, what in self._anywhere.items() if form in data}
            for run in _RUN.findall(data):
                runs.setdefault(run, where)
        together = b"\0".join(runs)
        found = [(form, what) for form, what in self._in_runs.items() if form in together]
        return hits | {Hit(*what, where) for form, what in found for run, where in runs.items() if form in run}
