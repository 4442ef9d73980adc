"""One court of the model: what its database holds of one task, and its transactions.

Every decision is the product's (enforcement/rules/task_steps.py, task_log.py, federation/rules/lives.py); what stands
here is only what the use-cases of enforcement/tasks and the durable road do around them: read, ask, write.

Long, because a court's state and its transactions are one thing: parted, each half would need the other's fields.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from enforcement.rules import task_log, task_steps
from enforcement.rules.task_log import EMPTY, EventType, Head, LogEvent, Side
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus
from enforcement.rules.task_steps import Do, Then, Twin, Verdict
from federation.rules import lives

D: Final = Side.DELEGATING
E: Final = Side.ENTRUSTED
OTHER: Final = {D: E, E: D}
TASK: Final = "task"
SHORT: Final = {
    EventType.DISPATCHED: "dispatched",
    EventType.RECEIVED: "received",
    EventType.SIGNED_FOR: "signed",
    EventType.STARTED: "started",
    EventType.STEP_RECORDED: "step",
    EventType.SUPPLEMENT_REQUESTED: "asked",
    EventType.SUPPLEMENTED: "supplied",
    EventType.FED_BACK: "fed-back",
    EventType.FEEDBACK_REJECTED: "rejected",
    EventType.COMPLETED: "completed",
    EventType.RETURNED: "returned",
    EventType.WITHDRAWN: "withdrawn",
    EventType.PEN_TAKEN: "taken",
}


@dataclass(frozen=True, slots=True)
class Event:
    """A signed event of the log; `request` is what it grants."""

    said: LogEvent
    author: Side
    request: str | None = None

    def __str__(self) -> str:
        return f"{self.said.type} ({self.said.digest})"


@dataclass(frozen=True, slots=True)
class Request:
    """A signed request of the delegating court."""

    id: str
    kind: str
    head_seq: int

    def __str__(self) -> str:
        return f"request {self.id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The entrusted court's signed refusal of a request."""

    request: str

    def __str__(self) -> str:
        return f"refusal of {self.request}"


@dataclass(frozen=True, slots=True)
class Ask:
    """After a restored backup: give me back what was closed between us."""

    epoch: int

    def __str__(self) -> str:
        return "request to give back"


@dataclass(frozen=True, slots=True)
class Back:
    """All that is given back, and the giver's head, if its log is open; one message here, several in the product.

    `refused`: what of the giver's events the restored court had refused.
    """

    epoch: int
    given: frozenset["Content"]
    head: str | None
    refused: frozenset[tuple[int, str]] = frozenset()

    def __str__(self) -> str:
        return f"{len(self.given)} statements given back, head {self.head}"


Content: TypeAlias = Event | Request | Answer | Ask | Back


@dataclass(frozen=True, slots=True)
class Copy:
    """One court's database, as far as one task goes. `queue`: content -> life in which its bytes were made, 0: none."""

    side: Side
    head: Head | None  # None: the task is unknown
    log: tuple[Event, ...] = ()
    aside: frozenset[Event] = frozenset()  # own events taken back
    tombs: frozenset[tuple[int, str]] = frozenset()  # the other court's events refused here
    requests: tuple[tuple[Request, str | None], ...] = ()  # with their answers
    queue: tuple[tuple[Content, int], ...] = ()
    sent: frozenset[Content] = frozenset()  # what the other court accepted
    is_disputed: bool = False
    is_pending: bool = False  # restored, and not confirmed by the other court
    is_told: bool = False  # the other court has said where the log stands
    epoch: int = 1
    heard: int = 1  # the other court's newest life
    asked: int = 1  # the life for which everything was given back
    lost: Side | None = None  # which court this one's directory declares lost

    @property
    def is_lost(self) -> bool:
        """As enforcement/tasks/log.py: whether the entrusted court was declared lost."""
        return self.lost is E

    @property
    def is_barred(self) -> bool:
        """As enforcement/tasks/log.py: whether the node appends nothing by itself."""
        return self.is_pending or (self.is_lost and self.side is E)


FIRST: Final = {D: Copy(D, EMPTY), E: Copy(E, None)}


class Broken(Exception):
    """A transaction that may not fail has failed."""


def acted(copy: Copy, event_type: EventType) -> Copy:
    """An officer's act, or the node's at its start: raises RuleBroken when the product refuses it."""
    task_steps.check_confirmed(is_pending=copy.is_pending)
    return _append(copy, event_type)


def _append(copy: Copy, event_type: EventType, request: str | None = None) -> Copy:
    """As enforcement/tasks/log.py: the event, the head and the message in one transaction."""
    head = copy.head or EMPTY
    status, holder = task_steps.check_append(
        head, copy.side, event_type, is_disputed=copy.is_disputed, is_lost=copy.is_lost
    )
    digest = _digest(copy, head, event_type)
    event = Event(LogEvent(head.seq + 1, head.digest, digest, event_type, status, holder), copy.side, request)
    following = task_log.accept(head, event.said, copy.side)
    return _queued(replace(copy, log=(*copy.log, event), head=following), event)


def _digest(copy: Copy, head: Head, event_type: EventType) -> str:
    """No two events of a court have one digest: what was taken back or forgotten is signed anew with another."""
    tries = sum(1 for each in copy.aside if each.said.prev == head.digest)
    life = "" if copy.epoch == 1 else f"'{copy.epoch}"
    return f"{head.digest}/{SHORT[event_type]}{copy.side.value[0]}{'+' * tries}{life}"


def _queued(copy: Copy, content: Content) -> Copy:
    """Queued anew; in one order always, for what is queued may be delivered in any."""
    rows = [*(row for row in copy.queue if row[0] != content), (content, 0)]
    return replace(copy, queue=tuple(sorted(rows, key=lambda row: str(row[0]))))


def asked_for(copy: Copy, kind: str, request_id: str) -> Copy:
    """As enforcement/tasks/requests.py."""
    head = copy.head or EMPTY
    task_steps.check_ask(kind, head.status)
    task_steps.check_confirmed(is_pending=copy.is_pending)
    request = Request(request_id, kind, head.seq)
    return _queued(replace(copy, requests=(*copy.requests, (request, None))), request)


def is_asking(copy: Copy, kind: str) -> bool:
    """Whether a request of `kind` waits for its answer."""
    return any(request.kind == kind and answer is None for request, answer in copy.requests)


def offered(copy: Copy, content: Content) -> Copy:
    """The first attempt fixes the bytes, in this life of the database."""
    return replace(
        copy, queue=tuple((each, life or copy.epoch) if each == content else (each, life) for each, life in copy.queue)
    )


# receiving


def received(copy: Copy, content: Content, epoch: int, *, refuses: bool) -> tuple[Copy, str | None]:
    """The copy after a message of that life, and the signed outcome; None: it has to wait.

    `refuses`: this court finds the event's content wrong, for whatever reason.
    """
    if lives.is_over(epoch, copy.heard) and not knows(copy, content):
        return copy, lives.OVER
    copy = replace(copy, heard=max(copy.heard, epoch))
    if isinstance(content, Ask):
        return _gave_back(copy, content), "ACCEPTED"
    if isinstance(content, Back):
        if content.epoch != copy.epoch or not copy.is_pending:
            return copy, "ACCEPTED"
        return _resynced(replace(copy, is_told=True, tombs=copy.tombs | content.refused), content)
    if not lives.lets_in(is_pending=copy.is_pending, is_told=copy.is_told):
        return copy, None
    return _handled(copy, content, refuses=refuses)


def has_answered(copy: Copy, content: Content, life: int) -> bool:
    """Whether the answer to it is settled for ever, as long as this copy is not replaced by a backup."""
    if isinstance(content, Ask):
        return content.epoch <= copy.asked
    if isinstance(content, Back):
        return content.epoch != copy.epoch or not copy.is_pending
    if isinstance(content, Event) and (content.said.seq, content.said.digest) in copy.tombs:
        return True
    return lives.is_over(life, copy.heard) or knows(copy, content)


def knows(copy: Copy, content: Content) -> bool:
    """Whether it was accepted before: then its stored receipt is given again."""
    if isinstance(content, Event):
        return content in copy.log
    if isinstance(content, Request):
        return any(request == content for request, _ in copy.requests)
    if isinstance(content, Answer):
        return any(request.id == content.request and answer for request, answer in copy.requests)
    return False


def _handled(copy: Copy, content: Content, *, refuses: bool = False) -> tuple[Copy, str | None]:
    if isinstance(content, Event):
        return _took_event(copy, content, refuses=refuses)
    if isinstance(content, Request):
        return _took_request(copy, content)
    assert isinstance(content, Answer)
    known = any(request.id == content.request for request, _ in copy.requests)
    verdict = task_steps.take_answer(is_known=known, is_party=copy.side is D)
    if verdict.do is not Do.APPLY:
        return copy, _outcome(verdict)
    return _answered(copy, content.request, "REFUSED"), "ACCEPTED"


def _outcome(verdict: Verdict) -> str | None:
    return {Do.WAIT: None, Do.REFUSE: "REFUSED", Do.DISPUTE: "REFUSED", Do.VOID: "REFUSED"}.get(verdict.do, "ACCEPTED")


def _took_event(copy: Copy, event: Event, *, refuses: bool) -> tuple[Copy, str | None]:
    """As enforcement/tasks/receiving.py: every refusal leaves a tombstone in the transaction that signs it."""
    said = event.said
    verdict = task_steps.recall(
        is_applied=event in copy.log,
        refused="REFUSED" if (said.seq, said.digest) in copy.tombs else None,
        is_earlier_refused=(said.seq - 1, said.prev) in copy.tombs,
        is_taken=copy.lost is event.author and is_taken(copy),
    )
    if verdict is None and refuses:
        verdict = Verdict(Do.REFUSE, "WORK_NOT_ACCEPTED")
    if verdict is None and said.type is EventType.PEN_TAKEN:
        return _yielded(copy, event)
    if verdict is None and copy.head is None:
        begun = task_steps.begin(said.type, said.seq)
        verdict = begun if begun.do is not Do.APPLY else None
    if verdict is None:
        twins = [Twin(each.author, each.said.prev) for each in copy.log if each.said.seq == said.seq]
        verdict = task_steps.take(
            copy.head or EMPTY,
            said,
            event.author,
            twin=twins[0] if twins else None,
            is_disputed=copy.is_disputed,
        )
    if verdict.do is Do.APPLY:
        return _applied(copy, event, verdict), "ACCEPTED"
    if verdict.do in {Do.REFUSE, Do.DISPUTE}:  # what is void is void again, remembered or not
        copy = replace(copy, tombs=copy.tombs | {(said.seq, said.digest)})
    return replace(copy, is_disputed=copy.is_disputed or verdict.do is Do.DISPUTE), _outcome(verdict)


def _applied(copy: Copy, event: Event, verdict: Verdict) -> Copy:
    copy = replace(copy, log=(*copy.log, event), head=verdict.head)
    if event.request is not None:
        copy = _answered(copy, event.request, "GRANTED")
    following = task_steps.follows(event.said.type, is_pending=copy.is_barred)
    return copy if following is None else _append(copy, following)


def _answered(copy: Copy, request_id: str, how: str) -> Copy:
    asked = tuple((each, answer or (how if each.id == request_id else None)) for each, answer in copy.requests)
    return replace(copy, requests=asked)


def _took_request(copy: Copy, request: Request) -> tuple[Copy, str | None]:
    """As enforcement/tasks/answering.py: kept, and answered in the same transaction."""
    known = any(each == request for each, _ in copy.requests)
    verdict = task_steps.take_request(copy.head, is_known=known, head_seq=request.head_seq, is_party=copy.side is E)
    if verdict.do is not Do.APPLY:
        return copy, _outcome(verdict)
    copy = replace(copy, requests=(*copy.requests, (request, None)))
    return (copy if copy.is_barred else _decided(copy, request)), "ACCEPTED"


def _decided(copy: Copy, request: Request) -> Copy:
    head = copy.head or EMPTY
    event_type = task_steps.grant(request.kind, head, copy.side, is_disputed=copy.is_disputed)
    if event_type is None:
        return _queued(_answered(copy, request.id, "REFUSED"), Answer(request.id))
    return _answered(_append(copy, event_type, request.id), request.id, "GRANTED")


# the end of an own message


def settled(copy: Copy, content: Content, outcome: str, epoch: int) -> Copy:
    """As federation/delivery/settle.py and enforcement/tasks/settling.py; what is not queued here is not heard.

    `epoch`: the life of the other court that answered.
    """
    if not any(each == content for each, _ in copy.queue):
        return copy
    if outcome == lives.OVER or not lives.still_stands(epoch, copy.heard):
        return _queued(copy, content)
    rest = tuple(row for row in copy.queue if row[0] != content)
    if outcome == "ACCEPTED":
        sent = copy.sent if isinstance(content, Ask | Back) else copy.sent | {content}
        return replace(copy, queue=rest, sent=sent)
    then, closed = _then(copy, content, outcome), replace(copy, queue=rest)
    if then is Then.SEND_AGAIN:
        return _queued(copy, content)
    if then is Then.TAKE_BACK and isinstance(content, Event):
        closed = _taken_back(closed, content)
    if then is Then.CLOSE and isinstance(content, Request):
        closed = _answered(closed, content.id, "REFUSED")
    return closed


def _then(copy: Copy, content: Content, outcome: str) -> Then:
    if isinstance(content, Event):
        later: Collection[Side] = [each.author for each in copy.log[content.said.seq - 1 :]]
        return task_steps.settle_event(
            outcome,
            is_applied=content in copy.log,
            later=later,
            side=copy.side,
            is_lost=copy.lost is OTHER[copy.side],
        )
    if isinstance(content, Request):
        is_open = any(each == content and answer is None for each, answer in copy.requests)
        return task_steps.settle_request(outcome, is_open=is_open)
    if isinstance(content, Answer):
        return task_steps.settle_answer(outcome)
    return Then.SEND_AGAIN


def _taken_back(copy: Copy, event: Event) -> Copy:
    kept, refused = copy.log[: event.said.seq - 1], copy.log[event.said.seq - 1 :]
    head = _head_after(kept) if kept else replace(EMPTY, status=DelegatedTaskStatus.RETURNED, holder=None)
    return replace(copy, log=kept, head=head, aside=copy.aside | set(refused))


# a court that was declared lost


def reads(copy: Copy, lost: Side | None) -> Copy:
    """The directory says which court is lost. Whoever hears of a newer directory fetches it first."""
    return copy if lost is None else replace(copy, lost=lost)


def swept(copy: Copy) -> Copy:
    """As enforcement/tasks/taking.py: a lost court is not waited for, and what it holds is taken back."""
    if copy.lost is not OTHER[copy.side]:
        return copy
    copy = _caught_up(copy) if copy.is_pending else copy
    if not task_steps.takes_pen(copy.head or EMPTY, copy.side, is_lost=copy.is_lost):
        return copy
    return _ended(_append(copy, EventType.PEN_TAKEN))


def is_taken(copy: Copy) -> bool:
    """Whether the log was taken back."""
    return any(each.said.type is EventType.PEN_TAKEN for each in copy.log)


def _yielded(copy: Copy, event: Event) -> tuple[Copy, str | None]:
    """As enforcement/tasks/yielding.py."""
    if copy.head is None:
        return copy, None
    kept, void = copy.log[: event.said.seq - 1], copy.log[event.said.seq - 1 :]
    before = _head_after(kept) if len(kept) == event.said.seq - 1 else None
    verdict = task_steps.yield_pen(before, event.said, event.author, is_lost=copy.is_lost)
    if verdict.do is Do.REFUSE:
        return replace(copy, tombs=copy.tombs | {(event.said.seq, event.said.digest)}), "REFUSED"
    if verdict.head is None:
        return copy, None
    own = {each for each in void if each.author is copy.side}
    return _ended(replace(copy, log=(*kept, event), head=verdict.head, aside=copy.aside | own)), "ACCEPTED"


def _ended(copy: Copy) -> Copy:
    asked = tuple((each, answer or task_steps.answer_taken(each.kind)) for each, answer in copy.requests)
    return replace(copy, requests=asked)


def _head_after(kept: Collection[Event]) -> Head:
    head = EMPTY
    for each in kept:
        head = task_log.after(head, each.said)
    return head


# restored backups


def restored(copy: Copy, *, has_left: bool, lost: Side | None) -> Copy:
    """The copy that a backup holds, begun again; `has_left`: something left the court since the backup.

    The directory is fetched first: the court begins with what it says of `lost`.
    """
    mark = lives.Position(copy.epoch, 1 if has_left else 0)
    database = lives.Position(copy.epoch, 0)
    if lives.judge(database, mark) is lives.Start.NORMAL:
        return copy
    begun = replace(copy, epoch=lives.next_epoch(database, mark), is_pending=True)
    return _queued(reads(begun, lost), Ask(begun.epoch))


def answers_kept(lost: Copy, offered_to_it: Collection[tuple[Content, int]]) -> list[tuple[Content, int, str]]:
    """What a court had answered that the carrier may still tell after the court forgot it: content, life, outcome."""
    kept: list[tuple[Content, int, str]] = []
    for content, life in offered_to_it:
        if life and not isinstance(content, Ask | Back):
            tomb = isinstance(content, Event) and (content.said.seq, content.said.digest) in lost.tombs
            if tomb or knows(lost, content):
                kept.append((content, life, "REFUSED" if tomb else "ACCEPTED"))
    return kept


def _gave_back(copy: Copy, said: Ask) -> Copy:
    """As federation/delivery/give_back.py: what the asker accepted, and what was accepted of it, once per life."""
    if said.epoch <= copy.asked:
        return copy
    of_asker: set[Content] = {each for each in copy.log if each.author is not copy.side}
    if copy.side is E:
        of_asker |= {request for request, _ in copy.requests}
    else:
        of_asker |= {Answer(request.id) for request, answer in copy.requests if answer == "REFUSED"}
    own: set[Content] = {each for each in copy.sent if isinstance(each, Event | Request | Answer)}
    is_open = copy.head is not None and copy.head.seq > 0 and copy.head.status not in ENDED
    head = copy.head.digest if is_open and copy.head is not None else None
    back = Back(said.epoch, frozenset(of_asker | own), head, refused_of(copy))
    return _queued(replace(copy, asked=said.epoch), back)


def refused_of(copy: Copy) -> frozenset[tuple[int, str]]:
    """As db/task_events.py: own events that were taken back."""
    return frozenset((each.said.seq, each.said.digest) for each in copy.aside)


def _resynced(copy: Copy, said: Back) -> tuple[Copy, str | None]:
    """As enforcement/tasks/resyncing.py: all that is given back in whatever order fits, then the head, then the rest.

    No outcome: something is missing.
    """
    left = set(said.given)
    while left:
        done = set()
        for content in sorted(left, key=str):
            copy, outcome = _grown(copy, content)
            if outcome is not None:
                done.add(content)
        if not done:
            return copy, None
        left -= done
    heads = {} if said.head is None else {TASK: said.head}
    settled_here = {each.said.digest for each in copy.log} | {digest for _, digest in copy.tombs}
    if task_steps.lacks(heads, settled_here):
        return copy, None
    return _caught_up(copy), "ACCEPTED"


def _caught_up(copy: Copy) -> Copy:
    """As resyncing.catch_up: what was left undone while the heads were unconfirmed."""
    copy = replace(copy, is_pending=False, is_told=False)
    if copy.is_barred:
        return copy
    if copy.side is E and copy.head is not None and copy.head.status is DelegatedTaskStatus.DISPATCHED:
        copy = _append(copy, EventType.RECEIVED)
    for request, answer in copy.requests if copy.side is E else ():
        copy = copy if answer else _decided(copy, request)
    return copy


def _grown(copy: Copy, content: Content) -> tuple[Copy, str | None]:
    """One statement given back: an own one is taken back, the other court's is received again."""
    if isinstance(content, Event) and content.author is copy.side:
        return _took_back(copy, content)
    if isinstance(content, Request) and copy.side is D:
        if copy.head is None or copy.head.seq == 0:
            return copy, None
        is_known = knows(copy, content)
        asked = copy.requests if is_known else (*copy.requests, (content, None))
        return _acknowledged(replace(copy, requests=asked), content), "ACCEPTED"
    if isinstance(content, Answer) and copy.side is E:
        if not any(request.id == content.request for request, _ in copy.requests):
            return copy, None
        return _acknowledged(_answered(copy, content.request, "REFUSED"), content), "ACCEPTED"
    return _handled(copy, content)


def _took_back(copy: Copy, event: Event) -> tuple[Copy, str | None]:
    if event in copy.log or event in copy.aside:
        return _acknowledged(copy, event), "ACCEPTED"
    verdict = task_steps.take_back(copy.head, event.said, copy.side)
    if verdict.head is None:
        return copy, _outcome(verdict)
    copy = replace(copy, log=(*copy.log, event), head=verdict.head)
    if event.request is not None:
        copy = _answered(copy, event.request, "GRANTED")
    copy = _ended(copy) if event.said.type is EventType.PEN_TAKEN else copy
    return _acknowledged(copy, event), "ACCEPTED"


def _acknowledged(copy: Copy, content: Content) -> Copy:
    rest = tuple(row for row in copy.queue if row[0] != content)
    return replace(copy, queue=rest, sent=copy.sent | {content})
