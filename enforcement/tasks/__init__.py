"""Delegated tasks (事项委托): the acts of both courts, the shared log between them, and the messages that carry it.

The life of a task: a handler drafts it and submits it, the chief approves, the command centre dispatches. From then
on both courts hold one signed log, to which at most one of them may append; each event is written, the task changed
and the message to the other court queued in one transaction. The other node checks the event against its own copy of
the log and applies it, or refuses it with a signed receipt. `drafting`, `dispatching`, `handling` and `concluding`
are acts of officers; `receiving` is what a node does when a message arrives; `log` is the only place that appends.
"""
