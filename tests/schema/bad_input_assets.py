"""Bad input of asset searches, control measures and transfer requests, by the code that it gets."""

from typing import Any, Final

from tests.enforcement.registry_zone import NUMBER, RULING
from tests.enforcement.task_zone import CHIEF, DIGEST
from tests.federation.zone import CHANGSHAN, SHEXIAN
from tests.schema.bad_input import Bad, Given
from tests.schema.bad_input_stage import Stage

AT: Final = "2025-07-14T09:00:00+08:00"
PAPER: Final = {"number": "样1号", "sha256": DIGEST}
SEARCH_PAPERS: Final = [
    {"kind": kind, "sha256": DIGEST} for kind in ("DELEGATION_LETTER", "OFFICER_CERTIFICATE", "INVESTIGATION_NOTICE")
]
LAPSED: Final = (
    "UPDATE measures SET expires_on = '2025-07-01' WHERE ruling_no LIKE '%之三' AND kind = 'SEAL'",
    "UPDATE measures SET expires_on = '2027-05-14' WHERE ruling_no LIKE '%之三' AND kind = 'SEAL'",
)


def ruled(asset: str, **changes: Any) -> Given:
    given = {"caseNumber": NUMBER, "kind": "SEAL", "rulingNo": RULING, "idempotencyKey": "bad"}
    return lambda stage: given | {"assetId": stage.id(asset)} | changes


def ordered(**changes: Any) -> Given:
    """An order about the measure that stands on the car."""
    return lambda stage: {"id": stage.id("standing"), "version": 1, "rulingNo": NUMBER + "之四"} | changes


def served(measure: str, **changes: Any) -> Given:
    return lambda stage: {"measureId": stage.id(measure), "idempotencyKey": "bad"} | changes


def receipt(**changes: Any) -> Given:
    given = {
        "answer": "REGISTERED",
        "receiptNo": "回执1号",
        "broughtBy": "o-330824-02",
        "paperSha256": DIGEST,
        "rank": 1,
        "registeredAt": AT,
        "idempotencyKey": "bad",
    }
    return lambda stage: given | {"noticeId": stage.id("notice")} | changes


def answered(**changes: Any) -> Given:
    """What was seen on the spot, by two."""
    given = {
        "kind": "VEHICLE",
        "channel": "ONSITE",
        "outcome": "FOUND",
        "asOf": AT,
        "place": "城关镇样例路1号",
        "officers": ["o-330824-02"],
        "holdings": [holding()],
        "idempotencyKey": "bad",
    }
    return lambda stage: given | {"searchId": stage.id("search")} | changes


def holding(**changes: Any) -> dict[str, Any]:
    given = {"identity": [{"part": "plate", "value": "皖JX0366"}], "division": "330824", "description": "小型轿车"}
    return given | changes


def found(**changes: Any) -> Given:
    return answered(holdings=[holding(**changes)])


def clue(**changes: Any) -> Given:
    given = {
        "kind": "PROPERTY",
        "source": "APPLICANT",
        "text": "车停在样例路",
        "reliability": "HEARSAY",
        "caseNumber": NUMBER,
        "idempotencyKey": "bad",
    }
    return lambda _: given | changes


def looked_for(**given: Any) -> Given:
    return lambda _: {"idempotencyKey": "bad"} | given


def searched(**changes: Any) -> Given:
    given = {
        "caseNumber": NUMBER,
        "kinds": ["VEHICLE"],
        "courts": [SHEXIAN],
        "documents": SEARCH_PAPERS,
        "idempotencyKey": "bad",
    }
    return lambda _: given | changes


def asked_for(**changes: Any) -> Given:
    """商请移送 of the house."""

    def given(stage: Stage) -> dict[str, Any]:
        asked = {
            "caseNumber": NUMBER,
            "assetId": stage.id("house"),
            "firstSealingCourt": SHEXIAN,
            "firstSealedOn": "2025-05-01",
            "priority": "MORTGAGE",
            "amount": "1000.00",
            "letter": PAPER,
            "effectiveDocument": PAPER,
            "explanation": PAPER,
            "idempotencyKey": "bad",
        }
        return asked | changes

    return given


def disposed(asset: str) -> Given:
    given = {"kind": "AUCTION_NOTICE", "publishedOn": "2025-07-10", "idempotencyKey": "bad"}
    return lambda stage: given | {"assetId": stage.id(asset)}


def handed_over(**changes: Any) -> Given:
    """The answer to another court that asks for the car."""
    given = {"version": 1, "answer": "TRANSFER", "letter": PAPER}
    return lambda stage: given | {"id": stage.id("asked for")} | changes


BEGUN: Final = (
    """INSERT INTO disposal_notices (id, asset_id, kind, published_on, recorded_by, recorded_at)
       SELECT gen_random_uuid(), asset_id, 'AUCTION_NOTICE', '2025-07-10', 'o-330824-01', '2025-07-14'
         FROM transfer_requests""",
    "DELETE FROM disposal_notices",
)
RULE: Final = "ruleMeasure"
LATE: Final = "2025-05-15"
TORN: Final = {"number": "样1号", "sha256": "a1b2c3"}
ENTER: Final = "recordSearchAnswer"
SEARCHES: Final = [
    Bad(
        "INVALID_BASIS",
        "requestAssetSearch",
        looked_for(kinds=["VEHICLE"]),
        part="caseNumber",
    ),
    Bad(
        "INVALID_KINDS",
        "requestAssetSearch",
        looked_for(kinds=[], caseNumber=NUMBER),
        part="kinds",
    ),
    Bad("INVALID_SEARCH_ANSWER", ENTER, answered(holdings=[]), part="holdings"),
    Bad("TWO_OFFICERS_REQUIRED", ENTER, answered(officers=[]), part="officers"),
    Bad("UNKNOWN_OFFICER", ENTER, answered(officers=["o-341021-02"]), part="officers"),
    Bad("INVALID_PERIOD", ENTER, answered(asOf="2025-07-15T09:00:00+08:00"), part="asOf"),
    Bad("INVALID_PLATE", ENTER, found(identity=[{"part": "plate", "value": "无JX0365"}]), part="PROVINCE"),
    Bad("INVALID_IDENTITY_PARTS", ENTER, found(identity=[]), part="identity"),
    Bad("INVALID_DIVISION", ENTER, found(division="3308240"), part="division"),
    Bad("INVALID_FACTS", ENTER, found(facts={"areaM2": "89.5"}), part="areaM2"),
    Bad("INVALID_MONEY", ENTER, found(estimatedValue="-1.00"), part="estimatedValue"),
    Bad("INVALID_TEXT", ENTER, found(description="长" * 3000), part="description"),
    Bad("INVALID_PRIOR_MEASURES", ENTER, found(standingMeasures=[{"court": "皖102", "rank": 1}]), part="court"),
    Bad("INVALID_CLUE", "submitClue", clue(text=" "), part="text"),
    Bad("LEGAL_BASIS_REQUIRED", "submitClue", clue(caseNumber=None)),
    Bad("UNKNOWN_COURT", "submitClue", clue(locationCourt="浙9999"), part="locationCourt"),
    Bad("INVALID_COURTS", "delegateSearch", searched(courts=[]), part="courts"),
    Bad(
        "COURTS_REFUSED",
        "delegateSearch",
        searched(courts=[SHEXIAN, CHANGSHAN]),
        carries={"courts": [{"court": CHANGSHAN, "code": "MEMBERSHIP_SUSPENDED"}]},
    ),
]
MEASURES: Final = [
    Bad("NOT_DEBTORS_ASSET", RULE, ruled("another's")),
    Bad("EXEMPT_PROPERTY", RULE, ruled("exempt"), carries={"ground": "LIVING_EXPENSES"}),
    Bad("TERM_TOO_LONG", RULE, ruled("house", termYears=4), carries={"maxYears": 3}),
    Bad("EXCEEDS_CLAIM", RULE, ruled("house"), carries={"requested": "900000.00"}),
    Bad("MEASURE_NOT_FOR_ASSET", RULE, ruled("house", kind="FREEZE"), part="kind"),
    Bad("INVALID_CASE_NUMBER", RULE, ruled("house", rulingNo=NUMBER), part="RULING"),
    Bad("DUPLICATE_OF", RULE, ruled("car")),
    Bad("TOO_LATE_TO_RENEW", "renewMeasure", ordered(), while_=LAPSED, carries={"expiredOn": "2025-07-01"}),
    Bad("INVALID_REASON", "liftMeasure", ordered(ground="OTHER"), part="reason"),
    Bad("INVALID_BASIS", "serveAssistanceNotice", served("unserved", measureId=None), part="measureId"),
    Bad("UNIT_NOT_NAMED", "serveAssistanceNotice", served("unserved"), part="unitId"),
    Bad("ASSISTANCE_OUT_OF_SCOPE", "serveAssistanceNotice", served("unserved", unitId="u-330824-land"), part="unitId"),
    Bad("ASSISTANCE_OUT_OF_SCOPE", "serveAssistanceNotice", served("measure"), part="measureId"),
    Bad("DUPLICATE_OF", "serveAssistanceNotice", served("served", unitId="u-330824-bank")),
    Bad("INVALID_RECEIPT", "recordAssistanceReceipt", receipt(rank=0), part="rank"),
    Bad("UNKNOWN_OFFICER", "recordAssistanceReceipt", receipt(broughtBy="o-330824-99"), part="broughtBy"),
    Bad(
        "INVALID_EXEMPTION",
        "recordExemption",
        lambda stage: {"assetId": stage.id("car"), "version": 1, "ground": "SPECIAL_PURPOSE_ACCOUNT"},
        part="fund",
    ),
    Bad("NOT_FOR_SALE", "recordDisposalNotice", disposed("only home")),
    Bad("NOT_FIRST_SEAL", "recordDisposalNotice", disposed("house")),
    Bad("UNKNOWN_COURT", "requestTransfer", asked_for(firstSealingCourt="皖9999"), part="firstSealingCourt"),
    Bad(
        "TRANSFER_TOO_EARLY", "requestTransfer", asked_for(firstSealedOn="2025-05-15"), carries={"fromOn": "2025-07-15"}
    ),
    Bad("NOT_FIRST_SEAL", "requestTransfer", lambda stage: asked_for()(stage) | {"assetId": stage.id("car")}),
    Bad("INVALID_DOCUMENT", "requestTransfer", asked_for(letter=TORN), part="sha256"),
    Bad("CLAIM_NOT_PRIOR", "requestTransfer", asked_for(), part="priority"),
    Bad("INVALID_TRANSFER", "answerTransferRequest", handed_over(reason="SALE_BEGUN"), CHIEF, part="reason"),
    Bad("DISPOSAL_BEGUN", "answerTransferRequest", handed_over(), CHIEF, while_=BEGUN),
]
