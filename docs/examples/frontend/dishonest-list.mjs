// Walks the public list of all courts. A silent court keeps its place and is asked again with every further page.
const isSilent = ({ status }) => status !== 'ANSWERED' && status !== 'EMPTY';
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// `ask(variables)` gives the value of publicDishonestDebtors. Yields rows; returns who never answered.
export async function* entries(ask, { scope = { wholeZone: true }, first = 100, patience = 3, pauseMs = 2000 } = {}) {
  for (let after = null, waited = 0; ; ) {
    const page = await ask({ scope, first, after });
    if (page.code) throw Object.assign(new Error(page.message), { code: page.code });
    yield* page.nodes;
    after = page.pageInfo.endCursor;
    if (after === null) return []; // nothing is left at any court
    if (page.pageInfo.hasNextPage) continue; // more at a court that answered
    if (waited++ === patience) return page.coverage.courts.filter(isSilent);
    await wait(pauseMs); // only silent courts are left
  }
}
