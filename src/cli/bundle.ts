/** `npm run bundle`: publishes a fresh bundle and writes it to a file, for stations that get it by hand. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { prepareDatabase } from '../deps.ts';
import { publish } from '../issuer/publish.ts';
import { nodeDeps } from '../node-platform.ts';
import { latestDocument } from '../store/documents.ts';
import { command } from './console/command.ts';

const USAGE = `npm run bundle -- [--out <file>]
发布新的核验数据包并写入文件(默认 bundle.jws)。
Publishes a fresh trust bundle and writes it to a file (default bundle.jws).`;

await command(USAGE, async (args) => {
  const { values } = parseArgs({ args, options: { out: { type: 'string', default: 'bundle.jws' } } });
  const deps = await nodeDeps({ env: process.env });
  await prepareDatabase(deps);
  const number = await publish(deps);
  writeFileSync(values.out, (await latestDocument(deps.db, 'bundle'))?.text ?? '');
  console.log(
    `核验数据包 ${number} 已发布并写入 ${values.out}。 Bundle ${number} is published and written to ${values.out}.`,
  );
  deps.db.close();
  return 0;
});
