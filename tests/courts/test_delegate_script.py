"""docs/examples/delegate.sh, run as a newcomer runs it: the car is seized, and each request was an officer's."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from api.demo import documents as d
from api.demo.client import Client
from api.demo.people import announced
from api.demo.zone import Zone
from tests.courts.desks import CENTRE, Desks

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "examples" / "delegate.sh"
CASE, XIUNING, KAIHUA = "（2025）皖1022执338号", "皖1022", "浙0824"


@pytest.fixture
def announced_zone(zone: Zone) -> Iterator[Zone]:
    """The zone, known to `xiezhi token` as a running demo is."""
    with announced(zone.addresses.base_port, zone.folder, zone.addresses.provider, zone.root):
        yield zone


async def run_script(zone: Zone) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "XIEZHI_DEMO_PORT": str(zone.addresses.base_port)}

    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", str(SCRIPT)], env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return await anyio.to_thread.run_sync(run)


async def test_the_script_delegates_a_seizure(announced_zone: Zone, client: Client) -> None:
    zone, desks = announced_zone, Desks(announced_zone, client)

    ran = await run_script(zone)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    (task_id,) = re.findall(r"Done: (\S+)", ran.stdout)
    here = await desks.at(XIUNING, CENTRE).one(d.TASK, id=task_id)
    there = await desks.at(KAIHUA, CENTRE).one(d.TASK, id=task_id)
    assert (here["matter"], here["status"], there["status"]) == ("SEIZE_VEHICLE", "COMPLETED", "COMPLETED")
    assert here["timeline"] == there["timeline"]
    (measure,) = [m for m in await _measures(desks) if m["kind"] == "SEIZE"]
    assert (measure["status"], measure["orderingCourt"], measure["executingCourt"]) == ("EFFECTIVE", XIUNING, KAIHUA)
    assert (measure["rank"], len(measure["receipts"])) == (1, 1)
    await _the_second_run_stops_at_its_refusal(zone, desks)


async def _measures(desks: Desks) -> list[dict[str, Any]]:
    case = await desks.handler_of(CASE).one(d.CASE, caseNumber=CASE, asOf="2025-07-17")
    measures: list[dict[str, Any]] = case["measures"]["nodes"]
    return measures


async def _the_second_run_stops_at_its_refusal(zone: Zone, desks: Desks) -> None:
    before = await _measures(desks)

    ran = await run_script(zone)

    assert ran.returncode == 1
    assert "DUPLICATE_OF" in ran.stderr
    assert "createDelegatedTask" not in ran.stdout  # nothing was asked after the refusal
    assert await _measures(desks) == before


async def test_without_a_demo_the_script_says_so(zone: Zone) -> None:
    ran = await run_script(zone)

    assert ran.returncode != 0
    assert "make demo" in ran.stderr
    assert ran.stdout == ""


def test_the_script_is_plain_posix_sh() -> None:
    text = SCRIPT.read_text(encoding="utf-8")

    assert text.startswith("#!/bin/sh\n")
    assert not re.search(r"\[\[|\blocal\b|<<<|\bfunction\b|\$'", text)
    assert subprocess.run(["sh", "-n", str(SCRIPT)], check=False).returncode == 0


def test_every_request_names_its_officer_in_both_languages() -> None:
    """Each purpose reads in Chinese and in English; the offices that a seizure needs are all there."""
    text = SCRIPT.read_text(encoding="utf-8")
    purposes = re.findall(r"^(?:ask|act \w+ \w+) '([^']+)'", text, re.MULTILINE)

    assert len(purposes) >= 15
    assert all(re.search("[一-鿿]", purpose) and re.search("[A-Za-z]{3}", purpose) for purpose in purposes)
    for office in ("承办人", "执行局长", "指挥中心", "干警"):
        assert any(office in purpose for purpose in purposes)
