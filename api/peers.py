"""Whom a program may call, and how. Invariant: plain HTTP only when both ends are loopback.

Apart from the server (transport.py), so that a command that calls once does not load one.
"""

import ipaddress
import ssl
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from api.settings import BadSetting


class UnsafeTransport(BadSetting):
    """Plain HTTP would leave this machine."""


def is_loopback(host: str) -> bool:
    """Whether `host` is a loopback address, or the name that always is one."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_transport(bind_host: str, tls_cert: Path | None) -> None:
    """Return if a program may listen on `bind_host`.

    Raises:
        UnsafeTransport: not loopback, and no certificate.
    """
    if tls_cert is None and not is_loopback(bind_host):
        raise UnsafeTransport("plain HTTP is for loopback only: set XIEZHI_TLS_CERT and XIEZHI_TLS_KEY")


def check_peer(url: str) -> None:
    """Return if `url` may be called: HTTPS anywhere, plain HTTP on loopback.

    Raises:
        UnsafeTransport: anything else.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return
    raise UnsafeTransport("a peer outside this machine is called over HTTPS only")


class Certified(Protocol):
    """Settings that may name a certificate."""

    @property
    def tls_cert(self) -> Path | None: ...
    @property
    def tls_key(self) -> Path | None: ...
    @property
    def tls_ca(self) -> Path | None: ...


def client_tls(settings: Certified) -> ssl.SSLContext | None:
    """The context for calls to other courts: our certificate, their authorities; None without TLS."""
    if settings.tls_cert is None:
        return None
    context = ssl.create_default_context(cafile=None if settings.tls_ca is None else str(settings.tls_ca))
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context
