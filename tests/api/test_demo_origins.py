"""A front end in development is let in beside the zone's own pages."""

from api.demo.zone import Addresses, _origins
from api.settings import DemoSettings, read


def test_front_ends_are_let_in() -> None:
    given = read(DemoSettings, {"XIEZHI_DEMO_ORIGINS": "http://localhost:5173"}).demo_origins

    origins = _origins(Addresses(8_400, given)).split(",")

    assert "http://localhost:5173" in origins
    assert "http://127.0.0.1:8400" in origins


def test_nobody_else_is_by_default() -> None:
    origins = _origins(Addresses(8_400, read(DemoSettings, {}).demo_origins)).split(",")

    assert len(origins) == 24
    assert all(origin.startswith(("http://127.0.0.1:84", "http://localhost:84")) for origin in origins)
