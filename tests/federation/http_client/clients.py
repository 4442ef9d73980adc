"""Both ways of calling, as the tests open them."""

import ssl
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import aiohttp

from federation.http_client.client import HttpClient, Implementation
from federation.http_client.library import LibraryClient
from federation.http_client.pool import OwnClient


@asynccontextmanager
async def opened(which: Implementation, tls: ssl.SSLContext | None = None, **pool: Any) -> AsyncIterator[HttpClient]:
    """A client; `pool` is of our own one."""
    if which is Implementation.OWN:
        async with aclosing(OwnClient(tls, **pool)) as own:
            yield own
    else:
        connector = aiohttp.TCPConnector(ssl=tls or True)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield LibraryClient(session)
