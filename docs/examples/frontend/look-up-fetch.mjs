// The first look-up without any client. Identity and case number are variables, never part of the document.
export async function lookUp(node, token, query, variables, language = 'zh') {
  const response = await fetch(`${node}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      'accept-language': language,
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors, extensions } = await response.json(); // every status has this shape
  if (errors) throw Object.assign(new Error(errors[0].message), { code: errors[0].extensions.code });
  return { result: data.debtorProfile, coverage: extensions.coverage };
}
