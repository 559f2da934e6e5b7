/** Slips on their way to the service: in parts, each answered for by itself. */

/** The service takes a thousand. */
const PART = 500;

/** Slip → `redeemed` or why not, of those that were answered for. `reached` is false where a part had no answer. Never throws. */
export async function sendSlips(
  slips: readonly string[],
  slipsUrl: string,
): Promise<{ answers: ReadonlyMap<string, string>; reached: boolean }> {
  const answers = new Map<string, string>();
  for (let from = 0; from < slips.length; from += PART) {
    const part = slips.slice(from, from + PART);
    const results = await answerTo(part, slipsUrl);
    if (!results) return { answers, reached: false };
    for (const { index, redeemed, reason } of results) {
      const slip = part[index];
      const answer = redeemed ? 'redeemed' : reason;
      if (slip !== undefined && answer !== undefined) answers.set(slip, answer);
    }
  }
  return { answers, reached: true };
}

type Result = { readonly index: number; readonly redeemed: boolean; readonly reason?: string };

/** text/plain needs no preflight where the station is served from elsewhere. */
async function answerTo(slips: readonly string[], slipsUrl: string): Promise<Result[] | undefined> {
  try {
    const response = await fetch(slipsUrl, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: slips.join('\n'),
      credentials: 'omit',
      redirect: 'error',
    });
    const body: unknown = response.ok ? await response.json() : undefined;
    const results = typeof body === 'object' && body !== null && 'results' in body ? body.results : undefined;
    return Array.isArray(results) ? results.flatMap(readResult) : undefined;
  } catch {
    return undefined;
  }
}

function readResult(value: unknown): Result[] {
  if (typeof value !== 'object' || value === null) return [];
  const { index, redeemed, reason } = value as Readonly<Record<string, unknown>>; // checked below
  if (typeof index !== 'number' || typeof redeemed !== 'boolean') return [];
  return [{ index, redeemed, ...(typeof reason === 'string' ? { reason } : {}) }];
}
