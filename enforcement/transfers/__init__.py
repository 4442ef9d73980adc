"""Handing a sealed thing over between the first-sealing court and the court of a priority creditor (商请移送执行).

Life of a request
    requestTransfer          SENT at the asking court, whose case holds the prior claim: letter, document, explanation
    the first court's node   counts and logs it as a look-up, and checks first seal, sixty days and disposal in its own
                             books: PENDING, or NOT_ACCEPTED
    answerTransferRequest    TRANSFERRED with the 移送执行函, or DECLINED with a reason; the asking court is told
    disputeTransfer          DECLINED, or silent after its day: DISPUTED before the common superior; both know
    recordTransferDecision   ORDERED or UPHELD at the court whose officer records what the superior decided; the other
                             court keeps that as a report, is warned, and moves by its own officer's record

Invariant: every move is checked at the court that makes it and again at the one that hears of it; who is behind waits.
"""
