// Types and trusted documents. A schema is a file or an address:
// XIEZHI_SUPERGRAPH=http://127.0.0.1:8400/supergraph.graphql XIEZHI_NODE_SCHEMA=http://127.0.0.1:8401/schema.graphql npm run codegen
const text = { input: 'string', output: 'string' };
const names = 'CaseNumber CourtCode CreditCode Date DateTime Money Percent ResidentId UUID _Any'.split(' ');
const config = {
  strictScalars: true,
  scalars: { ...Object.fromEntries(names.map((name) => [name, text])), BigInt: { input: 'number | string', output: 'number | string' } },
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

export default {
  generates: {
    [`${out}/zone/`]: target(process.env.XIEZHI_SUPERGRAPH ?? '../../../schema/supergraph.graphql', 'documents/zone/*.graphql'),
    [`${out}/node/`]: target(process.env.XIEZHI_NODE_SCHEMA ?? '../../../schema/node.graphql', 'documents/node/*.graphql'),
  },
};
