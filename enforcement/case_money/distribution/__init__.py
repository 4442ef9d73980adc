"""Distribution of a case's proceeds (案款分配).

Life of a plan
    recordParticipation           creditors of other cases, of this court or another, apply to take part
    drawDistributionPlan          DRAWN: costs, priority claims, ordinary claims, to the cent
    recordDistributionStep        served on each creditor and debtor (SERVED when on all), objected to (OBJECTED),
                                  opposed, sued over, the suit ended
    confirmDistributionPlan       FINAL, when no period runs, no objection is open, and those who take part are the same
    approveDistributionPayout     a second person releases more than the threshold
    recordDistributionPayout      PAID; the shares of this court's own claims are payments in their cases
A plan to which an objection was not opposed, or that a judgment changed, or that no longer fits those who take part, is
drawn anew: the old one is REPLACED.
"""
