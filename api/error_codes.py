"""What each stable code at a GraphQL door means to its caller: whether to try again, and when it comes.

Invariant: every code of schema/messages.py and api/graphql/errors.py stands here, and no other; a test holds that, and
docs/errors.md is printed from here (api/errors_table.py). The codes between courts: api/error_codes_between_courts.py.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeAlias


class Again(StrEnum):
    """Whether the same thing may be tried again."""

    NO = "no"
    CORRECTED = "corrected"
    REREAD = "reread"
    LATER = "later"
    SIGNED_IN = "signed in"
    OWN_COURT = "own court"


Meanings: TypeAlias = Mapping[str, tuple[Again, str]]

_NO, _FIX, _READ, _LATER = Again.NO, Again.CORRECTED, Again.REREAD, Again.LATER

PROBLEMS: Final[Meanings] = {
    "FORBIDDEN": (_NO, "None of the caller's offices may do this (docs/safeguards.md)."),
    "NOT_FOUND": (_NO, "No such object, or another officer's or court's: the two are never told apart."),
    "STALE_VERSION": (_READ, "Somebody changed the object since the given `version`; `current` is the version now."),
    "TRANSITION_NOT_ALLOWED": (_READ, "The state table has no such step from the object's state."),
    "DUPLICATE_OF": (_NO, "The same thing exists; `id` names it."),
    "INVALID_ID_NUMBER": (_FIX, "`part`: LENGTH, CHARACTERS, BIRTH_DATE, CHECK_DIGIT."),
    "INVALID_USCC": (_FIX, "`part`: LENGTH, CHARACTERS, ORGANISATION_CODE, CHECK_CHARACTER."),
    "INVALID_CASE_NUMBER": (_FIX, "`part`: FORM, YEAR, COURT, TYPE, SEQUENCE, DOCUMENT, RULING."),
    "INVALID_PLATE": (_FIX, "`part`: PROVINCE, ZONE, SERIAL."),
    "INVALID_VIN": (_FIX, "`part`: LENGTH, CHARACTERS."),
    "INVALID_ACCOUNT": (_FIX, "`part`: CHARACTERS, CHECK_DIGIT."),
    "INVALID_UNIT_NUMBER": (_FIX, "`part`: LENGTH, CHARACTERS."),
    "INVALID_DIVISION": (_FIX, "A county is named by its six-digit code of GB/T 2260."),
    "INVALID_MONEY": (_FIX, "Not positive, or too large; what is no amount at all (docs/scalars.md) is an error."),
    "INVALID_PERIOD": (
        _FIX,
        "A date in the past that must be ahead or vice versa, or a period too long; `part` names the input field.",
    ),
    "INVALID_CORRECTION": (
        _FIX,
        "`part`: `rejectionReason` (with REJECT alone), `corrected` (with CORRECT alone; it never lengthens an entry).",
    ),
    "RECONSIDERATION_TOO_LATE": (_NO, "More than ten days after the rejection was served."),
    "INVALID_KINDS": (_FIX, "An empty list of kinds."),
    "INVALID_BASIS": (_FIX, "Neither a case (or measure) nor a task is named, or both are."),
    "INVALID_DOCUMENT": (_FIX, "A document's `sha256` is not 64 lower-case hexadecimal digits."),
    "INVALID_SCOPE": (
        _FIX,
        "`part`: FORM (not exactly one way to name courts), COURTS, PROVINCE, REQUIRED_COURTS, DEADLINE.",
    ),
    "INVALID_SECTIONS": (_FIX, "An empty list of sections."),
    "INVALID_OFFICERS": (_FIX, "A step that names no officer."),
    "INVALID_INVENTORY": (
        _FIX,
        "`part`: `items`, `quantity`, `place`, `custodian`, `signatures` (of its officers), `kind` (not on site).",
    ),
    "INVALID_IDENTITY": (_FIX, "No number, or more than one."),
    "RECORD_CLOSED": (_NO, "A record of the framework agreement, or the decision in it, has ended."),
    "NOT_A_PARTY": (
        _FIX,
        "A court that takes no part in the record, or not this one; `part` names the input field.",
    ),
    "PERIODS_OVERLAP": (
        _FIX,
        "Other hours of the officer, or another standard of matter and province, hold then.",
    ),
    "ALREADY_SUPERVISED": (_NO, "The court has an open supervision of this task: close it first."),
    "ALREADY_ANSWERED": (_NO, "A supervision is answered once."),
    "DECISIONS_OPEN": (_LATER, "A meeting is closed when every decision is struck off."),
    "NOT_ENOUGH_LEFT": (_FIX, "More than was offered, or than is left on some of the days."),
    "REQUESTS_OPEN": (_LATER, "An offer is closed when no request waits and everything granted is returned."),
    "STANDARD_CHANGED": (_READ, "`digest` is not that of the text that waits for signatures."),
    "INVALID_HOURS": (_FIX, "`part`: COUNT (1 to 21), SPAN (weekday 1 to 7, minutes 0 to 1440 in order), OVERLAP."),
    "INVALID_QUANTITY": (
        _FIX,
        "Less than one, more than 10,000, or more than was asked for; at `offerId` and `caseNumber` 200 of them.",
    ),
    "INVALID_COURTS": (_FIX, "A court twice, fewer than two at a meeting, none for a search, or more than 200."),
    "INVALID_AGENDA": (_FIX, "No item, or more than 50."),
    "INVALID_DECISIONS": (_FIX, "More than 100 decisions of one meeting."),
    "INVALID_TEXT": (
        _FIX,
        "`text`: empty, or over 20,000 characters (a note: 4,000); `recordId`: 100 texts; `statements`: 0 or over 500.",
    ),
    "INVALID_STANDARD": (
        _FIX,
        "`part`: `province`, `papers` (twice, or of the law), `answerWithinDays`, `signForWithinWorkingDays`, EMPTY.",
    ),
    "INVALID_PAGE": (_FIX, "`first` is not from 1 to 100, or there are more than 100 `ids`."),
    "INVALID_SCHEMA": (_FIX, "`part`: SIZE (docs/graph.md has the caps), FORM (no schema of GraphQL)."),
    "INVALID_BATCH": (_FIX, "None, more than 100, or the same task twice; nothing was done."),
    "INVALID_CURSOR": (_FIX, "`after` is no cursor of this list or subscription; read anew, without it."),
    "INVALID_KEY": (_FIX, "The idempotency key is empty or too long."),
    "IDEMPOTENCY_KEY_REUSED": (_FIX, "The same officer used the key for something else: take a new one."),
    "LEGAL_BASIS_REQUIRED": (_NO, "The case does not exist here, or the officer has no part in it."),
    "CASE_NOT_OPEN": (_NO, "The case is closed, or not of the kind in which this is possible."),
    "NOT_JUDGMENT_DEBTOR": (_NO, "The person is no debtor in the case that was given as the basis."),
    "PURPOSE_NOT_PERMITTED": (_FIX, "The purpose does not allow one of the sections (docs/look-ups.md)."),
    "RATE_LIMITED": (_LATER, "The officer's look-ups of the last hour reached the limit (a setting)."),
    "NOT_COVERED": (
        _LATER,
        "A required court did not answer, nobody did, or silence was to be refused; `coverage` says why.",
    ),
    "DIRECTORY_OUTDATED": (_LATER, "The node holds no directory in force; it fetches one by itself."),
    "MEMBERSHIP_SUSPENDED": (_NO, "One of the two courts is not an active member: no look-ups, no new tasks."),
    "NOT_A_MEMBER": (
        _LATER,
        "The own court has not joined the zone yet: no look-ups, no delegated tasks; it works once it is listed.",
    ),
    "UNKNOWN_COURT": (
        _FIX,
        "The zone has no court of this code, or it is the caller's own; `part` names the argument.",
    ),
    "UNKNOWN_DIVISION": (_FIX, "No court of the zone serves the county."),
    "SAME_COURT": (_NO, "The county is the asking court's own."),
    "NO_AGREEMENT": (_NO, "No agreement of the two courts is in force today."),
    "COURTS_REFUSED": (
        _FIX,
        "Some of the courts are unknown, suspended or without agreement: `courts` says which, and why; leave them out.",
    ),
    "MATTER_NOT_AGREED": (_NO, "The agreement in force leaves the matter out."),
    "NOT_THE_HOLDER": (_READ, "The other court writes the next event of the task: ask it, by a request."),
    "COURT_LOST": (
        _NO,
        "The courts declared the entrusted court lost: it appends nothing, nothing passes to it; clone the task.",
    ),
    "TASK_DISPUTED": (_NO, "The two courts' logs contradict each other; officers of both must settle it."),
    "REQUEST_PENDING": (_LATER, "The same request waits for the other court's answer."),
    "APPROVAL_REQUIRED": (
        _NO,
        "Coercion of a person: the president; a second rejection: a superior court; `asIndivisible`: a bureau chief.",
    ),
    "SELF_APPROVAL_FORBIDDEN": (
        _NO,
        "Who submitted or asked, approved the application before, or serves at the applicant's court: another must.",
    ),
    "LEGAL_DOCUMENT_MISSING": (_FIX, "`missing` names the papers."),
    "EVIDENCE_REQUIRED": (
        _FIX,
        "An act is claimed without a unit's registration or an inventory; a receipt, without one.",
    ),
    "TWO_OFFICERS_REQUIRED": (_FIX, "A step on site names fewer than two officers of the court."),
    "UNKNOWN_OFFICER": (_FIX, "No handler of this court has the id."),
    "RETURN_REASON_REQUIRED": (_FIX, "A refusal without a reason, or a request for papers that names none."),
    "COMMUNICATION_REQUIRED_BEFORE_RETURN": (
        _READ,
        "No note of the conversation came through and no call is on record, or papers were not asked for first.",
    ),
    "COMPLAINT_TOO_EARLY": (
        _LATER,
        "The day is not past: `NOT_BEGUN` from the 16th day after receipt, less waits for papers; others after theirs.",
    ),
    "COMPLAINT_OPEN": (_LATER, "One complaint of a task at a time: wait for the answer, or close it."),
    "COMPLAINT_ANSWERED": (_NO, "A complaint is answered once, and not after it was closed."),
    "ALREADY_EVALUATED": (_NO, "A task is evaluated once."),
    "EVALUATION_TOO_LATE": (_NO, "A completed task is evaluated within 30 days (`XIEZHI_EVALUATION_DAYS`)."),
    "INVALID_SCORE": (_FIX, "The score is not from 1 to 5."),
    "OBJECTION_PENDING": (
        _LATER,
        "An objection about the thing is not decided, its objector may still sue, or the suit lasts.",
    ),
    "ENFORCEMENT_SUSPENDED": (_NO, "A third party's objection was founded, or a judgment bars enforcement."),
    "OBJECTION_DECIDED": (_READ, "The outcome may not follow the one that stands; read the task's statements."),
    "HANDLER_MAY_NOT_DECIDE": (_NO, "Another bureau chief or the president records the decision."),
    "THING_NOT_OF_TASK": (_FIX, "An objection that the own court decides names the task's thing, measure or find."),
    "TOO_MANY_STATEMENTS": (
        _NO,
        "500 notes and calls, as many read marks, and as many of anything else, of one court about one task.",
    ),
    "NOT_ASSIGNED": (_NO, "The task is another officer's, or nobody's yet."),
    "CONTENT_NOT_ACCEPTED": (_FIX, "A figure, word or instant that is to be sent is out of range; nothing was signed."),
    "CONTENT_TOO_LARGE": (_FIX, "What is to be sent is larger than one message may be (docs/wire.md)."),
    "RESYNCING": (_LATER, "The database was restored, and the other court has not confirmed yet (docs/operations.md)."),
    "TASK_ENDED": (_NO, "There is nothing left to urge."),
    "ALREADY_URGED": (_LATER, "Once per task and day in China."),
    "MAINTENANCE_OVERLAPS": (
        _FIX,
        "The court announced a window that has a moment in common: withdraw that one first.",
    ),
    "TOO_MANY_MAINTENANCES": (_LATER, "At most 20 windows of a court may be ahead."),
    "MAINTENANCE_OVER": (_NO, "There is nothing left to withdraw."),
    "NOT_DEBTORS_ASSET": (_NO, "The asset belongs to nobody who is a debtor in the case."),
    "EXEMPT_PROPERTY": (_NO, "The law keeps the asset out of reach, without exception; `ground` says why."),
    "TERM_TOO_LONG": (_FIX, "`maxYears` is the longest term for this kind of asset; the shortest is one year."),
    "TOO_LATE_TO_RENEW": (_NO, "`expiredOn` was the measure's last day; a new measure stands behind the others."),
    "INVALID_REASON": (_FIX, "`reason`: missing with the ground OTHER, or longer than 2,000 characters."),
    "EXCEEDS_CLAIM": (
        _FIX,
        "`controlled` and `requested` together go beyond `claim`; `asIndivisible`: docs/control.md.",
    ),
    "TRANSFER_TOO_EARLY": (_LATER, "Sixty days since the first seal must be exceeded; `fromOn` is the first day."),
    "DISPOSAL_BEGUN": (_NO, "The first-sealing court published an auction notice, or began the sale."),
    "NOT_FIRST_SEAL": (_NO, "No measure of the court that is meant stands first on the thing, or an own one does."),
    "CLAIM_NOT_PRIOR": (
        _FIX,
        "Record the case's claims with their priority; `amount` is at most what is left of them.",
    ),
    "NOT_FOR_SALE": (_NO, "An exempt thing, or the debtor's only home: sealed, but not sold."),
    "INVALID_TRANSFER": (_FIX, "A reason is given for keeping the thing, and none for a transfer."),
    "INVALID_RECEIPT": (
        _FIX,
        "A registration has rank and instant, since the notice was served; all else a reason; `part` names the field.",
    ),
    "INVALID_EXEMPTION": (_FIX, "A fund is named with SPECIAL_PURPOSE_ACCOUNT, and with no other ground."),
    "MEASURE_NOT_FOR_ASSET": (_FIX, "Money and rights are frozen; things are sealed or seized."),
    "ASSISTANCE_OUT_OF_SCOPE": (_FIX, "No assisting unit of the county handles this, or not the one that was named."),
    "UNIT_NOT_NAMED": (_FIX, "Several units of the county handle this."),
    "ASSET_NOT_NAMED": (_FIX, "A deferral of an auction names the asset."),
    "DEBTOR_NOT_NAMED": (_FIX, "The case has several debtors."),
    "INSTALMENTS_DO_NOT_ADD_UP": (_FIX, "`planned` is what the instalments sum to, `settled` what was agreed."),
    "SETTLEMENT_PERFORMED": (_NO, "Every instalment is paid: there is no breach, and nothing to resume."),
    "SETTLEMENT_NOT_DUE": (_LATER, "No instalment is due before today."),
    "SETTLEMENT_BEING_PERFORMED": (_LATER, "Every instalment due before today is paid, and others are to come."),
    "BREACH_NOT_DECLARED": (_LATER, "An instalment is overdue, but `declareBreach` comes first, on application."),
    "NO_DIRECT_PROMISE": (_FIX, "A ruling against the guarantor is named, and no guarantor promised that."),
    "PARTICIPATION_CLOSED": (_NO, "A plan of the thing that is named is FINAL or PAID."),
    "OBJECTION_TOO_LATE": (_NO, "An objection, opposition or suit after its fifteen days; `lastDay` was their last."),
    "NOT_WHOLLY_PERFORMED": (
        _LATER,
        "`part`: OUTSTANDING is owed, a SETTLEMENT runs or is broken, or a DISTRIBUTION is not paid out.",
    ),
    "DISTRIBUTION_NOT_FINAL": (
        _LATER,
        "`part` says what it waits for; UNOPPOSED_OBJECTION, SUIT_UPHELD, PARTICIPANTS, CLAIMS, DEBTOR: draw it anew.",
    ),
    "LOCAL_PROPERTY_EXISTS": (
        _NO,
        "An asset of a debtor in the court's own county is neither released nor disposed of.",
    ),
    "PROVINCIAL_RULES_APPLY": (_NO, "The two court codes begin with the same province."),
    "OTHER_LEVEL": (_FIX, "The two courts are not of one level."),
    "RENEW_MEASURE_FIRST": (_LATER, "A standing measure of the case ends within a month."),
    "TRANSFER_PAPERS_MISSING": (_FIX, "`part` names the first paper that is missing."),
    "CASE_ENTRUSTED": (_NO, "Claims or a suspension of a case that was sent to another court and has not come back."),
    "STATEMENT_UNDER_WAY": (_LATER, "A step in a transfer, while the one before has no receipt (`isUnderWay`)."),
    "TERM_STILL_RUNS": (_LATER, "The thirty days for supplementing papers are not over."),
    "INVALID_PAPERS": (_FIX, "`part`: `papers` (asked for), `documents` (given)."),
    "INVALID_CASES": (_FIX, "None, more than 100, or one twice."),
    "CLAIMS_DO_NOT_ADD_UP": (
        _FIX,
        "`claimed` is what the claims, or a claim's parts, sum to; `applied` what they must.",
    ),
    "INVALID_CLAIMS": (_FIX, "`part`: `claims` (1 to 50), `kind` (no sum in a claim to a thing or an act), `claimNo`."),
    "INVALID_RATE": (_FIX, "`part`: `percent` (above 0, at most 100), `midRate` (above 0)."),
    "INVALID_CURRENCY": (_FIX, "Three capital letters of ISO 4217, other than CNY."),
    "INVALID_OUTCOME": (_FIX, "`outcome` is given with SUIT_ENDED, and with no other step."),
    "INVALID_ENDING": (_FIX, "The method allows another act, or several of which one must be named."),
    "KEY_PROOF_FAILED": (_FIX, "A document lacks a signature by one of the keys that it presents, or has a false one."),
    "WRONG_ZONE": (_FIX, "The application names a root that is none of this zone's: check the invitation."),
    "ALREADY_MEMBER": (_NO, "The code is a member's, or was one's."),
    "APPLICATION_PENDING": (
        _LATER,
        "Only the same identity key changes an application; another one waits until the first is decided.",
    ),
    "TOO_MANY_APPLICATIONS": (_LATER, "100 applications wait, or this court's changed 20 times within a day."),
    "CONFORMANCE_REQUIRED": (
        _LATER,
        "The last finished run is red, older than 7 days (a setting), or of another version of the document.",
    ),
    "CONFORMANCE_RUNNING": (_LATER, "The court's run is not finished."),
    "NOT_A_VOTER": (
        _NO,
        "The court is neither a voter of the root, nor of the next one, nor a party of the agreement.",
    ),
    "SIGNATURE_REJECTED": (_FIX, "Not exactly each document of the proposal is signed by the court's governance key."),
    "ALREADY_SIGNED": (_NO, "The court's signatures are stored; nothing more is needed of it."),
    "PROPOSAL_CLOSED": (_NO, "It is published, or another decision came first."),
    "PROPOSAL_OPEN": (_LATER, "An open proposal of the same kind and court says something else."),
    "TOO_MANY_SUSPENDED": (_LATER, "The courts must confirm, or lift, a suspension first."),
    "OPEN_TASKS_REMAIN": (_LATER, "The tasks run off first (`openTasks`), or the courts declare the court lost."),
    "AGREEMENT_BEYOND_FRAMEWORK": (
        _FIX,
        "`part`: `sections`, `purposes`, `matters`, `looksPerHour`, `validFrom`, `validUntil`; `framework`: none yet.",
    ),
    "INVALID_SIGNED_DOCUMENT": (_FIX, "`part`: `application`, `court`, `member`, `keys`, `officers`, `agreement`."),
    "INVALID_TERMS": (
        _FIX,
        "`part`: `sections`, `purposes`, `matters` (unknown or doubled values), `terms` (an ending changes them).",
    ),
    "INVALID_SEARCH_ANSWER": (_FIX, "`part`: `holdings`, `outcome`, `unitId`, `place`."),
    "INVALID_CLUE": (_FIX, "`part`: `text`, `informant`, `note`."),
    "INVALID_FACTS": (_FIX, "`part` is a fact that this kind of asset has not, or that is out of its bounds."),
    "INVALID_IDENTITY_PARTS": (
        _FIX,
        "`part`: `identity` (the number by which its registry knows the thing is missing), or the part too long.",
    ),
    "INVALID_PRIOR_MEASURES": (_FIX, "`part`: `court`, `rank`, `registeredAt`, `count`."),
    "GATEWAY_UNREACHABLE": (_LATER, "At a node, of what is the gateway's: it does not answer, or not to the end."),
    "GATEWAY_FAULTY": (_LATER, "At a node, of what is the gateway's: not its signed answer to this request."),
    "UNSUPPORTED_FIELD": (
        _LATER,
        "At a node, of what is the gateway's: its release does not have all of it yet.",
    ),
    "UNSUPPORTED_CONTRACT": (
        _LATER,
        "At a node, of what is the gateway's: their contracts are too far apart, or have no word in common.",
    ),
    "ASK_OWN_COURT": (
        Again.OWN_COURT,
        "At the gateway: the document selects an encrypted field. `court` and `url` name the own node.",
    ),
    "NOT_SIGNED_IN": (
        Again.SIGNED_IN,
        "There is no token; at the gateway as a value, at a node as an error with status 401.",
    ),
}
"""Codes of `Problem`s: values in the data. A few also come as errors, before anything is executed."""

DOORS: Final[Meanings] = {
    "NOT_SIGNED_IN": (Again.SIGNED_IN, "No token, at a door or field that needs one."),
    "TOKEN_EXPIRED": (Again.SIGNED_IN, "The token's time is over, also in the middle of a subscription."),
    "TOKEN_REJECTED": (
        Again.SIGNED_IN,
        "Not of a provider trusted here, not for this audience, forged, or of nobody who serves now.",
    ),
    "SIGN_IN_UNAVAILABLE": (_LATER, "The provider's keys cannot be had now."),
    "ORIGIN_FORBIDDEN": (_NO, "A page of an origin that the setting does not name."),
    "PATH_UNKNOWN": (_FIX, "An address below `/graphql`."),
    "METHOD_NOT_ALLOWED": (_FIX, "Not POST, and not the GET of a trusted query that takes no identifiers."),
    "NOT_ACCEPTABLE": (_FIX, "`Accept` allows neither JSON type."),
    "HEAD_TOO_SLOW": (_LATER, "The head of a request was not here within `XIEZHI_HEAD_S`; its connection is closed."),
    "BODY_TOO_SLOW": (_LATER, "The whole body was not here within ten seconds, or elsewhere within `XIEZHI_BODY_S`."),
    "BODY_TOO_LARGE": (_FIX, "More than the door reads."),
    "HEAD_TOO_LARGE": (_FIX, "The head of a request fills more than 64 KiB; its connection is closed."),
    "ADDRESS_TOO_LONG": (_FIX, "A GET whose variables fill more than 8 KiB."),
    "UNSUPPORTED_MEDIA_TYPE": (_FIX, "Another type or character set, or compressed."),
    "MALFORMED_REQUEST": (_FIX, "No object, no document or two ways to name one, or a member of the wrong type."),
    "DOCUMENT_UNKNOWN": (_FIX, "`documentId` names no stored document."),
    "DOCUMENT_NOT_TRUSTED": (_NO, "The setting allows trusted documents only, and this is none."),
    "PERSISTED_QUERY_NOT_FOUND": (_FIX, "Send the hash again, with the document."),
    "PERSISTED_QUERY_NOT_SUPPORTED": (_FIX, "Send the document: hashes of unknown documents are not taken here."),
    "DOCUMENT_SYNTAX": (_FIX, "`locations` says where."),
    "DOCUMENT_TOO_LARGE": (_FIX, "`limit` names the limit, `allowed` its value (docs/limits.md)."),
    "DOCUMENT_INVALID": (_FIX, "A field, argument or type that the schema has not; values are never repeated."),
    "IDENTIFIER_MUST_BE_VARIABLE": (
        _FIX,
        "An id number, a case number or free text stands in the document; `argument` says of what.",
    ),
    "INTROSPECTION_FORBIDDEN": (_NO, "Not a front-end developer, and the setting does not open it to everyone."),
    "OPERATION_UNKNOWN": (_FIX, "Several operations and no name, or a name that is not there."),
    "SUBSCRIPTION_OVER_HTTP": (_FIX, "A subscription sent by a client that does not accept `text/event-stream`."),
    "VARIABLES_INVALID": (_FIX, "`variable` and `expected` say which and what; the value is never repeated."),
    "SELECTION_NOT_SENDABLE": (
        _FIX,
        "What is selected of a federated field; no court was asked. Other fields were answered.",
    ),
    "CHARACTER_NOT_ALLOWED": (_FIX, "U+0000 in a text; `part`: DOCUMENT or VARIABLES."),
    "VARIABLES_TOO_LARGE": (_FIX, "`limit` names the limit, `allowed` its value."),
    "TOO_MANY_OPERATIONS": (_LATER, "Too many at once on one WebSocket."),
    "TOO_MANY_CONNECTIONS": (_LATER, "`allowed` is how many sockets and event streams one caller may hold."),
    "TOO_MANY_REQUESTS": (_LATER, "The caller's or the court's requests of this minute are used up: `retryAfterS`."),
    "INTERNAL": (_LATER, "A fault of ours: `requestId` finds it in the log."),
}
"""Codes of GraphQL errors: nothing was executed, except for INTERNAL."""
