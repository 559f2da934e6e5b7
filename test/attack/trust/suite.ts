/** Everything that attacks the trust verifier, room by room. */
import type { Suite } from '../attack.ts';
import { bundle } from './bundle.ts';
import { exemptions } from './exemptions.ts';
import { issuer } from './issuer.ts';
import { json } from './json.ts';
import { jwt } from './jwt.ts';
import { proof } from './proof.ts';
import { root } from './root.ts';
import { scan } from './scan.ts';
import type { TrustSubject } from './scene.ts';
import { template } from './template.ts';
import { time } from './time.ts';
import { trustList } from './trust-list.ts';
import { verdict } from './verdict.ts';

export const suite: Suite<TrustSubject> = {
  name: 'trust',
  doors: 'test/attack/trust/subject.ts',
  attacks: [
    ...scan,
    ...json,
    ...template,
    ...jwt,
    ...proof,
    ...issuer,
    ...time,
    ...verdict,
    ...root,
    ...trustList,
    ...bundle,
  ],
  exemptions,
};
