/** Liveness, and readiness: the database answers, its schema is current, and the published trust opens with our keys. */
import { Hono } from 'hono';
import type { Deps } from '../../deps.ts';
import { canaryFailures } from '../../store/canary.ts';
import { isMigrated } from '../../store/migrate.ts';
import { mayStillSign } from '../../vc/trust/trust-list.ts';
import type { AppEnv } from '../app-env.ts';

export const health = new Hono<AppEnv>()
  .get('/healthz', (c) => c.json({ status: 'ok' }))
  .get('/readyz', async (c) => {
    const checks = await readiness(c.get('deps'));
    const ready = Object.values(checks).every((state) => state === 'ok');
    return c.json({ status: ready ? 'ok' : 'not ready', checks }, ready ? 200 : 503);
  });

async function readiness(deps: Deps): Promise<Record<string, string>> {
  return {
    database: await state('the database does not answer or is not migrated', async () => isMigrated(deps.db)),
    trust: await state(
      'nothing is published: see npm run keygen -- --help',
      async () => (await deps.trust()) !== undefined,
    ),
    canary: await state(
      'issuing is stopped: a signed credential is not confirmed by the full path, see canary-failed in the log',
      async () => (await canaryFailures(deps.db)).length === 0,
    ),
    keys: await state(
      'no milestone key of the trust list is in its time and held here, or SEALING_KEY does not open it',
      async () => {
        const published = await deps.trust();
        const active = [...(published?.keysByNumber.values() ?? [])].filter(
          (key) => key.purpose === 'milestone' && mayStillSign(key, deps.clock.now()),
        );
        for (const { number } of active) await deps.signer(number);
        return active.length > 0;
      },
    ),
  };
}

/** Causes stay in the log; readers of /readyz get a sentence of ours. */
async function state(otherwise: string, check: () => Promise<boolean>): Promise<string> {
  try {
    return (await check()) ? 'ok' : otherwise;
  } catch {
    return otherwise;
  }
}
