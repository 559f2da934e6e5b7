/** Runs a built command as a process of its own and waits for its end. */
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';

export type Ended = { code: number | null; stdout: string; stderr: string };

/** `dist/node/<program>.js`, or Node itself with whatever arguments. Only what `env` names is set. */
export function runNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    ended.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    ended.stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...ended, code }));
  });
}

export const program = (name: string): string => `dist/node/${name}.js`;

/** Set for a process, its first attempt to use the network is its last. */
export const NO_NETWORK = {
  NODE_OPTIONS: `--import=${pathToFileURL(`${import.meta.dirname}/child-no-network.mjs`)}`,
};
