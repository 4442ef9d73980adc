"""All checks of the kit, in the order in which a report shows them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.conform.answer_checks import ANSWER_CHECKS
from api.conform.ask_refusals import ASK_CHECKS
from api.conform.checks import Check
from api.conform.clear_checks import CLEAR_CHECKS
from api.conform.contract_checks import CONTRACT_CHECKS
from api.conform.limit_checks import LIMIT_CHECKS
from api.conform.mandate_refusals import MANDATE_CHECKS
from api.conform.message_refusals import MESSAGE_CHECKS

AREAS: Final[Mapping[tuple[str, str], tuple[Check, ...]]] = MappingProxyType(
    {
        ("接口契约", "Contract"): CONTRACT_CHECKS,
        ("答复：加密、签名、时钟", "Answers: encryption, signature, clock"): ANSWER_CHECKS,
        ("拒绝：查询", "Refusals: asks"): ASK_CHECKS,
        ("拒绝：授权与内容", "Refusals: mandates and selections"): MANDATE_CHECKS,
        ("拒绝：消息", "Refusals: messages"): MESSAGE_CHECKS,
        ("拒绝：网关的明文查询", "Refusals: the gateway's clear queries"): CLEAR_CHECKS,
        ("限度", "Limits"): LIMIT_CHECKS,
    }
)
"""By area, which a report names in Chinese or English."""
CHECKS: Final = tuple(check for checks in AREAS.values() for check in checks)
