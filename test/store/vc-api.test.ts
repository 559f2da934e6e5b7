/** The VC-API's tables: the statements on the way of a request scan none of them. */
import { createClient } from '@libsql/client';
import { afterEach, expect, test } from 'vitest';
import { createChallenge, useChallenge } from '../../src/issuer/challenges.ts';
import type { CredentialIssuer } from '../../src/issuer/credential-issuer.ts';
import { allocateStatus, statusListDocument, updateStatus } from '../../src/issuer/vc-status.ts';
import { openDb } from '../../src/store/client.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type Office, openOffice } from '../support/office.ts';

let office: Office | undefined;
afterEach(() => office?.close());

const issuer: CredentialIssuer = {
  name: 'shangcheng',
  did: 'did:web:vc.example',
  securing: { form: 'jose', alg: 'EdDSA' },
  key: { id: 'did:web:vc.example#1', type: 'Ed25519', signer: { sign: async (data) => data } },
  status: { base: 'https://vc.example/lists/', purposes: ['revocation', 'suspension'] },
  foreignStatus: 'refuse',
};

test('requests scan no table', async () => {
  office = await openOffice();
  const { db } = office.deps;
  const seen = new Set<string>();
  const watched: typeof db = {
    ...db,
    read: (sql, args) => {
      seen.add(sql);
      return db.read(sql, args);
    },
    write: (statements) => {
      for (const statement of statements) seen.add(typeof statement === 'string' ? statement : statement.sql);
      return db.write(statements);
    },
  };
  const deps = { ...office.deps, db: watched };
  const purposes = ['revocation', 'suspension'] as const;
  const [entry] = await allocateStatus(deps, issuer, { credentialId: 'urn:a', purposes });
  await updateStatus(deps, issuer, { credentialId: 'urn:a', statusPurpose: 'revocation', status: true, by: 'a test' });
  await statusListDocument(deps, issuer, entry?.statusListCredential.slice(issuer.status?.base.length) ?? '');
  await useChallenge(deps, 'v', await createChallenge(deps, 'v'));
  expect(seen.size).toBeGreaterThan(7);
  for (const sql of seen) {
    const places = sql.match(/\?/g)?.length ?? 0;
    const plan = await db.read(`explain query plan ${sql}`, Array(places).fill(0));
    const scans = plan.map(({ detail }) => String(detail)).filter((step) => /^SCAN (?!CONSTANT)/.test(step));
    expect(scans, sql).toEqual([]);
  }
});

test('a database in memory serves as well as a file, as long as its one connection stays', async () => {
  const db = await openDb(createClient({ url: ':memory:' }), ':memory:');
  await migrate(db);
  office = await openOffice();
  const deps = { ...office.deps, db };
  const purposes = ['revocation'] as const;
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, n) => allocateStatus(deps, issuer, { credentialId: `urn:${n}`, purposes })),
  );
  expect(new Set(all.flat().map(({ id }) => id)).size).toBe(50);
  await expect(
    db.write([`insert into vc_challenges values ('h', 'v', 0)`, 'insert into nowhere values (1)']),
  ).rejects.toThrow();
  expect(await db.read('select * from vc_challenges')).toEqual([]);
  db.close();
});
