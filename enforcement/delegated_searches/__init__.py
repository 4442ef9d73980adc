"""One search at several courts (委托查询): one question, one approval, one set of papers, a task at each court.

Life of a delegated search
    delegateSearch        the search and a task for each court, submitted: all of them, or none if one court cannot be
                          asked (`making`)
    approve, dispatch     once for all tasks, by the chief and by the command centre (`moving`)
    each task             lives by itself: its own log, supplements, return; a returned one is cloned and counts instead
    coverage              computed from the tasks whenever it is read, never written down (`covering`)
    withdraw              each task that is not answered yet, by the ordinary road

Invariant: what is known of a search is what its tasks' logs say; the search has no state of its own but how far it came
inside this court.
"""
