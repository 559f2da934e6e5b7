/** `npm run verify`: a credential or a code against a bundle file; opens no socket, and no database. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { nodePrimitives } from '../node-primitives.ts';
import { fromIsoSeconds } from '../vc/time.ts';
import type { Trust } from '../vc/trust/bundle.ts';
import type { Presented } from '../vc/verify/read.ts';
import type { Outcome, Verdict } from '../vc/verify/verdict.ts';
import { verify } from '../vc/verify/verify.ts';
import { FOREIGN_LINK_WORDING, holderWordings, OUTCOME_WORDING, REASON_WORDING } from '../vc/verify/wording.ts';
import { command, UsageError } from './console/command.ts';
import { openBundleFile, openIssuedSets, readInput } from './console/trust-files.ts';

const USAGE = `npm run -s verify -- <file | qr text | digits> --bundle <file> [--root <file>] [--issued-set <file>…] [--now <ISO>] [--json]
离线核验一张证书:JSON 文件、二维码内容或其数字。不联网。
Verifies a certificate offline: a JSON file, the text of a code, or its digits. Opens no socket.
  --bundle  trust bundle, as GET /trust/bundle gives it; without one nothing can be confirmed
  --issued-set  what a compromised key is known to have signed, as GET /trust/issued-sets/<key number> gives it
  --root    root document (default: TRUST_ROOT, then DATA_DIR/trust-root.json)
  --now     the time to judge at, 2026-11-24T08:00:00Z (default: this machine's clock)
  --json    print exactly the verdict
Exit: 0 valid, 1 invalid, 2 usage, 3 stale, 4 unknown`;

/** A code is a link, digits alone, or what holds a long run of them; anything else was meant as a file's name. */
const CODE = /^\s*https?:|^[\d\s]+$|\d{40}/i;

const EXIT_CODES: Readonly<Record<Outcome, number>> = { valid: 0, invalid: 1, stale: 3, unknown: 4 };

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      bundle: { type: 'string' },
      root: { type: 'string' },
      'issued-set': { type: 'string', multiple: true },
      now: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [subject, ...more] = positionals;
  if (subject === undefined || more.length > 0)
    throw new UsageError('应给出一项待核验内容。 Give one thing to verify.');
  const now = values.now === undefined ? Math.floor(Date.now() / 1000) : fromIsoSeconds(values.now);
  if (now === undefined)
    throw new UsageError(`--now ${values.now}: 应如 2026-11-24T08:00:00Z。 Write it like 2026-11-24T08:00:00Z.`);
  const trust = await trustFrom(values.bundle, { root: values.root, now });
  const issuedSets = await openIssuedSets(values['issued-set'] ?? [], trust);
  const verdict = await verify(presentedFrom(subject), { trust, issuedSets, now, primitives: nodePrimitives });
  console.log(values.json ? JSON.stringify(verdict) : inWords(verdict));
  return EXIT_CODES[verdict.outcome];
});

async function trustFrom(
  bundle: string | undefined,
  context: { root: string | undefined; now: number },
): Promise<Trust | undefined> {
  if (bundle === undefined) return undefined;
  const opened = await openBundleFile(bundle, context);
  if (opened.ok) return opened.trust;
  console.error(`核验数据未被采用:${opened.refusal}。 The bundle was refused: ${opened.refusal}.`);
  return undefined;
}

function presentedFrom(subject: string): Presented {
  if (!existsSync(subject)) {
    if (CODE.test(subject)) return { qr: subject };
    throw new UsageError(
      `${subject}: 没有这个文件,也不是二维码内容。 There is no such file, and it is no code either.`,
    );
  }
  const text = strictText(readInput(subject));
  return /^\s*[{[]/.test(text) ? { credential: text } : { qr: text };
}

function inWords(verdict: Verdict): string {
  const { outcome, checks, credential, asOf, notes } = verdict;
  const { word, next } = OUTCOME_WORDING[outcome];
  const marks = { valid: '✔', stale: '◷', unknown: '?', invalid: '✘' };
  const lines = [`${marks[outcome]} ${word.zh} ${word.en}`, `  ${next.zh} ${next.en}`];
  for (const check of checks) {
    if ('reason' in check)
      lines.push(
        `  ${check.check}: ${check.reason} — ${REASON_WORDING[check.reason].zh} ${REASON_WORDING[check.reason].en}`,
      );
  }
  if (credential) {
    lines.push(
      `  证书 certificate  ${credential.achievement.name}`,
      `  签发 issuer       ${credential.issuer.name} (${credential.issuer.id})`,
      `  持有 holder       ${credential.holder}`,
      ...holderWordings(verdict).map(({ zh, en }) => `                    ${zh} ${en}`),
      `  积分 points       ${credential.points}`,
      `  有效 valid        ${credential.validFrom} – ${credential.validUntil ?? '长期 no end'}`,
    );
  }
  if (notes.includes('foreign-link')) lines.push(`  ${FOREIGN_LINK_WORDING.zh} ${FOREIGN_LINK_WORDING.en}`);
  lines.push(
    `  数据 data as of   ${asOf.statusAsOf ?? asOf.bundleIssuedAt ?? '无 none'} (bundle ${asOf.bundle ?? '–'})`,
  );
  return lines.join('\n');
}

/** UTF-8, with or without the byte order mark that some editors write; anything else stays what the parser will refuse. */
function strictText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '{';
  }
}
