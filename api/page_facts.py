"""What the pages of a process say of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "APPLICANT": ("尚未入会", "Not a member yet"),
    "ACTIVE": ("正常", "Active"),
    "SUPERVISING": ("监督", "Supervising"),
    "SUSPENDED": ("暂停", "Suspended"),
    "WITHDRAWING": ("退出中", "Withdrawing"),
    "WITHDRAWN": ("已退出", "Withdrawn"),
}
"""How a page calls a court's state in the zone."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about the process."""

    label_zh: str
    label_en: str
    value: str
    href: str = ""
    value_zh: str = ""  # when the value reads otherwise in Chinese


def membership(state: str) -> Fact:
    """A court's state in the zone."""
    zh, en = STATES.get(state, (state, state))
    return Fact("成员状态", "Membership", en, value_zh=zh)


@dataclass(frozen=True, slots=True)
class SignInChoice:
    """A provider at which one can sign in for this process."""

    name_zh: str
    name_en: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Member:
    """A court as the gateway's page lists it."""

    code: str
    name_zh: str
    name_en: str
    county_zh: str
    county_en: str
    state: str
    url: str  # "" of a court that only supervises


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the pages of one process say. `program` is "node" or "gateway"; `door` is what its tokens are for."""

    program: str
    name_zh: str
    name_en: str
    facts: Sequence[Fact]
    sign_ins: Sequence[SignInChoice]
    door: str
    members: Sequence[Member] = ()
    demo: bool = False
    supergraph: bool = False  # whether /supergraph.graphql is served here


def origins(urls: Iterable[str]) -> str:
    """The distinct origins of `urls`, for a content security policy."""
    parts = [urlsplit(url) for url in urls]
    return " ".join(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))
