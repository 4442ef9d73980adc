"""A court's own document (本院文件), changed by the court alone: where it is, who signs in and who serves there.

Invariant: keys and numbers of contracts stay as they are; only what the person read is changed.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from api.membership import words
from api.membership.acts import Bench, NotAMember, NoVote, Person, agreed
from api.membership.calls import Gateway
from api.membership.facts import Facts
from federation.directory import signed
from federation.directory.documents import CourtDocument
from federation.wire.signing import public_text
from schema.document_text import base64_text

_CHANGE: Final = """
mutation Change($input: ChangeCourtDocumentInput!) {
  changeCourtDocument(input: $input) {
    ... on Membership { particulars { documentVersion } }
    ... on Problem { code message }
    ... on Refusal { part }
    ... on StaleVersion { current }
  }
}"""


async def publish(gateway: Gateway, at: Bench, person: Person, change: Callable[[CourtDocument], CourtDocument]) -> int:
    """Publish what `change` makes of the document; the version that it has now, the old one when nothing changed.

    Raises:
        NotAMember, NotSaid, NoVote, KeyFileRefused, Refused, Unreachable.
    """
    before, member = at.standing.courts.get(at.court), at.standing.member(at.court)
    if before is None or member is None:
        raise NotAMember
    after = change(before)
    lines = words.of_change(before, after, person.language)
    for line in lines:
        person.say(line)
    if not lines:
        return before.version
    key = agreed(at, person)
    if public_text(key.public) != member.governance.public:
        raise NoVote
    raw = signed.write(msgspec.structs.replace(after, version=before.version + 1), [(at.court, key)])
    given: dict[str, Any] = {"document": base64_text(raw), "version": before.version}
    answer = await gateway.one(_CHANGE, {"input": given})
    return int(answer["particulars"]["documentVersion"])


def moved(before: CourtDocument, url: str, issuer: str | None) -> CourtDocument:
    """The document with another address of the node, and of the provider if one is given."""
    return msgspec.structs.replace(before, url=url, issuer=issuer or before.issuer)


def restated(before: CourtDocument, facts: Facts) -> CourtDocument:
    """The document as the court's file of facts says it: addresses, officers, liaison."""
    return msgspec.structs.replace(
        before, url=facts.url, issuer=facts.issuer, officers=facts.officers, liaison=facts.liaison
    )
