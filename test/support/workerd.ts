/** The worker in dist/worker under real workerd, with the queue and the bindings of our wrangler.toml. */
import { fileURLToPath } from 'node:url';
import { createTestHarness } from 'wrangler';

// Otherwise wrangler asks the network for request metadata and reports its usage.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
process.env.WRANGLER_SEND_METRICS = 'false';
// Its greetings would stand on the standard output of whoever uses this.
process.env.WRANGLER_LOG = 'warn';

const wranglerConfig = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));

export interface WorkerOptions {
  /** Override [vars] of the config, name by name; DATABASE_URL belongs here. */
  vars: Record<string, string>;
  secrets?: Record<string, string>;
  /** Another wrangler.toml; its `main` is relative to it. */
  configPath?: string;
}

export interface Worker {
  /** `http://127.0.0.1:PORT`: any HTTP client or browser may use it. */
  url: string;
  /** The path is resolved against `url`. Redirects are followed; pass `redirect: 'manual'` to see them. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Fires the cron trigger and waits for the handler. Rejects when the handler throws. */
  scheduled(event?: { cron?: string; at?: Date }): Promise<void>;
  /** What the worker wrote to its console so far, a line a message. */
  logs(): string[];
  stop(): Promise<void>;
}

/**
 * Starts the built worker. Queue messages that it sends come back to its own queue handler, after at most the
 * consumer's `max_batch_timeout` (1 s): poll for their effect.
 */
export async function startWorker({ vars, secrets = {}, configPath = wranglerConfig }: WorkerOptions): Promise<Worker> {
  const harness = createTestHarness({ workers: [{ configPath, vars, secrets }] });
  const { url: base } = await harness.listen();
  return {
    url: base.origin,
    fetch: (path, init) => fetch(new URL(path, base), init),
    scheduled: async ({ cron = '*/10 * * * *', at = new Date() } = {}) => {
      const { outcome } = await harness.getWorker().scheduled({ cron, scheduledTime: at });
      if (outcome !== 'ok') throw new Error(`the scheduled handler ended with "${outcome}"`);
    },
    logs: () => harness.getLogs().map(({ level, message }) => `${level}: ${message}`),
    stop: () => harness.close(),
  };
}
