"""Settings are read in one place, documented from the code, and never leak."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from api.anomaly_thresholds import thresholds
from api.settings import BadSetting, GatewaySettings, NodeSettings, ProviderSettings, read, variable
from api.settings_table import PROGRAMS, document
from enforcement.rules.anomalies import Thresholds

_NODE = {
    "XIEZHI_PORT": "8401",
    "XIEZHI_DSN": "postgresql://u:hunter2@db/node",
    "XIEZHI_KEY_FILE": "/k",
    "XIEZHI_STATE_DIR": "/s",
    "XIEZHI_DIRECTORY_FILE": "/d",
    "XIEZHI_DIRECTORY_ROOT": "abc",
    "XIEZHI_ISSUER": "http://127.0.0.1:8409/330824",
    "XIEZHI_COURT": "浙0824",
    "XIEZHI_DIVISION": "330824",
    "XIEZHI_GATEWAY_URL": "http://127.0.0.1:8400",
}


def test_a_node_reads_its_environment() -> None:
    settings = read(NodeSettings, {**_NODE, "XIEZHI_ALLOWED_ORIGINS": "http://a, http://b", "XIEZHI_DEMO": "1"})

    assert settings.port == 8401
    assert settings.url == "http://127.0.0.1:8401"
    assert settings.key_file == Path("/k")
    assert settings.allowed_origins == ("http://a", "http://b")
    assert settings.demo is True
    assert settings.tls_cert is None


def test_what_is_unusual_is_chosen() -> None:
    chosen = {
        "XIEZHI_ANOMALY_SUBJECTS": "9",
        "XIEZHI_ANOMALY_WINDOW_MIN": "5",
        "XIEZHI_NIGHT_FROM": "0",
        "XIEZHI_NIGHT_UNTIL": "4",
    }

    assert thresholds(read(NodeSettings, _NODE)) == Thresholds(50, timedelta(hours=1), 22, 6)
    assert thresholds(read(NodeSettings, {**_NODE, **chosen})) == Thresholds(9, timedelta(minutes=5), 0, 4)


@pytest.mark.parametrize(("name", "hour"), [("XIEZHI_NIGHT_FROM", "24"), ("XIEZHI_NIGHT_UNTIL", "-1")])
def test_the_night_is_made_of_hours(name: str, hour: str) -> None:
    settings = read(NodeSettings, {**_NODE, name: hour})

    with pytest.raises(BadSetting, match=name):
        thresholds(settings)


def test_what_the_law_leaves_open_is_chosen() -> None:
    assert read(NodeSettings, _NODE).interest_start == "DAY_AFTER_EXPIRY"
    assert read(NodeSettings, {**_NODE, "XIEZHI_INTEREST_START": "EXPIRY_DAY"}).interest_start == "EXPIRY_DAY"
    with pytest.raises(BadSetting):
        read(NodeSettings, {**_NODE, "XIEZHI_INTEREST_START": "WHENEVER"})


def test_a_secret_never_shows() -> None:
    assert "hunter2" not in repr(read(NodeSettings, _NODE))


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(BadSetting, match="XIEZHI_PEOPLE_FILE is required"):
        read(ProviderSettings, {"XIEZHI_PORT": "8409"})


def test_a_bad_setting_is_named_without_its_value() -> None:
    with pytest.raises(BadSetting, match="XIEZHI_PORT cannot be read") as caught:
        read(GatewaySettings, {**_NODE, "XIEZHI_PORT": "hunter2"})

    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_one_variable_means_one_thing() -> None:
    seen: dict[str, object] = {}
    for program in PROGRAMS.values():
        for item in fields(program):
            assert seen.setdefault(variable(item), (item.metadata, item.default)) == (item.metadata, item.default)


def test_the_table_equals_the_code() -> None:
    assert Path("docs/settings.md").read_text() == document()
