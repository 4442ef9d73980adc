// A real zone: a court's node, the gateway, and the tokens of who asks there (`run.py` starts it).
export const zone = JSON.parse(process.env.XIEZHI_ZONE);

export const DOORS = [
  { name: 'node', url: `${zone.node}/graphql`, token: zone.tokens.node.centre },
  { name: 'gateway', url: `${zone.gateway}/graphql`, token: zone.tokens.gateway.centre },
];
export const HANDLERS_NODE = { ...DOORS[0], token: zone.tokens.node.handler };

export const LOOK_UP = {
  identity: { residentId: '341021199211209990' },
  basis: { caseNumber: '（2025）浙0824执366号', purpose: 'PROPERTY_INVESTIGATION' },
  scope: { wholeZone: true },
};

export const headersOf = ({ token }) => ({ authorization: `Bearer ${token}` });

// One request without any client.
export async function ask(door, query, variables = {}) {
  const response = await fetch(door.url, {
    method: 'POST',
    headers: { ...headersOf(door), 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
