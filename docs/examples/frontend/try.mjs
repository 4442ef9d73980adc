// `npm run try`: signs in at a running demo as Kaihua's handler, looks a debtor up, says what a screen would say.
import { readFile } from 'node:fs/promises';
import { ofAll, ofCourt } from './coverage-words.mjs';
import { lookUp } from './look-up-fetch.mjs';
import { begin, finish } from './sign-in.mjs';

const port = Number(process.env.XIEZHI_DEMO_PORT ?? 8400);
const [node, issuer] = [`http://127.0.0.1:${port + 1}`, `http://127.0.0.1:${port + 9}/330824`];
const file = (path) => readFile(new URL(path, import.meta.url), 'utf8');

const { address, pending } = await begin(issuer, 'xiezhi-page', `${node}/`, node);
const officer = new URLSearchParams({ officer: 'o-330824-01' }); // the click in the demo provider's page
const back = await fetch(address, { method: 'POST', body: officer, redirect: 'manual' });
const { token, name } = await finish(pending, new URL(back.headers.get('location')).searchParams);

const variables = JSON.parse(await file('../first-look-up.variables.json'));
const { coverage } = await lookUp(node, token, await file('documents/node/first-look-up.graphql'), variables);
console.log(`${name}：${ofAll(coverage, 'zh')}`);
for (const court of coverage.courts) console.log(ofCourt(court, 'zh'));
