"""A case of 开化 in its first handler's hands, made for a test of money, and the documents of acts on it."""

from typing import Final

CASE: Final = """
    WITH model AS (SELECT c.* FROM cases c JOIN case_parties p ON p.case_id = c.id AND p.role = 'DEBTOR'
                    WHERE c.handler_id = 'o-330824-01' AND c.class_is_one AND NOT EXISTS (
                          SELECT FROM assets a WHERE a.owner_id = p.party_id AND a.division = '330824')
                    ORDER BY c.id LIMIT 1),
         made AS (INSERT INTO cases (id, number, type, case_class, cause, basis_kind, basis_number, filed_on, status,
                                     amount_applied, principal, general_interest, costs, performance_due_on, handler_id,
                                     version, synthetic)
                  SELECT gen_random_uuid(), $1, 'FIRST_ENFORCEMENT', 'IMPLEMENTATION', cause, basis_kind, basis_number,
                         '2023-11-20', 'IN_PROGRESS', $2, $2, 0, 0, '2023-10-31', handler_id, 1, true
                    FROM model RETURNING id)
    INSERT INTO case_parties (case_id, party_id, role)
    SELECT made.id, p.party_id, p.role FROM made, model JOIN case_parties p ON p.case_id = model.id
""".replace("c.class_is_one", "(SELECT count(*) FROM case_parties x WHERE x.case_id = c.id AND x.role = 'DEBTOR') = 1")
"""Number and principal; due on 2023-10-31, against one debtor without assets at home."""


def act(name: str, shown: str) -> str:
    return (
        f"mutation M($input: {name[0].upper() + name[1:]}Input!) {{ {name}(input: $input) {{ "
        f"{shown} ... on Problem {{ code message }} }} }}"
    )
