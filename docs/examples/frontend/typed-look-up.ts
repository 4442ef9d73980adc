// With generated types: a member that was not selected, a misspelt field or a missing variable do not compile.
import type { FirstLookUpQuery, FirstLookUpQueryVariables } from './generated/node/graphql';

type Result = FirstLookUpQuery['debtorProfile'];

export const variables: FirstLookUpQueryVariables = {
  identity: { residentId: '341021199211209990' },
  basis: { caseNumber: '（2025）浙0824执366号', purpose: 'PROPERTY_INVESTIGATION' },
  scope: { wholeZone: true },
};

export function courtsWithCases(result: Result): string[] {
  switch (result.__typename) {
    case 'DebtorProfile':
      return (result.cases ?? []).map((row) => row.sourceCourt);
    case 'NotCovered':
    case 'Refusal':
      throw new Error(result.code);
  }
}
