"""Who was told to be there at a seizure, described; types import it from here."""

from enforcement.rules.seizure import NotifiedPerson
from schema.enums import described

__all__ = ["NotifiedPerson"]

described(
    NotifiedPerson,
    "Who was told to be there at a seizure. 到场通知",
    {
        NotifiedPerson.DEBTOR: "The debtor. 被执行人",
        NotifiedPerson.ADULT_RELATIVE: "An adult relative. 成年家属",
        NotifiedPerson.REPRESENTATIVE: "Who represents an organisation. 法定代表人、主要负责人",
        NotifiedPerson.REFUSED_TO_COME: "Whoever was told did not come; it goes on. 拒不到场",
    },
)
