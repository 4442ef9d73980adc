"""Each refusal code of searches, tasks, measures, money and transfers, by bad input through the node's GraphQL."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from api.error_codes import PROBLEMS
from db.clock import SetClock
from enforcement import once
from enforcement.court import CourtNode
from federation.directory.document import CourtEntry
from schema.node.schema import SCHEMA
from tests.conftest import REFERENCE
from tests.federation.zone import KAIHUA, SHEXIAN
from tests.schema.bad_input import Bad, refused
from tests.schema.bad_input_assets import MEASURES, SEARCHES
from tests.schema.bad_input_keys import KEY, KEYED, KEYS_ELSEWHERE, Claims, fields, unbound
from tests.schema.bad_input_money import CASES, MONEY
from tests.schema.bad_input_stage import Stage
from tests.schema.bad_input_stage import stage as set_up
from tests.schema.bad_input_tasks import CREATE, TASKS, created, on
from tests.schema.bad_input_versions import VERSIONS, VERSIONS_ELSEWHERE

pytestmark = pytest.mark.anyio
EVERY: Final = [*TASKS, *SEARCHES, *MEASURES, *MONEY, *CASES, *VERSIONS]
STRANGER: Final = Bad("NOT_A_MEMBER", CREATE, created())
LOST: Final = Bad("COURT_LOST", "rejectFeedback", on("fed_back", reason="缺少回执"))
OF_READING: Final = {"INVALID_CURSOR", "INVALID_PAGE", "INVALID_SECTIONS", "INVALID_SCOPE", "NOT_COVERED"}
OF_LOOK_UPS: Final = {"PURPOSE_NOT_PERMITTED", "RATE_LIMITED", "DIRECTORY_OUTDATED"}
OF_THE_LIST: Final = {"INVALID_CORRECTION", "RECONSIDERATION_TOO_LATE"}
OF_THE_GATEWAY: Final = {
    "AGREEMENT_BEYOND_FRAMEWORK", "ALREADY_ANSWERED", "ALREADY_MEMBER", "ALREADY_SIGNED", "ALREADY_SUPERVISED",
    "ALREADY_URGED", "APPLICATION_PENDING", "ASK_OWN_COURT", "CONFORMANCE_REQUIRED", "CONFORMANCE_RUNNING",
    "DECISIONS_OPEN", "GATEWAY_FAULTY", "GATEWAY_UNREACHABLE", "INVALID_AGENDA", "INVALID_DECISIONS", "INVALID_HOURS",
    "INVALID_SCHEMA", "INVALID_SIGNED_DOCUMENT", "INVALID_STANDARD", "INVALID_TERMS", "KEY_PROOF_FAILED",
    "MAINTENANCE_OVER", "MAINTENANCE_OVERLAPS", "NOT_A_PARTY", "NOT_A_VOTER", "NOT_ENOUGH_LEFT", "NOT_SIGNED_IN",
    "NO_AGREEMENT", "OPEN_TASKS_REMAIN", "PERIODS_OVERLAP", "PROPOSAL_CLOSED", "PROPOSAL_OPEN", "RECORD_CLOSED",
    "REQUESTS_OPEN", "SAME_COURT", "SIGNATURE_REJECTED", "STANDARD_CHANGED", "TASK_ENDED", "TOO_MANY_APPLICATIONS",
    "TOO_MANY_MAINTENANCES", "TOO_MANY_SUSPENDED", "UNKNOWN_DIVISION", "UNSUPPORTED_CONTRACT", "UNSUPPORTED_FIELD",
    "WRONG_ZONE",
}  # fmt: skip
"""Codes that no act on a search, task, measure, case or transfer gets; their own tests produce them."""
WITHOUT_PART: Final = {
    "CONTENT_NOT_ACCEPTED",  # it is known of the whole content alone
    "CONTENT_TOO_LARGE",
}
"""Codes that ask for other input, and cannot say which."""


@pytest.fixture(scope="module")
async def stage(module_database: Callable[..., Awaitable[str]]) -> AsyncIterator[Stage]:
    async with set_up(module_database, SetClock(REFERENCE)) as made:
        yield made


@pytest.mark.parametrize("bad", EVERY, ids=lambda bad: f"{bad.code}-{bad.act}")
async def test_bad_input_is_refused(stage: Stage, bad: Bad) -> None:
    arrange, undo = bad.while_ or ("SELECT 1", "SELECT 1")
    for node in stage.nodes:
        await node.pool.execute(arrange)
    try:
        told = await refused(stage, bad)
    finally:
        for node in stage.nodes:
            await node.pool.execute(undo)

    assert told.get("part") == bad.part
    assert bad.carries.items() <= told.items()


@pytest.mark.parametrize("act", KEYED)
async def test_a_key_binds_the_whole_input(stage: Stage, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = Claims()
    monkeypatch.setattr(once, "claim", claims.claim)

    assert await unbound(stage, act, claims) == []


def acts_with(field: str) -> set[str]:
    acts: Any = SCHEMA._schema.mutation_type  # graphql-core's own schema
    return {name for name in acts.fields if name != "zone" and field in fields(name)}


def in_their_files(names: Mapping[str, str], code: str) -> None:
    """Each of these files produces the code, as such or as the refusal's name."""
    for name, file in names.items():
        text = (Path(__file__).parents[1] / file).read_text(encoding="utf-8")
        assert code in text or code.title().replace("_", "") in text, (name, file)


def test_every_key_is_tried_with_another_body() -> None:
    assert acts_with(KEY) == KEYED.keys() | KEYS_ELSEWHERE.keys()
    in_their_files(KEYS_ELSEWHERE, "IDEMPOTENCY_KEY_REUSED")


def test_every_version_is_tried_stale() -> None:
    tried = {bad.act for bad in EVERY if bad.code == "STALE_VERSION"}

    assert acts_with("version") == tried | VERSIONS_ELSEWHERE.keys()
    in_their_files(VERSIONS_ELSEWHERE, "STALE_VERSION")


def told_that(stage: Stage, *courts: CourtEntry) -> CourtNode:
    """开化, to which the directory lists these courts."""
    view = stage.courts.zone.view(2, courts=list(courts))
    directory: Any = SimpleNamespace(current=lambda: view)
    return replace(stage.courts.ours.node, directory=directory)


async def test_a_court_that_is_no_member_delegates_nothing(stage: Stage) -> None:
    told = await refused(stage, STRANGER, told_that(stage, stage.courts.zone.court(SHEXIAN)))

    assert told["part"] is None


async def test_nothing_passes_to_a_court_that_is_lost(stage: Stage) -> None:
    own, lost = stage.courts.zone.court(KAIHUA), stage.courts.zone.court(SHEXIAN, lost_at=REFERENCE)

    told = await refused(stage, LOST, told_that(stage, own, lost))

    assert told["part"] is None


def test_every_code_has_bad_input() -> None:
    """A new code needs a row, or belongs to another part of the program."""
    tried = {bad.code for bad in (*EVERY, STRANGER, LOST)}
    elsewhere = OF_READING | OF_LOOK_UPS | OF_THE_LIST | OF_THE_GATEWAY

    assert tried | elsewhere == set(PROBLEMS)
    assert tried & elsewhere == set()


@pytest.mark.parametrize("bad", EVERY, ids=lambda bad: f"{bad.code}-{bad.act}")
def test_what_is_to_be_corrected_is_named(bad: Bad) -> None:
    asks_for_other_input = PROBLEMS[bad.code][0] == "corrected"

    assert not asks_for_other_input or bad.part or bad.carries or bad.code in WITHOUT_PART
