"""Correcting the list of dishonest debtors (失信名单纠正), on a party's request.

A party disputes an entry -> an officer writes down who asked, how, and why (PENDING) -> an officer who neither listed
the debtor nor wrote it down decides: REMOVED or CORRECTED, or REJECTED with a reason -> who was rejected may go to the
superior court (RECONSIDERATION) -> its decision is written down: REMOVED, CORRECTED or CONFIRMED.

Invariant: what is upheld changes the entry in the transaction of the decision, raises its revision, and drops every
stored answer about the person: no door of this court shows the entry as it was from then on. No other court keeps a
copy. Who listed a debtor is who handles the case.
"""
