/** What the station holds and how old it is, as the clerk reads it; and the ways to newer data. */

import type { Primitives } from '../../vc/primitives.ts';
import { isoSeconds } from '../../vc/time.ts';
import type { Trust } from '../../vc/trust/bundle.ts';
import { attachPayload } from '../../vc/trust/detached.ts';
import type { Wording } from '../../vc/verify/wording.ts';
import { bilingual, element, notice, required } from '../element.ts';
import { downloadBundle, downloadBytes } from '../trust-cache.ts';
import { minute, row } from '../verdict-view.ts';
import {
  NOT_OPENED,
  RECEIVE_TITLE,
  REFUSAL_WORDING,
  SEND_TITLE,
  SET_WORDING,
  TROUBLE_WORDING,
} from './data-wording.ts';
import { MAX_SET_BYTES, type SetShelf } from './set-shelf.ts';
import type { Shelf } from './shelf.ts';
import { type Mode, openMode } from './transfer-mode.ts';

const MINUTE_MS = 60_000;
const UPDATE_EVERY_MS = 15 * MINUTE_MS;

const UNREACHABLE: Wording = {
  zh: '现在连不上网络；已有的数据照常使用。',
  en: 'No connection now. The data on this device stay in use.',
};
const NEWEST: Wording = { zh: '已是最新数据。', en: 'The data are up to date.' };
const TAKEN: Wording = { zh: '已换上新数据。', en: 'New data are in use.' };

export type DataCard = { show(): void };

/** `bundleUrl` may be of another origin; issued sets lie beside it. */
export type DataSource = {
  readonly shelf: Shelf;
  readonly sets: SetShelf;
  readonly bundleUrl: string;
  readonly primitives: Primitives;
};

/** Shows what the shelves hold, and brings them newer data: in the background, by hand, from a file, or from another station's screen. */
export function startDataCard({ shelf, sets, bundleUrl, primitives }: DataSource): DataCard {
  const facts = required('data-facts', HTMLElement);
  const said = required('data-said', HTMLElement);
  const file = required('bundle-file', HTMLInputElement);
  const send = required('send', HTMLButtonElement);

  function show(): void {
    const { trust, trouble } = shelf.held();
    send.disabled = trust === undefined;
    facts.replaceChildren(
      ...(trust ? [...factsOf(trust), ...setFacts(trust)] : [row({ zh: '数据', en: 'Data' }, ...bilingual(NONE))]),
    );
    required('bar-data', HTMLElement).replaceChildren(...(trust ? asOf(trust) : bilingual(NONE)));
    required('trouble', HTMLElement).replaceChildren(...(trouble ? [notice(TROUBLE_WORDING[trouble])] : []));
  }

  const setFacts = (trust: Trust): HTMLElement[] => {
    const missing = sets.missing(trust);
    return missing.length > 0 ? [row(SET_WORDING.missing, missing.join('、'))] : [];
  };

  async function take(text: string): Promise<Wording> {
    const offer = await shelf.offer(text.trim());
    show();
    if (!offer.ok) return REFUSAL_WORDING[offer.refusal];
    return offer.changed ? TAKEN : NEWEST;
  }

  /** A bundle is text, an issued set is bytes. */
  async function takeFile(file: File): Promise<Wording> {
    if (file.size > MAX_SET_BYTES) return REFUSAL_WORDING['bundle-malformed'];
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { trust } = shelf.held();
    if (trust && (await sets.offer(bytes, trust))) {
      show();
      return SET_WORDING.taken;
    }
    const text = attachPayload(new TextDecoder().decode(bytes).trim());
    return COMPACT_JWS.test(text) ? take(text) : SET_WORDING.unknown;
  }

  async function fetchSets(): Promise<void> {
    const { trust } = shelf.held();
    for (const key of trust ? sets.missing(trust) : []) {
      const file = await downloadBytes(new URL(`issued-sets/${key}`, new URL(bundleUrl, location.href)).href);
      if (trust && file) await sets.offer(file, trust);
    }
    show();
  }

  /** The browser asks with the ETag that it has, and answers from its cache where nothing changed. */
  async function update(): Promise<Wording> {
    const text = await downloadBundle(bundleUrl);
    if (text !== undefined) {
      const wording = await take(text);
      await fetchSets();
      return wording;
    }
    await shelf.refresh();
    show();
    return UNREACHABLE;
  }

  const say = async (work: Promise<Wording>): Promise<void> => said.replaceChildren(notice(await work));

  required('update', HTMLElement).addEventListener('click', () => void say(update()));
  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? [];
    if (chosen) await say(takeFile(chosen));
    file.value = ''; // so that the same file can be chosen again
  });

  type TransferCard = typeof import('./transfer/transfer-card.ts');
  async function transfer(title: Wording, start: (card: TransferCard, mode: Mode) => Promise<void>): Promise<void> {
    const mode = openMode(title);
    try {
      await start(await import('./transfer/transfer-card.ts'), mode);
    } catch {
      mode.show();
      mode.say(NOT_OPENED);
    }
  }
  /** Said on this card too: the clerk may have left before it was judged. */
  async function takeFromScreen(text: string): Promise<Wording> {
    const wording = await take(text);
    said.replaceChildren(notice(wording));
    return wording;
  }
  required('receive', HTMLElement).addEventListener('click', () => {
    void transfer(RECEIVE_TITLE, (card, mode) => card.receiveData(mode, { primitives, take: takeFromScreen }));
  });
  send.addEventListener('click', () => {
    const { trust } = shelf.held();
    if (trust) void transfer(SEND_TITLE, (card, mode) => card.sendData(mode, trust.text, primitives));
  });

  /** Quiet, but for a refusal: somebody must hear of that. */
  const updateQuietly = async (): Promise<void> => {
    const wording = await update();
    if (![NEWEST, TAKEN, UNREACHABLE].includes(wording)) said.replaceChildren(notice(wording));
  };
  addEventListener('online', () => void updateQuietly());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void updateQuietly();
  });
  setInterval(() => void updateQuietly(), UPDATE_EVERY_MS);
  show();
  void updateQuietly();
  return { show };
}

/** What a bundle is, whole or not. */
const COMPACT_JWS = /^[\w.-]*$/;

const NONE: Wording = { zh: '还没有核验数据', en: 'no data yet' };

const asOf = ({ bundle }: Trust): (Node | string)[] => [
  '数据截至 ',
  minute(isoSeconds(bundle.issuedAt)),
  ' ',
  element('span', { class: 'en', lang: 'en' }, 'Data as of, Beijing time'),
];

const factsOf = ({ bundle, freshUntil, list }: Trust): HTMLElement[] => [
  row({ zh: '编号', en: 'Number' }, String(bundle.number)),
  row({ zh: '数据截至', en: 'Data as of' }, minute(isoSeconds(bundle.issuedAt))),
  row({ zh: '可用至', en: 'Usable until' }, minute(isoSeconds(freshUntil))),
  row({ zh: '签发单位', en: 'Issuers' }, String(list.issuers.length)),
];
