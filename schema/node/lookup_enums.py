"""The enums of look-ups, described; types import them from here."""

from enforcement.lookup_parts import SanctionKind
from enforcement.rules.lookup import LookupPurpose, MatchLevel, ProfileSection
from schema.enums import described

__all__ = ["LookupPurpose", "MatchLevel", "ProfileSection", "SanctionKind"]

described(
    LookupPurpose,
    "Purpose of a look-up: it decides which sections may be read. 查询目的",
    {
        LookupPurpose.PROPERTY_INVESTIGATION: "To find assets. 财产调查",
        LookupPurpose.WHEREABOUTS: "To find the person. 查找下落",
        LookupPurpose.PARTICIPATION_IN_DISTRIBUTION: "To take part in a distribution. 参与分配",
        LookupPurpose.AVOID_DOUBLE_CONTROL: "Not to control an asset twice. 避免重复控制",
        LookupPurpose.RESUMPTION_CHECK: "To see whether enforcement can resume. 终本复查",
        LookupPurpose.CONCENTRATED_ENFORCEMENT: "To prepare a concentrated enforcement. 集中执行",
        LookupPurpose.SANCTION_CHECK: "To check sanctions. 惩戒核查",
    },
)
described(
    ProfileSection,
    "A section of a profile. 查询内容",
    {
        ProfileSection.CASES: "Cases. 案件",
        ProfileSection.ASSETS_UNDER_CONTROL: "Assets under control measures. 已控财产",
        ProfileSection.PAYMENTS: "Payments. 到账",
        ProfileSection.SETTLEMENTS: "Settlements. 和解",
        ProfileSection.SANCTIONS: "Sanctions in force. 惩戒",
        ProfileSection.WHEREABOUTS: "Where the debtor lives and works; for the purpose WHEREABOUTS only. 下落",
    },
)
described(
    MatchLevel,
    "How a person was matched. 匹配程度",
    {
        MatchLevel.EXACT_ID: "By an equal number. 证件号码一致",
        MatchLevel.OTHER: "In a way that this release does not know. 其他",
    },
)
described(
    SanctionKind,
    "Kind of sanction. 惩戒种类",
    {
        SanctionKind.DISHONEST_DEBTOR: "On the list of dishonest debtors. 失信被执行人",
        SanctionKind.CONSUMPTION_RESTRICTION: "Under a consumption restriction. 限制消费",
        SanctionKind.OTHER: "Of a kind that this release does not know. 其他",
    },
)
