"""Prints docs/events.md from the table of events: `python -m api.events_table > docs/events.md`."""

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from enforcement.happenings import HAPPENINGS, Happenings
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_log import EventType
from enforcement.rules.webhooks import PAUSES, type_of
from schema.node.schema import SCHEMA

_BOTH: Final = (EventType, StatementKind)
_HEAD: Final = """\
# Events

What a node tells of, to front ends (subscriptions) and to systems of the court's own (webhooks, 网络回调). An
event names an object by its id and says what happened to it; it never holds a name, a number, an address or
an amount. Who wants to know more asks the node for the object with a token: `node(id:)`. This page is printed
from the code, by `python -m api.events_table`, and a test holds the two equal.

## Webhooks

`XIEZHI_WEBHOOKS_FILE` (mode 0600) lists the endpoints; a node reads it when it starts:

```json
[{"name": "desk", "url": "https://desk.kaihua.example/xiezhi", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "events": ["task.*", "warning.measure_expiring"]}]
```

`events` are types of the table, `topic.*`, or `*`. A request is made after [Standard
Webhooks](https://www.standardwebhooks.com) 1.0:

```
POST /xiezhi
content-type: application/json
webhook-id: 330824-417
webhook-timestamp: 1752454800
webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=

{"type":"task.received","timestamp":"2025-07-14T01:00:00Z","data":{"court":"皖1021","sequence":417,
"object":{"type":"DelegatedTask","id":"0b6e5b0e-8a3f-4c53-9b4f-2d1f6a3f0c11"}}}
```

- The signature is base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body` under the bytes of the
  secret behind `whsec_`. Compare in constant time; refuse a timestamp that is far from your clock; libraries
  of the specification do both.
- Answer 2xx within 15 seconds. Anything else is tried again with the same id and the same body, ten times in
  all: %PAUSES%. Then it is given up, and the node's log says so. An event may come twice: know it by
  `webhook-id`. Events of several objects may come out of order: `sequence` tells.
- An endpoint that leaves the file is told nothing more, not even what was queued. Deliveries are kept for 30
  days.

## Subscriptions

`delegatedTaskChanged` follows one task; `delegatedTasksChanged`, `delegatedSearchChanged`, `measureChanged` and
`warningRaised` follow what the reader may know of, from now on; a search at several courts also when one of its tasks
changed, so that its coverage is told as it grows. Each answer has a `cursor`: given as `after`, what came since comes
first, each change once, in whichever process ([front end](frontend.md)). Several changes of one object at once come
as one.

## The table

"Both" means: at the court whose officer acted when it is written down, and at the other court of the task
when it arrives there; each court's node tells its own front ends and systems. Everything else is told at the
court where it happened.

| type | what happened | at | object |
|---|---|---|---|
"""


def document() -> str:
    """The whole of docs/events.md."""
    rows = sorted(row for topic, found in HAPPENINGS.items() for row in _rows(topic, found))
    return _HEAD.replace("%PAUSES%", _pauses()) + "".join(rows)


def _rows(topic: str, found: Happenings) -> Iterator[str]:
    words: dict[str, tuple[str, str]] = {kind: (text, "own court") for kind, text in found.others.items()}
    for enum in reversed(found.enums):
        at = "both" if enum in _BOTH else "own court"
        words |= {value.value: (_description(enum, value), at) for value in enum}
    for kind in found.kinds:
        text, at = words[kind]
        yield f"| `{type_of(topic, kind)}` | {text} | {at} | `{found.object_type}` |\n"


def _description(enum: type[StrEnum], value: StrEnum) -> str:
    """As the schema describes the value."""
    for known in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by schema.enums
        if known.name == value.name:
            return str(known.description)
    raise KeyError(value)


def _pauses() -> str:
    """`5 s, 5 min, 30 min, 2 h, ... later`."""
    units = ((3600, "h"), (60, "min"), (1, "s"))
    said = [
        next(f"{int(pause.total_seconds()) // size} {unit}" for size, unit in units if pause.total_seconds() >= size)
        for pause in PAUSES
    ]
    return f"{', '.join(said[:-1])} and {said[-1]} after one another"


assert SCHEMA  # its build has described the enums

if __name__ == "__main__":
    sys.stdout.write(document())
