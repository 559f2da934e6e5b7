/** The VC-API's issuers (VCALM §3.2): issue, derive, status. The JSON-LD stack loads with the first request that needs it. */
import { Hono } from 'hono';
import { AppError } from '../../errors.ts';
import type { CredentialIssuer } from '../../issuer/credential-issuer.ts';
import { generalDidDocument } from '../../issuer/credential-issuers.ts';
import { createStatusList, updateStatus } from '../../issuer/vc-status.ts';
import { isObject } from '../../vc/json.ts';
import { fault } from '../../vc/protocol/fault.ts';
import { problemDetail } from '../../vc/protocol/report.ts';
import type { AppEnv } from '../app-env.ts';
import { cacheable } from '../cacheable.ts';
import { access, refused, type VcContext, vcBody } from '../vc-api-body.ts';

const ISSUER = '/issuers/:name{[a-z0-9-]{1,64}}';

const malformed = (...what: [detail: string, at?: string]) => [problemDetail(fault('malformed', ...what))];

export const vcIssuers = new Hono<AppEnv>()
  .post(`${ISSUER}/credentials/issue`, access('vc:issue'), async (c) => {
    const issuer = await issuerOrThrow(c);
    const body = await vcBody(c, ['credential']);
    if (!body.ok) return refused(c, body.problems);
    const { credentialId, mandatoryPointers } = body.options;
    const { secureCredential } = await import('../../issuer/secure-credential.ts');
    const secured = await secureCredential(c.get('deps'), issuer, {
      request: {
        credential: body.value.credential ?? null,
        ...(credentialId === undefined ? {} : { credentialId }),
        ...(mandatoryPointers === undefined ? {} : { mandatoryPointers }),
      },
      documents: c.get('credentialIssuers').documents(c.get('deps')),
    });
    if (!secured.ok) return refused(c, secured.faults.map(problemDetail));
    return c.json({ verifiableCredential: secured.value }, 201);
  })
  .post(`${ISSUER}/credentials/derive`, access('vc:issue'), async (c) => {
    await issuerOrThrow(c);
    const body = await vcBody(c, ['verifiableCredential']);
    if (!body.ok) return refused(c, body.problems);
    const credential = body.value.verifiableCredential;
    if (!isObject(credential)) return refused(c, malformed('expected a credential', '/verifiableCredential'));
    const { deriveCredential } = await import('../../vc/proof/issue-proof.ts');
    const derived = await deriveCredential({
      credential,
      selectivePointers: body.options.selectivePointers ?? [],
      documents: c.get('credentialIssuers').documents(c.get('deps')),
    });
    return derived.ok ? c.json(derived.value, 201) : refused(c, derived.faults.map(problemDetail));
  })
  .post(`${ISSUER}/credentials/status`, access('vc:issue'), async (c) => {
    const issuer = await issuerOrThrow(c);
    const body = await vcBody(c, ['credentialId', 'credentialStatus', 'status', 'indexAllocator']);
    if (!body.ok) return refused(c, body.problems);
    const { credentialId, credentialStatus, status } = body.value;
    if (typeof credentialId !== 'string') return refused(c, malformed('expected a text', '/credentialId'));
    if (typeof status !== 'boolean') return refused(c, malformed('expected true or false', '/status'));
    const entry = isObject(credentialStatus) ? readStatusEntry(credentialStatus) : undefined;
    if (!entry) {
      const expected = 'expected type BitstringStatusListEntry and a statusPurpose, revocation or suspension';
      return refused(c, malformed(expected, '/credentialStatus'));
    }
    const by = c.get('credentialIssuers').open ? 'anybody' : c.get('actor').name;
    await updateStatus(c.get('deps'), issuer, { credentialId, ...entry, status, by });
    return c.json({});
  })
  .post(`${ISSUER}/status-lists`, access('vc:issue'), async (c) => {
    const issuer = await issuerOrThrow(c);
    const body = await vcBody(c, ['statusPurpose', 'id']);
    if (!body.ok) return refused(c, body.problems);
    const { statusPurpose, id } = body.value;
    if (statusPurpose !== 'revocation' && statusPurpose !== 'suspension')
      return refused(c, malformed('expected revocation or suspension', '/statusPurpose'));
    if (id !== undefined) return refused(c, malformed('lists are named by the service', '/id'));
    const list = await createStatusList(c.get('deps'), issuer, { purpose: statusPurpose });
    const { statusListCredential } = await import('../../issuer/status-list-credential.ts');
    const verifiableCredential = await statusListCredential(c.get('deps'), issuer, list.id);
    c.header('location', list.url);
    return c.json({ id: list.url, verifiableCredential }, 201);
  })
  .get(`${ISSUER}/status-lists/:list{[0-9a-f-]{36}}`, async (c) => {
    const deps = c.get('deps');
    const issuer = await c.get('credentialIssuers').find(deps, c.req.param('name'));
    const { statusListCredential } = await import('../../issuer/status-list-credential.ts');
    const list = issuer && (await statusListCredential(deps, issuer, c.req.param('list')));
    if (!list) throw notFound();
    const vc = (c.req.header('accept') ?? '').includes('application/vc');
    // Programs that know of JSON only must be able to read it.
    return cacheable(c, {
      content: JSON.stringify(list),
      contentType: vc ? 'application/vc' : 'application/json',
      maxAgeSeconds: 60,
    });
  })
  .get(`${ISSUER}/general/did.json`, async (c) => {
    const document = await generalDidDocument(c.get('deps'), c.req.param('name'));
    if (!document) throw notFound();
    return cacheable(c, { content: JSON.stringify(document), contentType: 'application/did+json', maxAgeSeconds: 300 });
  });

/** In the product an issuer belongs to an organisation; another's is not there. */
async function issuerOrThrow(c: VcContext): Promise<CredentialIssuer> {
  const issuers = c.get('credentialIssuers');
  const name = c.req.param('name') ?? '';
  if (!issuers.open && c.get('actor').organisation !== name) throw notFound();
  const issuer = await issuers.find(c.get('deps'), name);
  if (issuer) return issuer;
  throw notFound();
}

const notFound = () =>
  new AppError('not-found', { zh: '没有这个签发方或名单。', en: 'There is no such issuer or list.' });

function readStatusEntry({ type, statusPurpose, statusListIndex, statusListCredential }: Record<string, unknown>) {
  if (type !== 'BitstringStatusListEntry' && type !== 'BitstringStatusList') return undefined; // VCALM's own example says the second
  if (statusPurpose !== 'revocation' && statusPurpose !== 'suspension') return undefined;
  const texts = { statusListIndex, statusListCredential };
  if (Object.values(texts).some((one) => one !== undefined && typeof one !== 'string')) return undefined;
  return {
    statusPurpose,
    ...(typeof statusListIndex === 'string' ? { statusListIndex } : {}),
    ...(typeof statusListCredential === 'string' ? { statusListCredential } : {}),
  } as const;
}
