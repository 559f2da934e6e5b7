/** A program of an office, run as a process of its own: takes batches of records in, answers each on a line, and is killed where its plan says. */
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { nodeDeps } from '../../src/node-platform.ts';
import type { Db, Statement } from '../../src/store/client.ts';
import type { RecorderPlan } from './child.ts';

/** The writes of the cycle, each known by its first words. */
const WRITES = {
  ledger: /^\s*insert into learners/,
  reserve: /^\s*insert into credentials/,
  evaluated: /^\s*delete from unevaluated/,
  record: /^\s*update credentials set packed/,
} as const;

/** No clean-up, no exit handler: as the power cut does it. */
async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

function mortal(deps: Deps, killAt: NonNullable<RecorderPlan['killAt']>): Deps {
  let signed = false;
  const write: Db['write'] = async (statements) => {
    const first = sqlOf(statements[0]);
    const [name] = Object.entries(WRITES).find(([, words]) => words.test(first)) ?? ['another'];
    if (killAt === `before ${name}`) await die();
    const rows = await deps.db.write(statements);
    if (killAt === `after ${name}`) await die();
    return rows;
  };
  const { sha256, verifyEd25519, gunzip } = deps.primitives;
  return {
    ...deps,
    db: { ...deps.db, write },
    primitives: {
      gunzip,
      sha256,
      verifyEd25519: async (...args) => (signed && killAt === 'during self-check' ? die() : verifyEd25519(...args)),
    },
    sign: async (job) => {
      if (killAt === 'before sign') await die();
      const signings = await deps.sign(job);
      if (killAt === 'after sign') await die();
      signed = true;
      return signings;
    },
  };
}

function sqlOf(statement: Statement | undefined): string {
  if (statement === undefined) return '';
  return typeof statement === 'string' ? statement : statement.sql;
}

async function main(): Promise<void> {
  const plan: RecorderPlan = JSON.parse(process.argv[2] ?? '');
  const deps = {
    ...(await nodeDeps({ env: process.env, issueInline: plan.issueInline ?? 1_000 })),
    log: () => undefined,
  };
  await deps.trust();
  const killed = plan.killAt ? mortal(deps, plan.killAt) : deps;
  process.stdout.write('ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve)); // so that several start at once
  for (const [index, batch] of plan.batches.entries()) {
    const last = index === plan.batches.length - 1;
    const rows = batch.map((value) => ({ value }));
    const outcome = await recordEvents(last ? killed : deps, operator(plan.organisation, plan.source), rows);
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
  if (plan.resume) await resumePending(killed);
  deps.db.close();
  process.exit(0); // stdin is still open
}

await main();
