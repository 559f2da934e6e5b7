/** The signing cycle: what is reserved, what the self-check stops, and what stays for later. */
import { afterEach, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { issuePending } from '../../src/issuer/issue.ts';
import { publish } from '../../src/issuer/publish.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { OPEN_UNTIL } from '../../src/store/keys.ts';
import { listNumber, STATUS_LIST_LENGTH } from '../../src/vc/credential.ts';
import { makeSealedKey } from '../../src/vc/proof/sealed-key.ts';
import { anotherProgram, asRows, type Office, openOffice, writeSql } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const states = async () => (await office.credentials()).map(({ state }) => state);
const parents = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => recordsForStars(1, { learner: `p${from + i}` })).flat();

/** The office holds, under the published milestone key's number, another private key. */
async function swapMilestoneKey(): Promise<void> {
  const { sealed } = await makeSealedKey(office.deps.sealingKey);
  await writeSql(office, { sql: `update signing_keys set sealed = ? where purpose = 'milestone'`, args: [sealed] });
}

describe('the self-check', () => {
  test('a signature that the published key does not confirm is never recorded', async () => {
    office = await openOffice();
    await swapMilestoneKey();
    const { milestones } = await office.record(recordsForStars(1, { learner: 'p1' }));
    expect(milestones).toMatchObject([{ level: '1', state: 'pending' }]);
    expect(await states()).toEqual(['pending']);
    expect(office.logs).toContainEqual(
      expect.objectContaining({ event: 'issue-refused', reason: expect.stringContaining('bad-signature') }),
    );
  });

  test('a batch that is checked by sample is stopped as a whole', async () => {
    office = await openOffice({ env: { SELF_CHECK_EVERY: '8' } });
    await swapMilestoneKey();
    await office.record(parents(40));
    expect(new Set(await states())).toEqual(new Set(['pending']));
  });

  test('one row that cannot be issued never holds up the others', async () => {
    office = await openOffice({ env: { SELF_CHECK_EVERY: '8' } });
    const { milestones } = await recordEvents(
      { ...office.deps, issueInline: 0 },
      operator(office.organisation.id),
      asRows(parents(20)),
    );
    await writeSql(office, {
      sql: 'update credentials set key_number = 99 where uuid = ?',
      args: [milestones[0]?.credentialId ?? ''],
    });
    expect(await resumePending(office.deps)).toBe(19);
    expect((await states()).filter((state) => state === 'pending')).toHaveLength(1);
  });

  test('a reserved row of a compromised key is not signed', async () => {
    office = await openOffice();
    await recordEvents({ ...office.deps, issueInline: 0 }, operator(office.organisation.id), asRows(parents(1)));
    await writeSql(
      office,
      `update signing_keys set entry = json_set(entry, '$.state', 'compromised') where purpose = 'milestone'`,
    );
    await office.renewTrust();
    expect(await resumePending(office.deps)).toBe(0);
    expect(await states()).toEqual(['pending']);
  });
});

describe('pending rows', () => {
  test('rows that are refused again and again do not hide the newer ones behind them', async () => {
    office = await openOffice();
    const later = { ...office.deps, issueInline: 0 };
    await recordEvents(later, operator(office.organisation.id), asRows(parents(30)));
    await writeSql(office, 'update credentials set key_number = 99');
    await recordEvents(later, operator(office.organisation.id), asRows(parents(30, 30)));
    expect(await issuePending(office.deps, 10)).toBe(30);
  });

  test('ladders without a star, in more than one round, do not hide the star behind them', async () => {
    office = await openOffice();
    await writeSql(
      office,
      `insert into unevaluated (learner, scheme, stage, organisation, mark)
       with recursive n(i) as (select 1 union all select i + 1 from n where i < 10050)
       select 1000000 + i, 'shangcheng-star-licence', '4-6', 'shangcheng', 0 from n`,
    );
    await recordEvents(
      { ...office.deps, issueInline: 0, log: () => undefined },
      operator(office.organisation.id),
      asRows(parents(1)),
    );
    await writeSql(
      office,
      `insert into unevaluated select learner, scheme, stage, organisation, 1 from credentials where true on conflict do nothing`,
    );
    await resumePending(office.deps);
    expect(await office.sql('select count(*) as left_over from unevaluated')).toMatchObject([{ left_over: 0 }]);
  });

  test('two programs that take up the same rows make one signature', async () => {
    office = await openOffice();
    await recordEvents({ ...office.deps, issueInline: 0 }, operator(office.organisation.id), asRows(parents(10)));
    const other = await anotherProgram(office);
    await Promise.all([resumePending(office.deps), resumePending(other)]);
    other.db.close();
    expect(await states()).toEqual(Array(10).fill('issued'));
    for (const row of await office.credentials()) expect((await office.verdict(row)).outcome).toBe('valid');
  });
});

describe('the holder', () => {
  const holders = async (policy: string) => {
    office = await openOffice({ env: { HOLDER_POLICY: policy } });
    await office.record([
      ...recordsForStars(1, { learner: 'p1', name: '王小明' }),
      ...recordsForStars(1, { learner: 'p2' }),
    ]);
    const verdicts = await Promise.all((await office.credentials()).map(office.verdict));
    const shown = verdicts.map(({ credential }) => [credential?.holder ?? '', credential?.holderMatch]);
    return shown.sort(([a = ''], [b = '']) => (a < b ? 1 : -1));
  };
  const PSEUDONYM = expect.stringMatching(/^[0-9a-f]{32}$/);

  test('full, masked or a pseudonym, as the office decides; without a name always a pseudonym', async () => {
    expect(await holders('full')).toEqual([
      ['王小明', 'full'],
      [PSEUDONYM, 'none'],
    ]);
    office.close();
    expect(await holders('masked')).toEqual([
      ['王*明', 'masked'],
      [PSEUDONYM, 'none'],
    ]);
    office.close();
    expect(await holders('pseudonym')).toEqual([
      [PSEUDONYM, 'none'],
      [PSEUDONYM, 'none'],
    ]);
  });

  test('a masked or pseudonymous certificate keeps no full name with it', async () => {
    office = await openOffice();
    await office.record(recordsForStars(1, { learner: 'p1', name: '王小明' }));
    const [row] = await office.credentials();
    if (!row) throw new Error('no credential');
    expect(JSON.stringify(await office.sql('select * from credentials'))).not.toContain('王小明');
    expect(await office.json(row)).not.toContain('小');
  });
});

describe('status entries', () => {
  test('an index that is taken is never given again', async () => {
    office = await openOffice();
    const drawn = [7, 7, 7, 7, 8, 8, 9];
    const random = {
      ...office.deps.random,
      integers: (below: number, count: number) =>
        Array.from({ length: count }, () => drawn.shift() ?? office.deps.random.integer(below)),
    };
    await recordEvents({ ...office.deps, random }, operator(office.organisation.id), asRows(parents(4)));
    const indexes = (await office.credentials()).map(({ fields }) => fields.statusIndex % STATUS_LIST_LENGTH);
    expect(new Set(indexes).size).toBe(4);
    expect(indexes).toEqual(expect.arrayContaining([7, 8]));
    expect(await states()).toEqual(Array(4).fill('issued'));
  });

  test('an office whose draws always meet taken entries says so, and keeps the records', async () => {
    office = await openOffice();
    const random = { ...office.deps.random, integers: () => [7] };
    const answer = await recordEvents({ ...office.deps, random }, operator(office.organisation.id), asRows(parents(2)));
    expect(answer.accepted).toBe(34);
    expect(office.logs).toContainEqual(expect.objectContaining({ event: 'award-failed' }));
    expect(await resumePending(office.deps)).toBe(2);
  });

  test('a list that is nearly full is closed, and the next one is published already', async () => {
    office = await openOffice();
    await office.record(parents(1));
    await publish(office.deps);
    await writeSql(office, `update status_lists set allocated = ${OPEN_UNTIL} where number = 1`);
    await office.record(parents(1, 1));
    const rows = await office.credentials();
    expect(rows.map(({ fields }) => listNumber(fields.statusIndex)).sort()).toEqual([1, 2]);
    for (const row of rows) expect((await office.verdict(row)).outcome).toBe('valid');
  });

  test('two lists that fill up within one bundle: what is not published yet waits for the next bundle', async () => {
    office = await openOffice();
    await writeSql(office, `update status_lists set allocated = ${OPEN_UNTIL} where number in (1, 2)`);
    expect((await office.record(parents(1))).milestones).toMatchObject([{ state: 'pending' }]);
    await office.renewTrust();
    expect(await resumePending(office.deps)).toBe(1);
  });

  test('when all lists are used up the records are in and the log says what to do', async () => {
    office = await openOffice();
    await writeSql(office, `update status_lists set allocated = ${OPEN_UNTIL}`);
    expect(await office.record(parents(1))).toMatchObject({ accepted: 17, milestones: [] });
    expect(office.logs).toContainEqual(
      expect.objectContaining({ reason: expect.stringContaining('status lists are used up') }),
    );
  });
});
