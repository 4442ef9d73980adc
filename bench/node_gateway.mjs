// A public Node.js gateway as a team would set it up today: GraphQL Yoga with schema stitching over the courts.
// Each court is a subschema; one resolver delegates the field to all of them and joins the lists. No tokens, no
// signatures, no coverage of courts that fail.
//
//     node node_gateway.mjs PORT URL...

import { createServer } from 'node:http';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { delegateToSchema } from '@graphql-tools/delegate';
import { stitchSchemas } from '@graphql-tools/stitch';
import { OperationTypeNode, buildSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';

const sdl = `
  scalar DateTime
  input Scope { wholeZone: Boolean, deadlineMs: Int }
  type SmallCount { value: Int text: String! }
  type CrossBorderRow {
    sourceCourt: String! division: String! openCases: SmallCount! assetsFound: SmallCount! openTasks: SmallCount!
  }
  type CoveredCourt { code: String! name: String! }
  type CourtCoverage { court: CoveredCourt! status: String! rows: Int tookMs: Int }
  type Coverage { inScope: Int! answered: Int! complete: Boolean! courts: [CourtCoverage!]! }
  type CrossBorderMatrix { asOf: DateTime! rows: [CrossBorderRow!]! coverage: Coverage! }
  type Query { crossBorderMatrix(scope: Scope): CrossBorderMatrix! }
`;

const [port, ...urls] = process.argv.slice(2);
const courts = urls.map((url) => ({
  schema: buildSchema(sdl),
  executor: buildHTTPExecutor({ endpoint: `${url}/graphql` }),
}));

async function crossBorderMatrix(_root, args, context, info) {
  const ask = (schema) =>
    delegateToSchema({ schema, operation: OperationTypeNode.QUERY, fieldName: 'crossBorderMatrix', args, context, info });
  const parts = await Promise.all(courts.map(ask));
  const covered = parts.flatMap((part) => part.coverage.courts);
  return {
    asOf: parts.map((part) => part.asOf).sort()[0],
    rows: parts.flatMap((part) => part.rows),
    coverage: { inScope: parts.length, answered: covered.length, complete: true, courts: covered },
  };
}

const schema = stitchSchemas({ subschemas: courts, resolvers: { Query: { crossBorderMatrix: { resolve: crossBorderMatrix } } } });
createServer(createYoga({ schema, logging: false, graphiql: false })).listen(Number(port), '127.0.0.1');
