// The first look-up with Apollo Client, which hides `extensions`: select `coverage` in the document.
// Nothing about a person stays in a cache: `no-cache`, and possible types are needed only where you do cache.
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';

export async function lookUp(node, token, document, variables, language = 'zh') {
  const client = new ApolloClient({
    link: new HttpLink({
      uri: `${node}/graphql`,
      headers: { authorization: `Bearer ${token}`, 'accept-language': language },
    }),
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  });
  const { data } = await client.query({ query: gql(document), variables }); // throws CombinedGraphQLErrors
  return { result: data.debtorProfile, coverage: data.debtorProfile.coverage };
}
