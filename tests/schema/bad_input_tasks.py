"""Bad input of delegated tasks, by the code that it gets.

Long, because it is one table.
"""

from typing import Any, Final

from enforcement.rules.rights import Caller, Role
from tests.enforcement.registry_zone import OTHER_NO
from tests.enforcement.task_zone import (
    CHIEF,
    DIGEST,
    PRESIDENT,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    who,
)
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN
from tests.schema.bad_input import Bad, Given
from tests.schema.bad_input_stage import NOT_AGREED, Stage
from tests.schema.test_task_graphql import PAPERS, new

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
BOTH_OFFICES: Final = who(KAIHUA, 1, Role.HANDLER, Role.BUREAU_CHIEF)
COLLEAGUE: Final = who(KAIHUA, 2, Role.HANDLER)
AT: Final = "2025-07-14T09:00:00+08:00"


def created(**changes: Any) -> Given:
    return lambda _: new(**{"kinds": ["OTHER_RIGHT"], "idempotencyKey": "bad"} | changes)


def on(name: str, court: str = KAIHUA, **more: Any) -> Given:
    """The named task, as that court has it."""
    return lambda stage: stage.task(name, court) | more


def beside(name: str, **more: Any) -> Given:
    """What is said beside the log of the named task; an id of the stage by its name."""

    def given(stage: Stage) -> dict[str, Any]:
        named = {key: stage.id(value[1:]) if value[:1] == "@" else value for key, value in _texts(more).items()}
        return {"id": str(stage.tasks[name]), "idempotencyKey": "bad"} | more | named

    return given


def _texts(more: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in more.items() if isinstance(value, str)}


def noted(**changes: Any) -> Given:
    return beside("working", **{"text": "车已找到"} | changes)


def step(court: str = SHEXIAN, **changes: Any) -> Given:
    given = {"kind": "SEARCHED", "at": AT, "officers": [THEIR_OFFICER.officer_id], "note": "查车"}
    return on("working", court, **given | changes)


def inventory(**changes: Any) -> dict[str, Any]:
    given = {
        "startedAt": AT,
        "finishedAt": AT,
        "place": "城关镇样例路1号",
        "custodian": "保管人样某",
        "debtorPresent": True,
        "items": [{"name": "小型轿车", "quantity": 1}],
        "signatures": ["o-341021-02", "o-341021-03"],
    }
    return given | changes


def objection(**changes: Any) -> Given:
    given = {
        "kind": "CONDUCT",
        "filedOn": "2025-07-14",
        "decidedBy": KAIHUA,
        "objector": "异议人样某",
        "reason": "不服查封",
    }
    return beside("working", **given | changes)


def thing(kind: str, decidedBy: str = KAIHUA, **identity: str) -> Given:  # noqa: N803  # as the schema has it
    parts = [{"part": part, "value": value} for part, value in identity.items()]
    return objection(decidedBy=decidedBy, asset={"kind": kind, "division": "341021", "identity": parts})


def strange_thing() -> Given:
    """An objection about another car than the one that the task seizes."""
    another = thing("VEHICLE", plate="皖JX0999", decidedBy=SHEXIAN)
    return lambda stage: another(stage) | {"id": str(stage.tasks["seizing"])}


DECISION: Final = {"outcome": "DISMISSED", "decidedOn": "2025-07-14", "servedOn": "2025-07-14"}
RULED: Final = DECISION | {"rulingNo": "（2025）浙0824执异8号"}
CREATE: Final = "createDelegatedTask"
TOO_LATE: Final = (
    "UPDATE tasks SET status_at = status_at - interval '40 days' WHERE status = 'COMPLETED'",
    "UPDATE tasks SET status_at = status_at + interval '40 days' WHERE status = 'COMPLETED'",
)
RESTORED: Final = (
    """INSERT INTO lives (epoch, began_at) VALUES (99, '2025-07-14');
       INSERT INTO resyncs (epoch, peer) VALUES (99, '浙0824')""",
    "DELETE FROM resyncs WHERE epoch = 99; DELETE FROM lives WHERE epoch = 99",
)
SAID: Final = (
    """INSERT INTO task_statements SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid()))).*
         FROM task_statements s, generate_series(1, 500) WHERE s.kind = 'OBJECTION' AND s.author = '皖1021'""",
    "DELETE FROM task_statements s WHERE kind = 'OBJECTION' AND NOT EXISTS (SELECT FROM objections WHERE id = s.id)",
)
FORKED: Final = ("UPDATE tasks SET is_disputed = true", "UPDATE tasks SET is_disputed = false")


def _with(caller: Caller, code: str, act: str, given: Given, **more: Any) -> Bad:
    return Bad(code, act, given, caller, **more)


TASKS: Final = [
    Bad("NOT_FOUND", "submitDelegatedTask", lambda _: {"id": NOBODY, "version": 1}),
    _with(CHIEF, "FORBIDDEN", CREATE, created()),
    Bad("STALE_VERSION", "submitDelegatedTask", on("draft", version=7), carries={"current": 2}),
    _with(
        CHIEF,
        "TRANSITION_NOT_ALLOWED",
        "approveDelegatedTask",
        on("draft"),
        carries={"current": "DRAFT", "wanted": "APPROVED"},
    ),
    Bad("DUPLICATE_OF", CREATE, created(kinds=["SHIP"])),
    Bad("INVALID_CASE_NUMBER", CREATE, created(caseNumber="（2025）浙0824执0号"), part="SEQUENCE"),
    Bad("INVALID_ID_NUMBER", CREATE, created(debtor={"residentId": "341021197903159973"}), part="CHECK_DIGIT"),
    Bad("INVALID_USCC", CREATE, created(debtor={"creditCode": "91341021FAKE000136"}), part="CHECK_CHARACTER"),
    Bad("INVALID_IDENTITY", CREATE, created(debtor={}), part="debtor"),
    Bad("INVALID_KINDS", CREATE, created(kinds=[]), part="kinds"),
    Bad(
        "INVALID_DOCUMENT",
        CREATE,
        created(documents=[{"kind": kind, "sha256": "a1b2c3"} for kind in PAPERS]),
        part="SHA256",
    ),
    Bad("INVALID_KEY", CREATE, created(idempotencyKey=" "), part="idempotencyKey"),
    Bad(
        "IDEMPOTENCY_KEY_REUSED",
        "evaluateDelegatedTask",
        beside("evaluated", score=4, idempotencyKey="evaluated"),
        CHIEF,
        part="idempotencyKey",
    ),
    Bad("CASE_NOT_OPEN", CREATE, lambda stage: new(caseNumber=stage.numbers["closed"], idempotencyKey="bad")),
    Bad(
        "DEBTOR_NOT_NAMED",
        CREATE,
        lambda stage: new(caseNumber=stage.numbers["double"], idempotencyKey="bad"),
        part="debtorId",
    ),
    Bad("NOT_JUDGMENT_DEBTOR", CREATE, created(debtor={"residentId": OTHER_NO})),
    Bad("UNKNOWN_COURT", CREATE, created(entrustedCourt="皖9999"), part="entrustedCourt"),
    Bad("MEMBERSHIP_SUSPENDED", CREATE, created(entrustedCourt=CHANGSHAN)),
    Bad("MATTER_NOT_AGREED", CREATE, created(matter=NOT_AGREED.value)),
    Bad(
        "LEGAL_DOCUMENT_MISSING",
        CREATE,
        created(matter="SEIZE_VEHICLE", kinds=[]),
        carries={"missing": ["ASSISTANCE_NOTICE", "RULING", "SERVICE_RECEIPT"]},
    ),
    _with(BOTH_OFFICES, "SELF_APPROVAL_FORBIDDEN", "approveDelegatedTask", on("pending")),
    _with(CHIEF, "APPROVAL_REQUIRED", "approveDelegatedTask", on("coercion")),
    _with(CHIEF, "RETURN_REASON_REQUIRED", "refuseDelegatedTaskApproval", on("pending", opinion=" "), part="opinion"),
    _with(COLLEAGUE, "NOT_ASSIGNED", "submitDelegatedTask", on("draft")),
    Bad("REQUEST_PENDING", "withdrawDelegatedTask", on("withdrawing", reason="再次撤回")),
    _with(
        THEIR_OFFICER,
        "NOT_THE_HOLDER",
        "recordHandlingStep",
        lambda stage: step()(stage) | stage.task("fed_back", SHEXIAN),
    ),
    _with(THEIR_CENTRE, "TASK_DISPUTED", "signForDelegatedTask", on("received", SHEXIAN), while_=FORKED),
    _with(THEIR_CENTRE, "INVALID_BATCH", "signForDelegatedTasks", lambda _: {"tasks": []}, part="tasks"),
    _with(
        THEIR_CHIEF,
        "UNKNOWN_OFFICER",
        "assignDelegatedTask",
        on("working", SHEXIAN, officerId="o-341021-99"),
        part="officerId",
    ),
    _with(THEIR_OFFICER, "INVALID_OFFICERS", "recordHandlingStep", step(officers=[]), part="officers"),
    _with(THEIR_OFFICER, "TWO_OFFICERS_REQUIRED", "recordHandlingStep", step(kind="VISITED"), part="officers"),
    _with(THEIR_OFFICER, "INVALID_PERIOD", "recordHandlingStep", step(at="2025-07-15T09:00:00+08:00"), part="at"),
    _with(
        THEIR_OFFICER,
        "INVALID_INVENTORY",
        "recordHandlingStep",
        step(kind="SEIZED", officers=["o-341021-02", "o-341021-03"], inventory=inventory(custodian=" ")),
        part="custodian",
    ),
    _with(
        THEIR_OFFICER,
        "EVIDENCE_REQUIRED",
        "submitFeedback",
        on("seizing", SHEXIAN, result="DONE_FULL"),
        part="inventory",
    ),
    _with(
        THEIR_CHIEF,
        "COMMUNICATION_REQUIRED_BEFORE_RETURN",
        "returnDelegatedTask",
        on("received", SHEXIAN, reason="OUT_OF_SCOPE"),
        part="communication",
    ),
    _with(
        THEIR_OFFICER,
        "RETURN_REASON_REQUIRED",
        "requestSupplement",
        on("working", SHEXIAN, papers=[], communication={"at": AT, "channel": "PHONE"}),
        part="papers",
    ),
    Bad(
        "TRANSITION_NOT_ALLOWED",
        "supplementDelegatedTask",
        on("returned", documents=[{"kind": "RULING", "sha256": DIGEST}]),
        carries={"current": "RETURNED", "wanted": "SUPPLEMENTED"},
    ),
    _with(THEIR_OFFICER, "INVALID_TEXT", "postTaskNote", noted(text=" "), part="text"),
    _with(THEIR_OFFICER, "CONTENT_NOT_ACCEPTED", "forwardObjection", objection(reason="长" * 5000)),
    _with(THEIR_OFFICER, "CONTENT_TOO_LARGE", "forwardObjection", objection(reason="长" * 60_000)),
    _with(
        CHIEF, "COMPLAINT_TOO_EARLY", "complainDelegatedTask", beside("received", ground="NOT_BEGUN", reason="逾期未办")
    ),
    _with(
        CHIEF,
        "RETURN_REASON_REQUIRED",
        "complainDelegatedTask",
        beside("received", ground="NOT_BEGUN", reason=" "),
        part="reason",
    ),
    _with(CHIEF, "COMPLAINT_OPEN", "complainDelegatedTask", beside("seizing", ground="DISPUTE", reason="意见仍不一")),
    _with(
        THEIR_CHIEF,
        "COMPLAINT_ANSWERED",
        "answerComplaint",
        beside("working", complaintId="@complaint working", text="再次说明"),
    ),
    Bad("INVALID_SCORE", "evaluateDelegatedTask", beside("completed", score=6), part="score"),
    Bad("ALREADY_EVALUATED", "evaluateDelegatedTask", beside("evaluated", score=5)),
    Bad("EVALUATION_TOO_LATE", "evaluateDelegatedTask", beside("completed", score=5), while_=TOO_LATE),
    _with(THEIR_OFFICER, "INVALID_COURTS", "forwardObjection", objection(decidedBy=CHANGSHAN), part="decidedBy"),
    _with(THEIR_OFFICER, "INVALID_PLATE", "forwardObjection", thing("VEHICLE", plate="皖IX0365"), part="ZONE"),
    _with(THEIR_OFFICER, "INVALID_VIN", "forwardObjection", thing("VEHICLE", vin="LFAKE0A1XR"), part="LENGTH"),
    _with(
        THEIR_OFFICER,
        "INVALID_UNIT_NUMBER",
        "forwardObjection",
        thing("REAL_ESTATE", unit_no="341021001001GB"),
        part="LENGTH",
    ),
    _with(
        THEIR_OFFICER,
        "INVALID_ACCOUNT",
        "forwardObjection",
        thing("BANK_DEPOSIT", account="6299993410210000017"),
        part="CHECK_DIGIT",
    ),
    _with(
        PRESIDENT, "OBJECTION_DECIDED", "decideObjection", beside("working", objectionId="@objection decided", **RULED)
    ),
    _with(
        who(KAIHUA, 1, Role.HANDLER, Role.PRESIDENT),
        "HANDLER_MAY_NOT_DECIDE",
        "decideObjection",
        beside("seizing", objectionId="@objection pending", **RULED),
    ),
    _with(
        PRESIDENT,
        "RETURN_REASON_REQUIRED",
        "decideObjection",
        beside("seizing", objectionId="@objection pending", **DECISION),
        part="rulingNo",
    ),
    _with(THEIR_CENTRE, "RESYNCING", "signForDelegatedTask", on("received", SHEXIAN), while_=RESTORED),
    _with(THEIR_OFFICER, "TOO_MANY_STATEMENTS", "forwardObjection", objection(), while_=SAID),
    _with(
        THEIR_OFFICER,
        "THING_NOT_OF_TASK",
        "forwardObjection",
        strange_thing(),
        part="asset",
    ),
]
