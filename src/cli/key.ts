/** `npm run key`: makes and withdraws the API keys of an organisation's sources. */
import { parseArgs } from 'node:util';
import { prepareDatabase } from '../deps.ts';
import { SCOPES, type Scope } from '../issuer/actor.ts';
import { dropApiKeys, makeApiKey } from '../issuer/api-key.ts';
import { organisationOrThrow } from '../issuer/establish.ts';
import { nodeDeps } from '../node-platform.ts';
import { command, UsageError } from './console/command.ts';

const USAGE = `npm run key -- create --org <id> --source <name> --scope <scope>… [--category <id>…]
npm run key -- withdraw --org <id> --source <name>
为一个数据来源创建 API 密钥;只显示一次。 Makes an API key for one source; it is shown once.
  --org       organisation (npm run keygen -- issuer makes one)
  --source    name of the platform or station; records with this key are its records
  --scope     ${SCOPES.join(', ')}
  --category  categories that it may record (default: all)`;

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      org: { type: 'string' },
      source: { type: 'string' },
      scope: { type: 'string', multiple: true },
      category: { type: 'string', multiple: true },
    },
  });
  const { org, source, scope = [], category } = values;
  const [act] = positionals;
  if (
    positionals.length !== 1 ||
    (act !== 'create' && act !== 'withdraw') ||
    !org ||
    !source ||
    (act === 'create') !== scope.length > 0
  )
    throw new UsageError('缺少参数。 Something is missing.');
  const scopes = scope.flatMap((one) => one.split(',')).map(knownScope);
  const deps = await nodeDeps({ env: process.env });
  await prepareDatabase(deps);
  await organisationOrThrow(deps, org);
  if (act === 'withdraw') {
    const count = await dropApiKeys(deps, { organisation: org, source });
    console.log(`已收回 ${count} 个密钥。 ${count} keys withdrawn.`);
  } else {
    const request = { organisation: org, source, scopes, development: false };
    console.log(await makeApiKey(deps, { ...request, ...(category ? { categories: category } : {}) }));
    console.error('请妥善保存,不会再次显示。 Keep it: it is not shown again.');
  }
  deps.db.close();
  return 0;
});

function knownScope(name: string): Scope {
  const scope = SCOPES.find((one) => one === name);
  if (scope !== undefined) return scope;
  throw new UsageError(`没有权限 ${name}。 There is no scope ${name}.`);
}
