"""Distribution of a case's proceeds (案款分配).

Life of a plan
    recordParticipation           creditors of other cases, of this court or another, apply to take part
    drawDistributionPlan          DRAWN: costs, priority claims, ordinary claims, to the cent
    recordDistributionStep        served on each (SERVED when on all), objected to (OBJECTED), opposed, sued over
    confirmDistributionPlan       FINAL, when no period runs and no objection is open
    approveDistributionPayout     a second person releases more than the threshold
    recordDistributionPayout      PAID
A plan to which an objection was not opposed, or that a judgment changed, is drawn anew: the old one is REPLACED.
"""
