"""Which addresses a conformance run may call: the applicant says its own, and the gateway's machine would call it.

Invariant: HTTPS anywhere, plain HTTP on loopback only; never a link-local, multicast or unspecified address, nor one
where a cloud keeps its machines' secrets; every address that a name stands for is checked as it is connected to.
"""

import ipaddress
import re
import socket
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_FORM: Final = re.compile(r"https?://[\x21-\x7e]{1,400}", re.ASCII)
_METADATA: Final = frozenset({"169.254.169.254", "100.100.100.200", "fd00:ec2::254"})
"""Where clouds answer for their machines; the first is link-local too."""
_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadAddress(Exception):
    """The URL may not be called; `part` is FORM, SCHEME or HOST."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def check(url: str) -> str:
    """The URL without a slash at its end, if it may be called.

    Raises:
        BadAddress: it may not.
    """
    if not _FORM.fullmatch(url):
        raise BadAddress("FORM")
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        raise BadAddress("FORM") from None
    if not parts.hostname or not has_port or "@" in parts.netloc or parts.query or parts.fragment or "\\" in url:
        raise BadAddress("FORM")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise BadAddress("SCHEME")
    literal = _literal(parts.hostname)
    if literal is not None and not _may_be_called(literal, loopback=parts.scheme == "http"):
        raise BadAddress("HOST")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether `host` is a loopback address, or the name that always is one."""
    literal = _literal(host)
    return host == "localhost" if literal is None else literal.is_loopback


def _literal(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _may_be_called(address: _Address, *, loopback: bool) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    plain: _Address = mapped or address
    if plain.is_loopback:
        return loopback
    is_nobodys = plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain.is_reserved
    return not is_nobodys and str(plain) not in _METADATA


class Resolver(AbstractResolver):
    """Names as the system has them, without the addresses that may not be called."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback
        self._system = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Every address that may be called.

        Raises:
            OSError: there is none.
        """
        found = await self._system.resolve(host, port, family)
        allowed = [
            each for each in found if _may_be_called(ipaddress.ip_address(each["host"]), loopback=self._loopback)
        ]
        if not allowed:
            raise OSError("no address that may be called")
        return allowed

    async def close(self) -> None:
        await self._system.close()
