/** What the server renders: names isolated, hostile text inert, nothing that the strict policy would refuse. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CheckPage } from '../../src/pages/check.tsx';
import { CredentialPage } from '../../src/pages/credential.tsx';
import { HolderGatePage } from '../../src/pages/holder-gate.tsx';
import { HomePage } from '../../src/pages/home.tsx';
import { ProblemPage } from '../../src/pages/problem.tsx';
import { FRESH, FRESH_BODY } from '../../src/verifier/certificate/copies.ts';
import { sampleProps, UUID } from './sample.ts';
import { render } from './site.ts';

const HOSTILE = '<script>alert(1)</script>"\'&\u202e王';

const pages = {
  home: HomePage({ issuers: [{ id: 'did:web:edu.shangcheng.gov.cn', name: HOSTILE }] }),
  check: CheckPage({ officialHosts: 'xz.hzedu.gov.cn' }),
  'check without a host': CheckPage({}),
  gate: HolderGatePage({ uuid: UUID }),
  certificate: CredentialPage(sampleProps()),
  'revoked certificate': CredentialPage(
    sampleProps({ state: 'revoked', revocation: { at: '2026-11-20T02:00:00Z', reason: HOSTILE } }),
  ),
  'superseded certificate': CredentialPage(
    sampleProps({ successor: { uuid: UUID, level: { zh: HOSTILE, en: HOSTILE } } }),
  ),
  problem: ProblemPage({ title: HOSTILE, zh: HOSTILE, en: HOSTILE, status: 404 }),
};

describe.each(Object.entries(pages))('%s', (_, page) => {
  it('is a whole Chinese document that loads only our own files', async () => {
    const html = await render(page);
    expect(html).toMatch(/^<!doctype html><html lang="zh-CN">/);
    for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^[/#](?!\/)/);
  });

  it('has nothing inline that the policy refuses', async () => {
    const html = await render(page);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    for (const [, attributes, body] of html.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)) {
      expect(attributes).toContain('src="/assets/');
      expect(body).toBe('');
    }
  });

  it('shows hostile text as text', async () => {
    expect(await render(page)).not.toContain('<script>alert');
  });
});

const certificate = (changes: Partial<ReturnType<typeof sampleProps>['credential']>) =>
  render(CredentialPage(sampleProps({ credential: { ...sampleProps().credential, ...changes } })));

describe('certificate', () => {
  it('isolates and labels the holder and the issuer', async () => {
    const html = await certificate({});
    expect(html).toContain('持有人');
    expect(html).toContain('<bdi>欧*明</bdi>');
    expect(html).toContain('<bdi>杭州市上城区教育局</bdi>');
  });

  it('escapes a hostile name inside its isolation', async () => {
    const html = await certificate({ holder: HOSTILE });
    expect(html).toContain('<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\u202e王</bdi>');
  });

  it('calls a pseudonym a pseudonym', async () => {
    expect(await certificate({ holder: 'a7'.repeat(16), holderMatch: 'none' })).toContain('持有人代号');
  });

  it('keeps the achievement whole for copying and reading aloud', async () => {
    const html = await certificate({});
    const heading = /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1]?.replace(/<[^>]+>/g, '');
    expect(heading).toBe('星级家长执照 · 4–6岁 · 三星');
  });

  it.each([
    ['the last second of a Beijing day', '2029-11-14T15:59:59Z', '2029年11月14日'],
    ['the first second of the next', '2029-11-14T16:00:00Z', '2029年11月15日'],
  ])('gives days in Beijing: %s', async (_, validUntil, day) => {
    expect(await certificate({ validUntil })).toContain(day);
  });

  it('says that there is no end date where there is none', async () => {
    expect(await certificate({ validUntil: null })).toContain('长期有效');
  });

  it('stands beside its code, the official host and the other forms', async () => {
    const html = await certificate({});
    expect(html).toContain('<svg xmlns=');
    expect(html).toContain('xz.hzedu.gov.cn/c/');
    expect(html).toContain(`/credentials/${UUID}?format=svg`);
    expect(html).toContain(`/credentials/${UUID}?format=jsonld`);
    expect(html).toContain(`/credentials/${UUID}?format=jwt`);
    expect(html).toContain(`/credentials/${UUID}?format=cborld"`);
    expect(html).toContain(`/credentials/${UUID}?format=cborld-svg"`);
    expect(html).toContain('核验站不识读');
  });

  it('says in words that it was revoked, before anything else, and offers no printing', async () => {
    const html = await render(CredentialPage(sampleProps({ state: 'revoked' })));
    expect(html.indexOf('此证书已被撤销')).toBeGreaterThan(0);
    expect(html.indexOf('此证书已被撤销')).toBeLessThan(html.indexOf('<h1'));
    expect(html).toContain('This certificate was revoked');
    expect(html).not.toContain('data-print');
    expect(await render(CredentialPage(sampleProps()))).not.toContain('此证书已被撤销');
  });

  it('gives the day of a revocation in Beijing, with the reason isolated', async () => {
    const revocation = { at: '2026-11-19T16:30:00Z', reason: '\u202e误发' };
    const html = await render(CredentialPage(sampleProps({ state: 'revoked', revocation })));
    expect(html).toContain('撤销日期：2026年11月20日');
    expect(html).toContain('<bdi>\u202e误发</bdi>');
  });

  it('says the policy by which the holder is named', async () => {
    expect(await certificate({})).toContain('姓名隐去一部分');
    expect(await certificate({ holder: '欧阳明', holderMatch: 'full' })).not.toContain('隐去');
    expect(await certificate({ holder: 'a7'.repeat(16), holderMatch: 'none' })).toContain('不显示姓名');
  });

  it('is served as fresh, with the words of a copy ready for the day that it is one', async () => {
    const html = await certificate({});
    expect(html.split(FRESH_BODY)).toHaveLength(2);
    expect(html).toMatch(new RegExp(`<body ${FRESH_BODY}>`));
    expect(html).toMatch(/<section class="[^"]*kept-only"/);
    expect(html).toContain('2026年11月27日 09:30');
    expect(html).toContain('可能已被撤销，以核验为准');
    expect(html).toContain(`href="/credentials/${UUID}${FRESH}"`);
  });
});

describe('check page', () => {
  it('gives each official host as the address to type', async () => {
    const html = await render(CheckPage({ officialHosts: 'a.gov.cn、b.gov.cn' }));
    expect(html).toContain('>a.gov.cn/c/<');
    expect(html).toContain('>b.gov.cn/c/<');
    expect(await render(CheckPage({ officialHosts: '' }))).toContain('教育局公布的网址');
  });
});

describe('what browsers load', () => {
  const directory = 'dist/assets/assets';
  const text = (name: string) => readFileSync(join(directory, name), 'utf8');

  /** A script with all that loads with it, each file once; not what old browsers fetch beside it. */
  function closure(name: string, seen = new Set<string>()): Set<string> {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const [, imported = ''] of text(name).matchAll(/(?:from|import)\s*"([^"]+\.js)"/g))
      closure(join(name, '..', imported), seen);
    return seen;
  }

  it('keeps the check page within 40 kB of script', () => {
    const bytes = [...closure('check.js')].reduce((sum, name) => sum + gzipSync(text(name)).length, 0);
    expect(closure('check.js').size).toBeGreaterThan(1);
    expect(bytes).toBeLessThanOrEqual(40_000);
  });

  it('names no other host in the style sheet and evaluates no text in a script', () => {
    expect(text('site.css')).not.toMatch(/url\(|@import|\/\//);
    const scripts = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.js'),
    );
    expect(scripts).toContain('check.js');
    for (const name of scripts)
      expect(text(name)).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/);
  });
});
