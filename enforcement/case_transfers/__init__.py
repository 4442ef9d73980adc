"""Entrusting a whole case to a court of another province (委托执行).

Life of a transfer, which both courts hold under one id
    proposeCaseTransfer       PROPOSED here: no local property, another province, measures renewed, papers there
    sendCaseTransfer          SENT, by a chief: the case crosses, encrypted to the entrusted court
    fileCaseTransfer          FILED, within 7 days: the entrusted court has a case of its own
    recordCaseTransferStep    supplement, strike-off, return with the High Court's approval, conclusion
Invariant: each court writes what it did and says so by a signed statement; nothing is undone by a timer.
"""
