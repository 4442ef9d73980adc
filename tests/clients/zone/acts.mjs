// What moves a task at Kaihua's node, so that there is something to hear of.
import { createHash, randomUUID } from 'node:crypto';
import { ask, DOORS, zone } from './doors.mjs';

const CASE = '（2025）浙0824执366号';
const TASK = '... on DelegatedTask { id status version } ... on Problem { code message }';
const as = (office) => ({ ...DOORS[0], token: zone.tokens.node[office] });
const paper = (kind) => ({ kind, number: '样1号', sha256: createHash('sha256').update(kind).digest('hex') });

async function one(office, document, input) {
  const { data, errors } = await ask(as(office), document, { input });
  if (errors) throw new Error(errors[0].extensions.code);
  const [result] = Object.values(data);
  if (result.code) throw new Error(result.code);
  return result;
}

// A draft of the handler's: a search for `kind` in Shexian.
export const draft = (kind) =>
  one('handler', `mutation ($input: CreateDelegatedTaskInput!) { createDelegatedTask(input: $input) { ${TASK} } }`, {
    caseNumber: CASE,
    entrustedCourt: '皖1021',
    matter: 'INVESTIGATE_ASSETS',
    kinds: [kind],
    documents: ['DELEGATION_LETTER', 'OFFICER_CERTIFICATE', 'INVESTIGATION_NOTICE'].map(paper),
    idempotencyKey: randomUUID(),
  });

export const submit = ({ id, version }) =>
  one('handler', `mutation ($input: TaskVersionInput!) { submitDelegatedTask(input: $input) { ${TASK} } }`, { id, version });

export const approve = ({ id, version }) =>
  one('chief', `mutation ($input: TaskOpinionInput!) { approveDelegatedTask(input: $input) { ${TASK} } }`, { id, version });
