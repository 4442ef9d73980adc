// Every answer says what its document was taken to cost. Too dear? Ask for smaller pages, never for fewer courts.
export async function affordable(ask, variables) {
  for (let { first } = variables; ; first = Math.floor(first / 2)) {
    const { data, errors, extensions } = await ask({ ...variables, first });
    const refusal = errors?.[0]?.extensions;
    const isTooDear = refusal?.code === 'DOCUMENT_TOO_LARGE' && refusal.limit === 'cost';
    if (!isTooDear || first < 2) return { data, errors, first, cost: extensions?.cost };
  }
}
