// Types and trusted documents. A schema is a file or an address:
//   export XIEZHI_SUPERGRAPH=http://127.0.0.1:8400/supergraph.graphql
//   export XIEZHI_NODE_SCHEMA=http://127.0.0.1:8401/schema.graphql
const text = { input: 'string', output: 'string' };
const names = 'CaseNumber CourtCode CreditCode Date DateTime Money Percent Quantity Rate ResidentId SignedDocument UUID _Any'.split(' ');
const config = {
  strictScalars: true,
  scalars: {
    ...Object.fromEntries(names.map((name) => [name, text])),
    BigInt: { input: 'number | string', output: 'number | string' },
  },
  enumsAsTypes: true,
  useTypeImports: true,
};
const target = (schema, documents) => ({
  schema,
  documents,
  preset: 'client',
  presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
  config,
});
const out = process.env.XIEZHI_GENERATED ?? 'generated';
const supergraph = process.env.XIEZHI_SUPERGRAPH ?? '../../../schema/supergraph.graphql';
const node = process.env.XIEZHI_NODE_SCHEMA ?? '../../../schema/node.graphql';

export default {
  generates: {
    [`${out}/zone/`]: target(supergraph, 'documents/zone/*.graphql'),
    [`${out}/node/`]: target(node, 'documents/node/*.graphql'),
  },
};
