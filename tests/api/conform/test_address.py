"""Where a conformance run may call: what an applicant states is somebody else's machine, or ours."""

import ipaddress

import aiohttp
import pytest

from api.conform import address
from api.conform.address import BadAddress

pytestmark = pytest.mark.anyio

GOOD = [
    "https://node.kaihua.example",
    "https://node.kaihua.example:8443/xiezhi/",
    "https://10.20.0.8:8400",
    "http://127.0.0.1:8400",
    "http://localhost:8400/",
    "http://[::1]:8400",
]
BAD = {
    "ftp://node.example": "FORM",
    "node.example": "FORM",
    "https://": "FORM",
    "https://user:word@node.example": "FORM",
    "https://node.example?x=1": "FORM",
    "https://node.example#x": "FORM",
    "https://node.example\\@127.0.0.1": "FORM",
    "https://node .example": "FORM",
    "https://node.example:0": "FORM",
    "https://node.example:99999": "FORM",
    "https://节点.example": "FORM",
    "http://node.example": "SCHEME",
    "http://10.20.0.8:8400": "SCHEME",
    "http://169.254.169.254": "SCHEME",
    "https://127.0.0.1:8400": "HOST",
    "https://[::1]:8400": "HOST",
    "https://[::ffff:127.0.0.1]": "HOST",
    "https://169.254.169.254": "HOST",
    "https://[fe80::1]": "HOST",
    "https://[fd00:ec2::254]": "HOST",
    "https://100.100.100.200": "HOST",
    "https://0.0.0.0": "HOST",
    "https://224.0.0.1": "HOST",
}


@pytest.mark.parametrize("url", GOOD)
def test_a_courts_address_may_be_called(url: str) -> None:
    assert address.check(url) == url.rstrip("/")


@pytest.mark.parametrize("url", BAD)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(BadAddress) as caught:
        address.check(url)

    assert caught.value.part == BAD[url]


@pytest.mark.parametrize(
    ("stands_for", "loopback", "is_called"),
    [
        ("10.20.0.8", False, True),
        ("127.0.0.1", True, True),
        ("127.0.0.1", False, False),
        ("169.254.169.254", False, False),
        ("169.254.169.254", True, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1", False, False),
    ],
)
async def test_a_name_is_no_way_around(
    monkeypatch: pytest.MonkeyPatch, stands_for: str, loopback: bool, is_called: bool
) -> None:
    async def resolve(_: object, host: str, port: int, family: int) -> list[dict[str, object]]:
        assert ipaddress.ip_address(stands_for)
        return [{"hostname": host, "host": stands_for, "port": port, "family": family, "proto": 0, "flags": 0}]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
    resolver = address.Resolver(loopback=loopback)

    try:
        found = [each["host"] for each in await resolver.resolve("node.example", 443)]
    except OSError:
        found = []

    assert found == ([stands_for] if is_called else [])
