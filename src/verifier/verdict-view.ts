/** A verdict as DOM: the full verdict of an official check, and, without one, what a code says. */
import { beijingDate, beijingMinute } from '../vc/beijing-date.ts';
import type { Outcome, ShownCredential, Verdict } from '../vc/verify/verdict.ts';
import {
  FOREIGN_LINK_WORDING,
  holderWordings,
  OUTCOME_WORDING,
  REASON_WORDING,
  type Wording,
} from '../vc/verify/wording.ts';
import { bilingual, element } from './element.ts';

/** The word first, then why and what to do, then what else the caller knows of it, then the certificate, then how old the data are. */
export function verdictView(verdict: Verdict, ...more: readonly HTMLElement[]): HTMLElement {
  const { word, next } = OUTCOME_WORDING[verdict.outcome];
  return element(
    'section',
    { class: `card verdict verdict-${verdict.outcome}`, 'data-outcome': verdict.outcome },
    element(
      'div',
      { class: 'verdict-head' },
      icon(verdict.outcome),
      element('h2', { class: 'verdict-word' }, ...bilingual(word)),
    ),
    ...sentences('verdict-why', reasonWordings(verdict)),
    ...sentences('verdict-next', [next]),
    ...notesOf(verdict),
    ...more,
    ...sentences('verdict-holder', holderWordings(verdict)),
    ...(verdict.credential
      ? [achievement(verdict.credential), facts([holderRow(verdict.credential)], verdict.credential)]
      : []),
    asOf(verdict),
  );
}

/**
 * What the code says, without a word of judgement at the top: the page that a code opens was chosen by whoever made the
 * code, so it must not look like a decision.
 */
export function codeSaysView(verdict: Verdict): HTMLElement {
  const { credential } = verdict;
  return element(
    'section',
    { class: 'card says', 'data-outcome': verdict.outcome },
    ...(credential
      ? [achievement(credential), facts([statusRow(verdict), holderRow(credential)], credential)]
      : [
          element('h2', {}, ...bilingual({ zh: '没有可显示的内容', en: 'Nothing to show' })),
          ...sentences('says-why', reasonWordings(verdict)),
          ...sentences('small', [
            { zh: '只显示签名得到证实的内容。', en: 'Only what a signature has proven is shown.' },
          ]),
        ]),
    ...notesOf(verdict),
    asOf(verdict),
  );
}

const FINE: Wording = { zh: '签名属实，未过期，未被撤销', en: 'Genuine signature, not expired, not revoked' };

function statusRow(verdict: Verdict): HTMLElement {
  const reasons = reasonWordings(verdict);
  if (reasons.length === 0) return row({ zh: '状态', en: 'Status' }, ...bilingual(FINE));
  const texts = reasons.map((wording) => element('p', {}, ...bilingual(wording)));
  const flagged = element(
    'div',
    { class: `flagged flagged-${verdict.outcome}` },
    icon(verdict.outcome),
    element('div', {}, ...texts),
  );
  return row({ zh: '状态', en: 'Status' }, flagged);
}

/** Where all data are too old, the status list is, too. */
function reasonWordings({ checks }: Verdict): Wording[] {
  const reasons = new Set(checks.flatMap((check) => ('reason' in check ? [check.reason] : [])));
  if (reasons.has('trust-stale')) reasons.delete('status-stale');
  return [...reasons].map((reason) => REASON_WORDING[reason]);
}

const sentences = (className: string, wordings: readonly Wording[]): HTMLElement[] =>
  wordings.map((wording) => element('p', { class: className }, ...bilingual(wording)));

/** A name in parts, `licence · stage · level`: the first part stands large on its own line. */
function achievement({ achievement: { name } }: ShownCredential): HTMLElement {
  const [first = '', ...rest] = name.split(' · ');
  const more =
    rest.length > 0
      ? [element('span', { class: 'unseen' }, ' · '), element('bdi', { class: 'achievement-rest' }, rest.join(' · '))]
      : [];
  return element('p', { class: 'achievement' }, element('bdi', {}, first), ...more);
}

/** The name is text that somebody chose: labelled and isolated. */
function holderRow({ holder, holderMatch }: ShownCredential): HTMLElement {
  return holderMatch === 'none'
    ? row({ zh: '持有人代号', en: 'Pseudonym' }, element('bdi', { class: 'pseudonym' }, holder))
    : row({ zh: '持有人', en: 'Holder' }, element('bdi', { class: 'holder-name' }, holder));
}

function facts(first: readonly HTMLElement[], credential: ShownCredential): HTMLElement {
  const { issuer, points, validFrom, validUntil } = credential;
  return element(
    'dl',
    { class: 'rows' },
    ...first,
    row({ zh: '签发单位', en: 'Issuer' }, element('bdi', {}, issuer.name)),
    row(
      { zh: '有效期至', en: 'Valid until' },
      ...(validUntil === null ? bilingual({ zh: '长期有效', en: 'no end date' }) : [day(validUntil)]),
    ),
    row({ zh: '签发日期', en: 'Issued' }, day(validFrom)),
    row({ zh: '积分', en: 'Points' }, String(points)),
  );
}

export const row = (label: Wording, ...value: readonly (Node | string)[]): HTMLElement =>
  element('div', { class: 'row' }, element('dt', {}, ...bilingual(label)), element('dd', {}, ...value));

const notesOf = ({ notes }: Verdict): HTMLElement[] =>
  notes.includes('foreign-link') ? sentences('foreign-link', [FOREIGN_LINK_WORDING]) : [];

function asOf({ asOf: { statusAsOf, bundleIssuedAt } }: Verdict): HTMLElement {
  const moment = statusAsOf ?? bundleIssuedAt;
  const time = moment ? minute(moment) : '—';
  const what: Wording = statusAsOf ? { zh: '撤销情况截至', en: 'Revocations' } : { zh: '核验数据截至', en: 'Data' };
  const english = element('span', { class: 'en', lang: 'en' }, `${what.en} as of, Beijing time`);
  return element('p', { class: 'as-of' }, `${what.zh} `, time, ' ', english);
}

const day = (iso: string) => element('time', { datetime: iso }, beijingDate(iso).zh);
export const minute = (iso: string) => element('time', { datetime: iso }, beijingMinute(iso));

/** Four outlines that differ without colour: tick in a circle, clock, question mark in a diamond, cross in an octagon. */
const ICONS: Readonly<Record<Outcome, string>> = {
  valid: 'M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20zM7.5 12.5l3 3l6-7',
  stale: 'M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20zM12 6.5V12l4 2.5',
  unknown: 'M12 1.5L22.5 12L12 22.5L1.5 12zM9.6 9.6a2.5 2.5 0 1 1 3.4 2.4q-1 .5-1 1.6M12 16.6v.2',
  invalid: 'M8 2h8l6 6v8l-6 6H8l-6-6V8zM8.5 8.5l7 7M15.5 8.5l-7 7',
};

const SVG = 'http://www.w3.org/2000/svg';

export function icon(outcome: Outcome): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[outcome]);
  svg.append(path);
  return svg;
}
