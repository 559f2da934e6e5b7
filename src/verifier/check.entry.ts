/** The check page: a code in the fragment is shown as what it says; one that was scanned, chosen as a picture or pasted gets the verdict. Nothing is sent anywhere. */
import type { Bytes } from '../vc/encoding.ts';
import type { Verdict } from '../vc/verify/verdict.ts';
import { type VerifyContext, verify } from '../vc/verify/verify.ts';
import { REASON_WORDING, type Wording } from '../vc/verify/wording.ts';
import { browserPrimitives, NOT_SECURE } from './browser-support.ts';
import { notice, required } from './element.ts';
import { otherCode } from './scan/other-codes.ts';
import { startPanel } from './scan-panel.ts';
import { downloadBytes, type HeldTrust, refreshTrust } from './trust-cache.ts';
import { codeSaysView, verdictView } from './verdict-view.ts';

const landed = required('landed', HTMLElement);
const tool = required('tool', HTMLElement);
const form = required('paste', HTMLFormElement);
const input = required('code', HTMLInputElement);

/** Where a code came from decides how its verdict may look. */
const FROM_CAMERA = { place: required('says', HTMLElement), view: codeSaysView };
const FROM_HAND = { place: required('verdict', HTMLElement), view: verdictView };

let held: HeldTrust = {};
/** By the number of their key; verify() goes by the hash that the trust list pins, so any other file counts for nothing. */
const issuedSets = new Map<number, Bytes>();
/** Only the newest check may write its result. */
let newest = 0;

async function check(code: string, { place, view }: typeof FROM_CAMERA): Promise<void> {
  const mine = ++newest;
  place.replaceChildren(notice({ zh: '正在核验…', en: 'Checking…' }));
  const shown = await outcomeOf(code, view);
  if (mine === newest) place.replaceChildren(shown);
}

async function outcomeOf(code: string, view: (verdict: Verdict) => HTMLElement): Promise<HTMLElement> {
  const other = otherCode(code);
  if (other) return notice(other);
  const primitives = await browserPrimitives();
  if (!primitives) return notice(NOT_SECURE);
  const now = Math.floor(Date.now() / 1000);
  held = await refreshTrust({ held, now, primitives });
  if (!held.trust) return notice(trustProblem(held));
  return view(await verdictOn(code, { trust: held.trust, now, primitives, issuedSets }));
}

/** Few keys are ever stolen, so their sets are fetched when a code of theirs comes. */
async function verdictOn(code: string, context: VerifyContext): Promise<Verdict> {
  const verdict = await verify({ qr: code }, context);
  const key = verdict.checks.flatMap((one) =>
    'reason' in one && one.reason === 'issued-set-unavailable' ? [one.detail?.key] : [],
  )[0];
  const file = typeof key === 'number' ? await downloadBytes(`/trust/issued-sets/${key}`) : undefined;
  if (typeof key !== 'number' || !file) return verdict;
  issuedSets.set(key, file);
  return verify({ qr: code }, context);
}

function trustProblem({ problem }: HeldTrust): Wording {
  if (problem === 'issued-in-the-future') return REASON_WORDING['clock-behind'];
  if (problem === undefined || problem === 'unreachable') {
    return {
      zh: '取不到核验数据，请检查网络后再试。',
      en: 'The data for checking could not be fetched. Check the network and try again.',
    };
  }
  return {
    zh: `服务器给出的核验数据未通过验证（${problem}），请报告签发单位。`,
    en: `The server’s data for checking did not verify (${problem}). Tell the issuing office.`,
  };
}

/** Whatever a reader put before or behind the digits. */
const CODE_IN_HASH = /^#(\d|.*\d{40})/;

/** The code with the address that carried it; the fragment leaves the address bar before anything else happens. */
function takeCode(): string | undefined {
  const carried = location.href;
  if (!CODE_IN_HASH.test(location.hash)) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return carried;
}

function start(): void {
  const code = takeCode();
  landed.hidden = code === undefined;
  tool.hidden = code !== undefined;
  if (code === undefined) return;
  stopCamera();
  void check(code, FROM_CAMERA);
}

async function decide(code: string): Promise<void> {
  await check(code, FROM_HAND);
  tool.scrollIntoView();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  // A touch keyboard would cover the verdict; with a real one the next code is typed or scanned over this one.
  if (matchMedia('(pointer: coarse)').matches) input.blur();
  else input.select();
  void decide(input.value);
});
const stopCamera = startPanel((code) => void decide(code));
// A second code scanned into the same tab changes the fragment only; the skip link changes it too.
addEventListener('hashchange', () => {
  if (CODE_IN_HASH.test(location.hash)) start();
});
start();
