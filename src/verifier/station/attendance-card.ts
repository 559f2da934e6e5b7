/** Attendance at the station: the device's key and quota, what waits to be sent, and the answer to a learner code. */

import { ed25519Multibase } from '../../vc/proof/key.ts';
import type { LearnerCodeResult } from '../../vc/slip/learner-code.ts';
import { SLIP_REFUSALS } from '../../vc/slip/refusal.ts';
import { deviceName } from '../../vc/slip/slip.ts';
import { isoSeconds } from '../../vc/time.ts';
import type { Outcome } from '../../vc/verify/verdict.ts';
import type { Wording } from '../../vc/verify/wording.ts';
import { bilingual, element, notice, required } from '../element.ts';
import { icon, minute, row } from '../verdict-view.ts';
import { type AttendanceBook, openAttendanceBook, type SheetFacts, type Taken } from './attendance-book.ts';
import * as wording from './attendance-wording.ts';
import { now } from './clock.ts';
import { type DeviceKey, heldDeviceKey, makeDeviceKey } from './device-key.ts';
import { sendSlips } from './slip-post.ts';

export type Attendance = {
  /** What the clerk sees of a learner code, and how it sounds. `bundle` is the number of the data that are held, 0 for none. */
  take(
    code: LearnerCodeResult,
    circumstances: { now: number; bundle: number },
  ): Promise<{ outcome: Outcome; view: HTMLElement }>;
};

/** Browsers do not always notice that a network has come. */
const SEND_EVERY_MS = 60_000;
const MAX_QUOTA_BYTES = 64 * 1024;

/** `slipsUrl`: where slips are redeemed. */
export async function startAttendanceCard(slipsUrl: string): Promise<Attendance> {
  const facts = required('attendance-facts', HTMLElement);
  const counts = required('attendance-counts', HTMLElement);
  const said = required('attendance-said', HTMLElement);
  const file = required('quota-file', HTMLInputElement);
  const make = required('device-make', HTMLButtonElement);
  let book: AttendanceBook | undefined;

  async function open(device: DeviceKey | undefined): Promise<void> {
    make.hidden = device !== undefined;
    required('attendance-tools', HTMLElement).hidden = device === undefined;
    required('device', HTMLElement).hidden = device === undefined;
    if (!device) return;
    book = openAttendanceBook(device);
    await showDevice(device);
    await show().catch(() => undefined); // what a damaged record hides from here is no matter for checking
  }

  async function show(): Promise<void> {
    const waiting = (await book?.pending('all'))?.length ?? 0;
    const found = await book?.facts(now());
    facts.replaceChildren(...(found ? rowsOf(found) : []));
    counts.replaceChildren(...(found ? countsOf(found) : []), row({ zh: '待上传', en: 'To be sent' }, String(waiting)));
    for (const id of ['slips-send', 'slips-save']) required(id, HTMLButtonElement).disabled = waiting === 0;
  }

  async function send(which: 'all' | 'unanswered'): Promise<Wording> {
    const slips = (await book?.pending(which)) ?? [];
    if (slips.length === 0) return wording.NOTHING_TO_SEND;
    const { answers, reached } = await sendSlips(slips, slipsUrl);
    await book?.settle(answers, now());
    await show();
    if (!reached) return wording.NOT_SENT;
    return (await book?.pending('all'))?.length ? wording.SOME_REFUSED : wording.SENT;
  }

  const say = async (work: Promise<Wording>): Promise<void> => said.replaceChildren(notice(await work));
  /** Without a word where there is no network: the count says what waits. What was refused goes again when the app starts, or by hand. */
  const sendQuietly = (which: 'all' | 'unanswered' = 'unanswered'): void => void send(which).catch(() => undefined);

  make.addEventListener('click', async () => {
    const device = await makeDeviceKey();
    await open(device);
    said.replaceChildren(...(device ? [] : [notice(wording.NO_KEY)]));
  });
  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? [];
    const text = chosen && chosen.size <= MAX_QUOTA_BYTES ? await chosen.text() : '';
    file.value = ''; // so that the same file can be chosen again
    const loaded = await book?.load(text, now());
    if (loaded) said.replaceChildren(notice(wording.LOADED_WORDING[loaded]));
    await show();
  });
  required('slips-send', HTMLElement).addEventListener(
    'click',
    () => void say(send('all').catch(() => wording.NOT_SENT)),
  );
  required('slips-save', HTMLElement).addEventListener('click', async () => save((await book?.pending('all')) ?? []));
  addEventListener('online', () => sendQuietly());
  setInterval(sendQuietly, SEND_EVERY_MS);

  await open(await heldDeviceKey());
  sendQuietly('all');
  return {
    async take(code, circumstances) {
      if (!code.ok) return takenView('unknown', wording.NOT_RECORDED, wording.DAMAGED);
      try {
        const taken = (await book?.take(code.digits, circumstances)) ?? { kind: 'no-quota' };
        await show().catch(() => undefined); // counts; what was recorded stays recorded
        if (taken.kind === 'recorded' && navigator.onLine) sendQuietly();
        return viewOf(taken);
      } catch {
        return takenView('unknown', wording.NOT_RECORDED, wording.NOT_STORED);
      }
    },
  };
}

/** For the bureau: its text to be copied, and a symbol to be photographed. */
async function showDevice({ publicKey }: DeviceKey): Promise<void> {
  const { symbolSvg } = await import('../../vc/qr/symbol.ts');
  const key = ed25519Multibase(publicKey);
  const picture = element('img', {
    class: 'device-code',
    alt: '设备公钥二维码 QR code of the device key',
    src: `data:image/svg+xml,${encodeURIComponent(symbolSvg(key, '', ''))}`,
  });
  required('device-facts', HTMLElement).replaceChildren(
    row({ zh: '设备', en: 'Device' }, deviceName(publicKey)),
    row({ zh: '设备公钥', en: 'Public key' }, element('code', { class: 'fingerprint' }, key)),
  );
  required('device-picture', HTMLElement).replaceChildren(picture);
}

const countsOf = ({ quota, recorded, confirmed }: SheetFacts): HTMLElement[] => [
  row({ zh: '已记录', en: 'Recorded' }, `${recorded} / ${quota.serials}`),
  row({ zh: '已确认', en: 'Confirmed' }, String(confirmed)),
];

function rowsOf({ quota, refused }: SheetFacts): HTMLElement[] {
  const { title, issuerName, from, until, redeemBy } = quota;
  return [
    row({ zh: '活动', en: 'Activity' }, element('bdi', {}, title)),
    row({ zh: '签发', en: 'By' }, element('bdi', {}, issuerName)),
    row({ zh: '开始', en: 'From' }, minute(isoSeconds(from))),
    row({ zh: '结束', en: 'Until' }, minute(isoSeconds(until))),
    row({ zh: '上传截止', en: 'Send by' }, minute(isoSeconds(redeemBy))),
    ...[...refused].map(([reason, count]) =>
      row({ zh: '未兑换', en: 'Not redeemed' }, `${count}：`, ...reasonOf(reason)),
    ),
  ];
}

/** A newer service may have a reason that this app has no words for. */
const reasonOf = (reason: string): (Node | string)[] =>
  Object.hasOwn(SLIP_REFUSALS, reason) ? bilingual(SLIP_REFUSALS[reason as keyof typeof SLIP_REFUSALS]) : [reason]; // just looked up

function viewOf(taken: Taken): { outcome: Outcome; view: HTMLElement } {
  switch (taken.kind) {
    case 'recorded':
      return takenView('valid', wording.recordedAs(taken.serial), { zh: taken.quota.title, en: '' });
    case 'again':
      return takenView('stale', wording.AGAIN, wording.recordedBefore(taken.serial, beijingTime(taken.time)));
    default:
      return takenView('unknown', wording.NOT_RECORDED, wording.TAKEN_WORDING[taken.kind]);
  }
}

const beijingTime = (time: number): string => isoSeconds(time + 8 * 3600).slice(11, 16);

/** In the place and the colours of a verdict, with words of its own. */
function takenView(outcome: Outcome, word: Wording, why: Wording): { outcome: Outcome; view: HTMLElement } {
  const view = element(
    'section',
    { class: `card verdict verdict-${outcome}` },
    element(
      'div',
      { class: 'verdict-head' },
      icon(outcome),
      element('h2', { class: 'verdict-word' }, ...bilingual(word)),
    ),
    element(
      'p',
      { class: 'verdict-next' },
      element('bdi', {}, why.zh),
      ' ',
      element('span', { class: 'en', lang: 'en' }, why.en),
    ),
  );
  return { outcome, view };
}

/** As a file, for a device that never has a network: one slip a line, as the service takes them. */
function save(slips: readonly string[]): void {
  const address = URL.createObjectURL(new Blob([`${slips.join('\n')}\n`], { type: 'text/plain' }));
  const link = element('a', { href: address, download: `slips-${isoSeconds(now()).replaceAll(':', '')}.txt` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
