"""Scope and coverage (范围与覆盖): whom a look-up asks, and for whom its answer speaks."""

from datetime import datetime

import strawberry

from enforcement.rules.lookup import MAX_DEADLINE_MS, OnSilence
from enforcement.rules.lookup import Scope as ScopeRecord
from federation.ask.coverage import Coverage as CoverageRecord
from federation.ask.status import Reason, Reporter, Status
from schema.enums import described
from schema.flat_inputs import read_at_once
from schema.problems import Problem
from schema.scalars import CourtCode

described(
    Status,
    "What became of the question at one court. 答复状态",
    {
        Status.PENDING: "It is still being asked: never in a final answer. 待答复",
        Status.ANSWERED: "It looked, and has something. 已答复",
        Status.EMPTY: "It looked, and has nothing; after a cursor: nothing more. 查无记录（续页：无更多记录）",
        Status.REFUSED: "It refused. 拒绝",
        Status.TIMED_OUT: "No answer within the deadline. 超时",
        Status.UNREACHABLE: "It could not be reached. 无法联通",
        Status.CIRCUIT_OPEN: "Not tried: it failed several times just before. 熔断",
        Status.FAULTY: "Its answer could not be used. 答复有误",
        Status.UNSUPPORTED: "It does not serve what was asked. 不支持",
        Status.NOT_ASKED: "It was not asked; the reason says why. 未询问",
    },
    name="CoverageStatus",
)
described(
    Reason,
    "Why a court gave no answer. 未答复原因",
    {
        Reason.TOO_LARGE: "The question, or the answer, is too large. 过大",
        Reason.MALFORMED: "The question is malformed. 格式错误",
        Reason.NOT_FOR_THIS_COURT: "The question was addressed to another court. 收件法院不符",
        Reason.UNKNOWN_DIRECTORY: "The courts do not hold the same directory. 目录版本未知",
        Reason.UNKNOWN_COURT: "A court is no member. 未知法院",
        Reason.MEMBERSHIP_SUSPENDED: "A court's membership is suspended. 成员资格暂停",
        Reason.BAD_SIGNATURE: "The signature does not hold. 签名无效",
        Reason.STALE: "The question was too old, or from the future. 已过时效",
        Reason.EQUIVOCATION: "Two different questions bore one number. 同号异文",
        Reason.NO_AGREEMENT: "No agreement of the two courts is in force. 无协作协议",
        Reason.COURT_RATE_LIMITED: "The asking court has used up this hour's questions. 法院查询超限",
        Reason.CANNOT_OPEN: "The court could not decrypt the question. 无法解密",
        Reason.BAD_MANDATE: "The mandate does not allow this question. 查询授权无效",
        Reason.PURPOSE_NOT_AGREED: "The agreement does not cover the purpose. 目的不在协议内",
        Reason.SECTION_NOT_AGREED: "The agreement does not cover a section. 内容不在协议内",
        Reason.RATE_LIMITED: "The officer has used up this hour's questions there. 查询次数超限",
        Reason.PURPOSE_NOT_PERMITTED: "The purpose does not allow a section. 目的不符",
        Reason.UNSUPPORTED_FIELD: "A field is unknown to that court's release. 字段不支持",
        Reason.UNSUPPORTED_CONTRACT: "The releases of the two courts are too far apart. 接口版本不支持",
        Reason.INTERNAL: "A fault at that court. 内部故障",
        Reason.DEADLINE: "The time was up. 超过期限",
        Reason.NO_CONNECTION: "No connection to that court. 连接失败",
        Reason.STREAM_CUT: "The connection to the gateway broke off. 网关连接中断",
        Reason.TOO_MANY_FAILURES: "It failed several times just before. 连续失败",
        Reason.BAD_RESPONSE: "What came back is no answer to this question. 答复格式错误",
        Reason.BAD_ANSWER: "The answer is not genuine, or cannot be opened. 答复无法核验",
        Reason.WRONG_SHAPE: "The answer does not have the form that was asked for. 答复内容不符",
        Reason.CONTRADICTION: "The court gave two different answers. 答复自相矛盾",
        Reason.OTHER: "A reason that this release does not know. 其他",
    },
    name="CoverageReason",
)
described(
    Reporter,
    "Who says what became of the question. 报告者",
    {
        Reporter.COURT: "The asked court itself, signed. 被询法院",
        Reporter.GATEWAY: "The gateway. 网关",
        Reporter.ASKER: "The asking court. 询问法院",
    },
    name="CoverageReporter",
)
described(
    OnSilence,
    "What becomes of an answer when a court in scope is silent. 静默处理",
    {
        OnSilence.REPORT: "It is given, with the silent courts named. 报告",
        OnSilence.REFUSE: "It is refused. 拒绝",
    },
)


@read_at_once
@strawberry.input(
    description="Whom to ask: exactly one of courts, province and wholeZone; never everybody by default. 查询范围"
)
class Scope:
    courts: list[CourtCode] | None = strawberry.field(default=None, description="These courts. 指定法院")
    province: str | None = strawberry.field(
        default=None, description="The courts of a province, by its character or name, such as 皖. 省份"
    )
    whole_zone: bool = strawberry.field(default=False, description="Every court of the zone. 整个协作区")
    required_courts: list[CourtCode] | None = strawberry.field(
        default=None, description="Without an answer of each of these there is none. 必答法院"
    )
    on_silence: OnSilence = strawberry.field(default=OnSilence.REPORT, description="What silence means. 静默处理")
    deadline_ms: int = strawberry.field(
        default=3000, description=f"How long to wait, in milliseconds, at most {MAX_DEADLINE_MS}. 期限（毫秒）"
    )

    def record(self) -> ScopeRecord:
        """The scope as the rules take it."""
        return ScopeRecord(
            courts=None if self.courts is None else tuple(self.courts),
            province=self.province,
            whole_zone=self.whole_zone,
            required_courts=tuple(self.required_courts or ()),
            on_silence=self.on_silence,
            deadline_ms=self.deadline_ms,
        )


@strawberry.type(description="A court by code and name. 法院")
class CoveredCourt:
    code: CourtCode = strawberry.field(description="Short code. 法院代字")
    name: str = strawberry.field(description="Name in the language of the request. 名称")


@strawberry.type(description="What became of the question at one court. 单个法院的覆盖情况")
class CourtCoverage:
    court: CoveredCourt = strawberry.field(description="The court. 法院")
    status: Status = strawberry.field(description="What became of the question. 状态")
    reason: Reason | None = strawberry.field(description="Why there is no answer. 原因")
    took_ms: int | None = strawberry.field(description="How long it took, in milliseconds. 耗时（毫秒）")
    rows: int | None = strawberry.field(description="How many records the court counted. 记录数")
    as_of: datetime | None = strawberry.field(description="The instant its answer speaks of. 截至时间")
    reported_by: Reporter = strawberry.field(description="Who says so. 报告者")
    narrowed: bool = strawberry.field(
        description="Whether values of a later release stand as OTHER in what it answered. 是否降级答复"
    )


@strawberry.type(description="For which courts an answer speaks; silence is never nothing. 覆盖情况")
class Coverage:
    in_scope: int = strawberry.field(description="Courts in scope. 范围内法院数")
    asked: int = strawberry.field(description="Courts asked. 已询问数")
    answered: int = strawberry.field(description="Courts that looked. 已答复数")
    complete: bool = strawberry.field(description="Whether every court in scope looked. 是否完整")
    contradictions: list[str] = strawberry.field(
        description="Response keys on which the courts contradict each other. 矛盾字段"
    )
    courts: list[CourtCoverage] = strawberry.field(description="Each court in scope, by code. 各法院")


@strawberry.type(description="The courts that had to answer did not. 未覆盖")
class NotCovered(Problem):
    coverage: Coverage = strawberry.field(description="Who was silent, and why. 覆盖情况")


def coverage_of(record: CoverageRecord) -> Coverage:
    """`record` as a GraphQL object."""
    return Coverage(
        in_scope=record.in_scope,
        asked=record.asked,
        answered=record.answered,
        complete=record.is_complete,
        contradictions=list(record.contradictions),
        courts=[
            CourtCoverage(
                court=CoveredCourt(code=CourtCode(court.court), name=court.name),
                status=court.status,
                reason=court.reason,
                took_ms=court.took_ms,
                rows=court.rows,
                as_of=court.as_of,
                reported_by=court.reported_by,
                narrowed=court.narrowed,
            )
            for court in record.courts
        ],
    )
