"""An address is taken apart once, and nothing in it can reach a second line of a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.http_client import target
from federation.http_client.client import NoAnswer


@pytest.mark.parametrize(
    ("url", "secure", "host", "port", "line", "told"),
    [
        ("http://127.0.0.1:8401", False, "127.0.0.1", 8401, "/", "127.0.0.1:8401"),
        ("https://xiezhi.kaihua.example/a/b?c=%20", True, "xiezhi.kaihua.example", 443, "/a/b?c=%20", None),
        ("https://[2001:db8::1]:8443/a", True, "2001:db8::1", 8443, "/a", "[2001:db8::1]:8443"),
        ("http://[::1]/a", False, "::1", 80, "/a", "[::1]"),
    ],
)
def test_address_is_taken_apart(url: str, secure: bool, host: str, port: int, line: str, told: str | None) -> None:
    to = target.read(url)

    assert to[:3] == (secure, host, port)
    assert to.head.decode().split("\r\n") == [
        f"POST {line} HTTP/1.1",
        f"Host: {told or host}",
        "Content-Type: application/octet-stream",
        "Xiezhi-Budget-Ms: ",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "HTTP://court.example/",
        "ftp://court.example/",
        "//court.example/",
        "http://user:word@court.example/",
        "http://court.example:0/",
        "http://court.example:65536/",
        "http://court.example:+80/",
        "http://court.example:/",
        "http://court.example\\@other.example/",
        "http://court.example?a=b",
        "http://court.example/a#b",
        "http://court.example/a b",
        "http://court.example/a\r\nX: y",
        "http://court.example/\n",
        "http://court.example\r\n/",
        "http://court.example\r\nX: y/",
        "http://court.example/\0",
        "http://court.example/开化",
        "http://法院.example/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[]/",
        "http:// /",
    ],
)
def test_anything_else_is_no_address(url: str) -> None:
    with pytest.raises(NoAnswer):
        target.read(url)


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.text(st.characters(codec="utf-8"), max_size=40))
def test_no_text_breaks_out_of_its_line(host: str, path: str) -> None:
    try:
        to = target.read(f"http://{host}/{path}")
    except NoAnswer:
        return

    assert to.head.count(b"\r\n") == to.head.count(b"\n") == to.head.count(b"\r") == 3
    assert to.head.split(b"\r\n")[0].count(b" ") == 2
    assert to.head.isascii()
