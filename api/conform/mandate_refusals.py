"""The hostile court's mandates and selections: what is asked about whom, beyond what was signed, agreed or can be told.

An applicant's node answers the examiner about one sample person, for one purpose, in one section
(federation/ask/examining.py): whatever else is asked for is refused, so that the examiner's keys open nothing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from api.conform.ask_refusals import STRANGER, Refusal, check_of
from api.conform.kit import Kit
from federation.wire.signing import generate_signing

_MINUTE: Final = timedelta(minutes=1)
_BAD: Final = ("REFUSED-BAD_MANDATE",)
_PROFILE: Final[Mapping[str, Any]] = {
    "field": "debtorProfile",
    "selection": "{ ... on DebtorProfile { cases { status } } }",
}
_OTHER_PERSON: Final = "341021199211209990"
_UNSERVED: Final = ("UNSUPPORTED-UNSUPPORTED_FIELD", "REFUSED-MALFORMED")
_MALFORMED: Final = ("REFUSED-MALFORMED", "UNSUPPORTED-UNSUPPORTED_FIELD")


def _mandate(code: str, zh: str, en: str, **changes: Any) -> Refusal:
    return Refusal(code, zh, en, lambda kit: kit.forger.ask(**changes), _BAD)


def _selects(code: str, zh: str, en: str, selection: str, *expected: str, **changes: Any) -> Refusal:
    return Refusal(code, zh, en, lambda kit: kit.forger.ask(selection=selection, **changes), expected)


def _over(kit: Kit) -> bytes:
    return kit.forger.ask(mandate_expires=kit.clock.now() - _MINUTE)


def _of_presence(inside: str) -> str:
    return f"{{ ... on DebtorPresence {{ {inside} }} }}"


MANDATES: Final = (
    _mandate("MANDATE_MISSING", "没有授权书的查询被拒绝", "an ask without a mandate is refused", mandate=b"nothing"),
    Refusal("MANDATE_FORGED", "授权书签名不实时被拒绝", "a mandate that its court did not sign is refused",
            lambda kit: kit.forger.ask(mandate_signer=generate_signing()), _BAD),
    Refusal("MANDATE_OF_A_MEMBER", "冒用成员法院的授权书被拒绝", "a mandate in a member's name is refused",
            lambda kit: kit.forger.ask(asking=kit.member), _BAD),
    _mandate("MANDATE_OTHER_COURT", "发给其他法院的授权书被拒绝", "a mandate given for another court is refused",
             asked=(STRANGER,)),
    _mandate("MANDATE_OTHER_SELECTION", "授权书与所查内容不符时被拒绝", "a mandate for another selection is refused",
             selection_digest="0" * 64),
    Refusal("MANDATE_EXPIRED", "过期的授权书被拒绝", "a mandate past its expiry is refused", _over, _BAD),
    _mandate("MANDATE_OTHER_PERSON", "对样例人员以外的人一概不答", "about another person nothing is answered",
             subject=_OTHER_PERSON),
    _mandate("MANDATE_OTHER_CASE", "样例案件以外的案件被拒绝", "another case than the sample's is refused",
             case_number="（2025）浙0824执366号"),
    _mandate("MANDATE_OTHER_OFFICER", "测试员以外的人员被拒绝", "another officer than the examiner's is refused",
             officer="o-330824-01"),
    Refusal("PURPOSE_NOT_AGREED", "未约定的查询目的被拒绝", "a purpose that was not agreed is refused",
            lambda kit: kit.forger.ask(purpose="WHEREABOUTS"), ("REFUSED-PURPOSE_NOT_AGREED",)),
    Refusal("SECTION_NOT_AGREED", "未约定的查询内容被拒绝", "a section that was not agreed is refused",
            lambda kit: kit.forger.ask(sections=("WHEREABOUTS",), **_PROFILE), ("REFUSED-SECTION_NOT_AGREED",)),
)  # fmt: skip

SELECTIONS: Final = (
    _selects("SELECTION_INTROSPECTION", "对内省一概不答", "introspection is not answered",
             _of_presence("__schema { types { name } }"), *_UNSERVED),
    _selects("SELECTION_FEDERATED", "查询之中不得再发起查询", "a federated field inside another is not answered",
             _of_presence("debtorPresence { openCaseCount }"), *_UNSERVED),
    _selects("SELECTION_OTHER_ROOT", "联邦字段以外的根字段一概不答", "no root field but federated ones is answered",
             "{ __typename }", *_UNSERVED, field="enforcementCases"),
    _selects("SELECTION_OPERATION", "夹带操作的内容被拒绝", "an operation in the place of a selection is refused",
             "mutation { __typename }", *_MALFORMED),
    _selects("SELECTION_SECOND_ROOT", "夹带第二个操作的内容被拒绝", "a second operation is refused",
             _of_presence("openCaseCount") + " query Q { __typename }", *_MALFORMED),
    _selects("SELECTION_VARIABLES", "含变量的内容被拒绝", "a selection with a variable is refused",
             _of_presence("openCaseCount @include(if: $x)"), *_MALFORMED),
    _selects("SELECTION_TOO_DEEP", "层次过深的内容被拒绝", "a selection that is too deep is refused",
             "{ " + "... { " * 300 + "__typename" + " }" * 300 + " }", *_MALFORMED),
    _selects("SELECTION_TOO_WIDE", "内容过宽的查询被拒绝", "a selection that is too wide is refused",
             _of_presence(" ".join(f"a{number}: openCaseCount" for number in range(400))), *_MALFORMED),
    _selects("SELECTION_CYCLE", "片段循环引用时被拒绝", "fragments in a circle are refused",
             "{ ...A } fragment A on DebtorPresence { ...B } fragment B on DebtorPresence { ...A }", *_MALFORMED),
    _selects("ARGUMENT_OF_THE_MANDATE", "授权书之外另行指定参数时被拒绝", "an argument beside the mandate is refused",
             _of_presence("openCaseCount"), *_UNSERVED, arguments={"identity": {"residentId": _OTHER_PERSON}}),
)  # fmt: skip

MANDATE_CHECKS: Final = tuple(map(check_of, (*MANDATES, *SELECTIONS)))
