/** Lists of certificates that were given before: taken in, looked at, taken back. The work itself is a job's. */
import { type Context, Hono } from 'hono';
import { AppError } from '../../errors.ts';
import { checkImport } from '../../issuer/check-import.ts';
import { findingsCsv } from '../../issuer/findings-csv.ts';
import { findingsOf, importFor, reportOf } from '../../issuer/import-progress.ts';
import { openListFile } from '../../issuer/list-file.ts';
import { rollBackImport } from '../../issuer/roll-back-import.ts';
import { startUploaded, uploadImport } from '../../issuer/stage-import.ts';
import { XLSX } from '../../learning/formats/sheet.ts';
import { dropUpload } from '../../store/imports.ts';
import { utf8 } from '../../vc/encoding.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyObject, bodyStream, mediaType, refuseOtherFields, textField } from '../body.ts';
import { idempotently } from '../idempotent.ts';

/** More than two million rows as CSV; Workers take less by themselves. */
const MAX_BYTES = 256 * 1024 * 1024;
/** What a trial says of a row depends on all before it, which are kept in memory. */
const MAX_TRIAL_ROWS = 100_000;
const ID = '[0-9a-f]{12}';

export const imports = new Hono<AppEnv>()
  .post('/api/imports', requireKey, async (c) => {
    const type = mediaType(c, ['text/csv', XLSX]);
    const [deps, actor] = [c.get('deps'), c.get('actor')];
    const { fileName, dryRun } = settings(c);
    const file = await openListFile(deps, actor, { bytes: bodyStream(c, MAX_BYTES), type });
    if (dryRun) {
      const { findings, ...trial } = await checkImport(deps, actor, { file, maxRows: MAX_TRIAL_ROWS });
      return c.json({ dryRun, ...trial, findings: findings.map(({ line, problem }) => ({ line, ...problem })) });
    }
    const uploaded = await uploadImport(deps, actor, { fileName, file });
    try {
      return await idempotently(c, uploaded.sha256, async () => {
        const { one } = await startUploaded(deps, actor, uploaded);
        await deps.wake();
        return reportOf(deps, one);
      });
    } finally {
      await dropUpload(deps.db, uploaded.id); // unless it was started
    }
  })
  .get(`/api/imports/:id{${ID}}`, requireKey, async (c) =>
    c.json(await reportOf(c.get('deps'), await importFor(c.get('deps'), c.get('actor'), c.req.param('id')))),
  )
  .get(`/api/imports/:id{${ID}}/problems`, requireKey, async (c) => {
    const one = await importFor(c.get('deps'), c.get('actor'), c.req.param('id'));
    const lines = findingsCsv(one.header, findingsOf(c.get('deps'), one));
    return c.body(streamOf(lines), 200, { 'content-type': 'text/csv; charset=utf-8' });
  })
  .post(`/api/imports/:id{${ID}}/rollback`, requireKey, async (c) => {
    const [deps, actor, id] = [c.get('deps'), c.get('actor'), c.req.param('id')];
    const body = await bodyObject(c, 16_384);
    refuseOtherFields(body, ['reason']);
    const reason = textField(body, 'reason', 500);
    return idempotently(c, JSON.stringify(body), async () => {
      const one = await rollBackImport(deps, actor, { id, reason });
      await deps.wake();
      return reportOf(deps, one);
    });
  });

/** Of the address. Anything else there is refused: a misspelt dry run must not write. */
function settings(c: Context<AppEnv>): { fileName: string; dryRun: boolean } {
  const { fileName = '', dryRun = 'false', ...others } = c.req.query();
  const [stranger] = Object.keys(others);
  if (stranger === undefined && /^(?:true|false)$/.test(dryRun) && fileName.length <= 200)
    return { fileName, dryRun: dryRun === 'true' };
  throw new AppError(
    'invalid-field',
    {
      zh: '地址中只可有 fileName(至多 200 个字符)和 dryRun(true 或 false)。',
      en: 'The address may have fileName, of at most 200 characters, and dryRun, true or false.',
    },
    stranger ?? 'dryRun',
  );
}

function streamOf(texts: AsyncGenerator<string, void, undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await texts.next();
      if (done) controller.close();
      else controller.enqueue(utf8(value));
    },
    cancel: async () => {
      await texts.return();
    },
  });
}
