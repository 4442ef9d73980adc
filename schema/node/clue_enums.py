"""The enums of clues (线索), described once for the whole schema."""

from db.records.clues import ClueKind, ClueOutcome, ClueReliability, ClueSource, ClueStatus, ClueUrgency
from schema.enums import described

__all__ = ["ClueKind", "ClueOutcome", "ClueReliability", "ClueSource", "ClueStatus", "ClueUrgency"]

described(
    ClueKind,
    "What a clue leads to. 线索种类",
    {ClueKind.PROPERTY: "Property. 财产线索", ClueKind.WHEREABOUTS: "Somebody's whereabouts. 下落线索"},
)
described(
    ClueSource,
    "Who brought a clue. 线索来源",
    {
        ClueSource.OFFICER: "An officer of the court. 办案人员",
        ClueSource.APPLICANT: "The applicant. 申请执行人",
        ClueSource.INFORMANT: "Somebody else, whose name is secret. 举报人",
        ClueSource.GRASSROOTS: "A town's or village's liaison. 镇村人员",
        ClueSource.OTHER_COURT: "Another court. 其他法院",
    },
)
described(
    ClueReliability,
    "What a clue rests on. 可靠程度",
    {
        ClueReliability.DOCUMENT: "Something written. 有书面材料",
        ClueReliability.WITNESSED: "Somebody saw it. 亲眼所见",
        ClueReliability.HEARSAY: "Somebody heard of it. 听说",
    },
)
described(
    ClueUrgency,
    "How soon a clue is to be verified. 紧急程度",
    {
        ClueUrgency.URGENT: "Specific, and it would soon be too late: three days. 情况紧急",
        ClueUrgency.SPECIFIC: "Specific: seven days. 明确具体",
        ClueUrgency.VAGUE: "It names nothing that could be looked for: no day. 不够具体",
    },
)
described(
    ClueStatus,
    "Status of a clue. 线索状态",
    {ClueStatus.OPEN: "Not verified yet. 待核实", ClueStatus.VERIFIED: "Verified. 已核实"},
)
described(
    ClueOutcome,
    "What the verification of a clue came to. 核实结果",
    {
        ClueOutcome.TRUE: "It is so. 属实",
        ClueOutcome.FALSE: "It is not so. 不属实",
        ClueOutcome.UNVERIFIABLE: "Nobody can tell. 无法核实",
    },
)
