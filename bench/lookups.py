"""Look-ups over eight nodes of set L against the floor, in the same run: alternated rounds, medians, ratios."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Final

import aiohttp
import anyio

from bench import children, closed_loop, crypto, set_l
from bench.closed_loop import Request, Run
from bench.floor import Sizes
from bench.zone_l import LZone

ROUNDS: Final = 5
SECONDS: Final = 3.0
CLIENTS: Final = (1, 16)
_WARM_UP_S: Final = 2.0
_SUBJECTS: Final = 400
_READY_S: Final = 20.0
_SCOPE: Final = {"wholeZone": True, "deadlineMs": 20_000}
_PURPOSE: Final = "PROPERTY_INVESTIGATION"
_SECTIONS: Final = ["CASES", "ASSETS_UNDER_CONTROL"]

DOCUMENTS: Final = {
    "debtorPresence": """
query ($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
  debtorPresence(identity: $identity, basis: $basis, scope: $scope) {
    ... on DebtorPresence {
      openCaseCount terminatedCaseCount controlledAssetCount dishonest consumptionRestricted
      coverage { inScope answered complete courts { court { code } status rows tookMs } }
    }
    ... on Problem { code message }
  }
}
""",
    "debtorProfile": """
query ($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $sections: [ProfileSection!]!, $scope: Scope!) {
  debtorProfile(identity: $identity, basis: $basis, sections: $sections, scope: $scope) {
    ... on DebtorProfile {
      cases { sourceCourt caseNumber status filedOn cause amountApplied }
      assetsUnderControl { sourceCourt kind identity measure status rank expiresOn amount }
      coverage { inScope answered complete courts { court { code } status rows tookMs } }
    }
    ... on Problem { code message }
  }
}
""",
}
"""What is asked: counts and flags, and the details of two sections."""


@dataclass(slots=True)
class Compared:
    """One document at one number of clients: the rounds of both, in pairs."""

    document: str
    clients: int
    product: list[Run] = field(default_factory=list)
    floor: list[Run] = field(default_factory=list)

    def middle(self, side: str, figure: str) -> float:
        """The median of a figure of `Run` over the rounds of "product" or "floor"."""
        return float(median(getattr(run, figure) for run in getattr(self, side)))

    def cpu_ms_of(self, part: str) -> float:
        """The median CPU per look-up of one part of the product."""
        return float(median(run.cpu_ms_by[part] for run in self.product))

    def ratio(self, figure: str) -> float:
        """The median of the rounds' ratios."""
        pairs = zip(self.product, self.floor, strict=True)
        return float(median(getattr(ours, figure) / getattr(theirs, figure) for ours, theirs in pairs))


async def compare(zone: LZone, floor_port: int, say: Callable[[str], None]) -> list[Compared]:
    """Every document at every number of clients."""
    asked = {name: requests(zone, document) for name, document in DOCUMENTS.items()}
    found = []
    sizes = crypto.sizes()
    with _floor(zone, floor_port, sizes) as floor_roots:
        await _all_ready([f"http://127.0.0.1:{floor_port + place}/" for place in range(len(set_l.COURTS) + 1)])
        for document, asking in asked.items():
            zone.next_hour()
            warm = await closed_loop.run(asking, clients=4, seconds=_WARM_UP_S, roots=zone.roots)
            canned = _canned(floor_port, asking, warm.answer_bytes)
            await closed_loop.run(canned, clients=4, seconds=_WARM_UP_S, roots=floor_roots)
            for clients in CLIENTS:
                say(f"{document}, {clients} at once ...")
                compared = Compared(document, clients)
                for _ in range(ROUNDS):
                    zone.next_hour()
                    ours = await closed_loop.run(asking, clients=clients, seconds=SECONDS, roots=zone.roots)
                    theirs = await closed_loop.run(canned, clients=clients, seconds=SECONDS, roots=floor_roots)
                    compared.product.append(ours)
                    compared.floor.append(theirs)
                found.append(compared)
    return found


def requests(zone: LZone, document: str, courts: Sequence[str] = set_l.COURTS) -> Callable[[int], Request]:
    """The n-th look-up: the courts ask in turn, each about another debtor and by its cases' own handlers."""
    subjects = {court: set_l.subjects(court, zone.scale, _SUBJECTS) for court in courts}

    def request(number: int) -> Request:
        turn, place = divmod(number, len(courts))
        court = courts[place]
        subject = subjects[court][turn % len(subjects[court])]
        variables = {
            "identity": {"residentId": subject.identifier},
            "basis": {"caseNumber": subject.case_number, "purpose": _PURPOSE},
            "scope": _SCOPE,
            "sections": _SECTIONS,
        }
        used = {name: value for name, value in variables.items() if "$" + name in document}
        token = zone.token(zone.url(court), set_l.DIVISIONS[court], subject.officer)
        return Request(
            url=zone.url(court) + "/graphql",
            body=json.dumps({"query": document, "variables": used}, ensure_ascii=False).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            expected=b'"complete":true',
        )

    return request


def _canned(floor_port: int, real: Callable[[int], Request], answer_bytes: int) -> Callable[[int], Request]:
    """The same request bytes, to the floor nodes in turn."""

    def request(number: int) -> Request:
        port = floor_port + 1 + number % len(set_l.COURTS)
        asked = real(number)
        return Request(f"http://127.0.0.1:{port}/graphql?size={answer_bytes}", asked.body, asked.headers)

    return request


@contextmanager
def _floor(zone: LZone, port: int, sizes: crypto.EnvelopeSizes) -> Iterator[dict[str, list[int]]]:
    """The floor's gateway and eight nodes; their process ids."""
    nodes = [f"http://127.0.0.1:{port + 1 + place}" for place in range(len(set_l.COURTS))]
    words = json.dumps(asdict(Sizes(sizes.ask, sizes.answer, f"http://127.0.0.1:{port}", nodes)))
    roles = [("gateway", port), *(("node", port + 1 + place) for place in range(len(nodes)))]
    log = zone.zone.folder / "logs" / "floor.log"
    with ExitStack() as stack:
        commands = [children.module("bench.floor", role, str(at), words) for role, at in roles]
        gateway, *others = [stack.enter_context(children.started(command, log)).pid for command in commands]
        yield {"nodes": others, "gateway": [gateway]}


async def _all_ready(urls: list[str]) -> None:
    async with aiohttp.ClientSession() as session:
        with anyio.fail_after(_READY_S):
            for url in urls:
                while True:
                    try:
                        async with session.post(url):
                            break
                    except aiohttp.ClientError:
                        await anyio.sleep(0.05)
