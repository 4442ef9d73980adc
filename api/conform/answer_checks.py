"""A true ask, and its answer: signed by the court, readable by us alone, padded, of the contract's shape, on time."""

from datetime import timedelta
from typing import Final

from api.conform.checks import Check, Seen
from api.conform.forger import SELECTION
from api.conform.kit import WRONG_PADDING, WRONG_SIZE, Answered, Kit
from federation.ask.content import CONTRACT
from federation.graph import selection, shape
from schema.snapshots import contract_of

_SKEW: Final = timedelta(minutes=5)
_FIELD: Final = "debtorPresence"
_WHOLE: Final = """{ ... on DebtorPresence {
  hasOpenCases openCaseCount terminatedCaseCount controlledAssetCount hasControlledAssets dishonest
  consumptionRestricted asOf courts { sourceCourt asOf openCaseCount }
} }"""
_PROFILE: Final = "{ ... on DebtorProfile { asOf cases { sourceCourt caseNumber status } } }"


async def answered(kit: Kit, seen: Seen) -> None:
    """The sample person is looked up, and nothing is known of them."""
    seen.expect((await kit.ask(kit.forger.ask())).said, "EMPTY")


async def profiled(kit: Kit, seen: Seen) -> None:
    """A profile's section is looked up too, in the contract's shape."""
    asked = kit.forger.ask(field="debtorProfile", selection=_PROFILE, sections=("CASES",))
    _expect_shape(seen, await kit.ask(asked), "debtorProfile", _PROFILE)


async def shaped(kit: Kit, seen: Seen) -> None:
    """Every key, type and null of the part is as the contract says."""
    _expect_shape(seen, await kit.ask(kit.forger.ask(selection=_WHOLE)), _FIELD, _WHOLE)


def _expect_shape(seen: Seen, found: Answered, field: str, selected: str) -> None:
    seen.expect(found.said, "EMPTY")
    stated = contract_of(CONTRACT)
    assert stated is not None  # this release committed it
    if found.answer is None:
        return
    try:
        shape.check(stated.schema, stated.answers[field], selection.read(selected), bytes(found.answer.data))
    except shape.WrongShape:
        seen.expect("WRONG_SHAPE", "SHAPE_OF_THE_CONTRACT", path=f"Query.{field}")


async def signed(kit: Kit, seen: Seen) -> None:
    """The signature is the court's, over this very answer to this very ask."""
    found = await kit.ask(kit.forger.ask())
    if found.envelope is None:
        seen.expect(found.said, "SIGNED_ANSWER")


async def encrypted(kit: Kit, seen: Seen) -> None:
    """The box opens with our key: to us it was encrypted, with the header that came."""
    found = await kit.ask(kit.forger.ask())
    if found.answer is None and found.said != WRONG_PADDING:
        seen.expect(found.said, "ENCRYPTED_ANSWER")


async def padded(kit: Kit, seen: Seen) -> None:
    """Answers have one of two lengths: a short one says no more than another short one."""
    for selected in (SELECTION, _WHOLE):
        found = await kit.ask(kit.forger.ask(selection=selected))
        if found.said in {WRONG_PADDING, WRONG_SIZE} or found.envelope is None:
            seen.expect(found.said, "PADDED_ANSWER")


async def on_time(kit: Kit, seen: Seen) -> None:
    """The court's clock is within five minutes of ours, as its signed word shows."""
    before = kit.clock.now()
    found = await kit.ask(kit.forger.ask())
    after = kit.clock.now()
    if found.envelope is None:
        seen.expect(found.said, "SIGNED_ANSWER")
    elif not before - _SKEW <= found.envelope.header.issued <= after + _SKEW:
        seen.expect("CLOCK_OFF", "WITHIN_5_MINUTES")


ANSWER_CHECKS: Final = (
    Check(
        "ANSWER",
        "真实查询得到答复，查无样例人员",
        "a true ask is answered: nothing is known of the sample person",
        answered,
    ),
    Check("ANSWER_SIGNED", "答复由该院签名", "the answer is signed by the court", signed),
    Check("ANSWER_ENCRYPTED", "答复只加密给提问方", "the answer is encrypted to the asker", encrypted),
    Check("ANSWER_PADDED", "答复填充至规定大小", "the answer is padded to one of the two sizes", padded),
    Check("ANSWER_SHAPE", "答复符合接口契约", "the answer has the shape of the contract", shaped),
    Check("ANSWER_PROFILE", "案件一节亦按契约答复", "a section of a profile is answered by the contract", profiled),
    Check("CLOCK", "时钟误差在五分钟以内", "the clock is within five minutes of ours", on_time),
)
