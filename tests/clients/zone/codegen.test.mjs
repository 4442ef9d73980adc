// GraphQL Code Generator: types and trusted documents, from the committed schemas and from a running zone.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { get, idsOf, run } from '../../../docs/examples/frontend/trusted.mjs';
import { HANDLERS_NODE, LOOK_UP, zone } from './doors.mjs';

const cwd = fileURLToPath(new URL('../../../docs/examples/frontend/', import.meta.url));
const RUNNING = { XIEZHI_SUPERGRAPH: `${zone.gateway}/supergraph.graphql`, XIEZHI_NODE_SCHEMA: `${zone.node}/schema.graphql` };
const start = (command, args, environment = {}) => promisify(execFile)(command, args, { cwd, env: { ...process.env, ...environment } });

const npm = (script, environment) => start('npm', ['run', '--silent', script], environment);
const generated = async (folder) => {
  const files = (await readdir(cwd + folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = files.map(async ({ path, name }) => [`${path.slice((cwd + folder).length)}/${name}`, await readFile(`${path}/${name}`, 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
};

after(() => Promise.all(['generated', 'generated-running'].map((folder) => rm(cwd + folder, { recursive: true, force: true }))));

test('types of the committed schemas compile, and a running zone gives the same', async () => {
  await npm('codegen');
  await npm('check');
  await npm('codegen', { ...RUNNING, XIEZHI_GENERATED: 'generated-running' });
  assert.deepEqual(await generated('generated-running'), await generated('generated'));
});

test('types refuse what the schema does not have', async () => {
  const source = await readFile(`${cwd}typed-look-up.ts`, 'utf8');
  assert.match(source, /row\.sourceCourt/);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(`${cwd}generated/wrong.ts`, source.replace('row.sourceCourt', 'row.owner').replace('./generated/', './'));
  await assert.rejects(npm('check'), ({ stdout }) => /'owner' does not exist/.test(stdout));
  await rm(`${cwd}generated/wrong.ts`);
});

test('trusted documents are added once, then named: by POST, and by GET where nobody is', async () => {
  for (const [folder, dsn, flags] of [['node', zone.dsn.node, []], ['zone', zone.dsn.gateway, ['--gateway']]]) {
    const file = `${cwd}generated/${folder}/persisted-documents.json`;
    await start(zone.xiezhi, ['documents', 'add', ...flags, file], { XIEZHI_DSN: dsn });
  }
  const ids = async (folder) => idsOf(JSON.parse(await readFile(`${cwd}generated/${folder}/persisted-documents.json`, 'utf8')));
  const [node, gateway] = [await ids('node'), await ids('zone')];

  const lookUp = await run(zone.node, zone.tokens.node.handler, node.FirstLookUp, LOOK_UP);
  const shared = await get(zone.gateway, gateway.Zone);

  assert.equal(lookUp.data.debtorProfile.__typename, 'DebtorProfile');
  assert.equal(shared.data.zone.courtCount, 8);
  const address = new URLSearchParams({ documentId: node.FirstLookUp, variables: JSON.stringify(LOOK_UP) });
  const refused = await fetch(`${HANDLERS_NODE.url}?${address}`, { headers: { authorization: `Bearer ${zone.tokens.node.handler}` } });
  assert.equal(refused.status, 405);
});
