/** A program of the office that lives until it is killed: takes batches of records from its standard input and answers each when it is durable. */
import { createInterface } from 'node:readline';
import { operator } from '../../src/issuer/actor.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { nodeDeps } from '../../src/node-platform.ts';
import type { SentRecord } from '../support/records.ts';

const [organisation = '', source = ''] = process.argv.slice(2);
const deps = { ...(await nodeDeps({ env: process.env })), log: () => undefined };
await deps.trust();
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const records: SentRecord[] = JSON.parse(line);
  say(
    await recordEvents(
      deps,
      operator(organisation, source),
      records.map((value) => ({ value })),
    ),
  );
}
deps.db.close();
