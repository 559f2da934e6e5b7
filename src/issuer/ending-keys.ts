/** The verb that looks ahead: which keys end soon with nothing in the trust list to take their place. */
import type { Deps } from '../deps.ts';
import { isoSeconds } from '../vc/time.ts';
import { mayStillSign } from '../vc/trust/trust-list.ts';

const SOON_SECONDS = 14 * 86_400;

/** Keys that end within two weeks: without a new one in the trust list, issuing or publishing stops. */
export async function warnOfEndingKeys(deps: Deps): Promise<void> {
  const trust = await deps.trust();
  if (!trust) return;
  const soon = deps.clock.now() + SOON_SECONDS;
  for (const key of trust.keysByNumber.values()) {
    const { purpose, issuer, notAfter, templates } = key;
    if (!mayStillSign(key, deps.clock.now())) continue;
    const replaced = [...trust.keysByNumber.values()].some(
      (other) =>
        other.issuer.issuerId === issuer.issuerId &&
        other.purpose === purpose &&
        templates.every((one) => other.templates.includes(one)) &&
        mayStillSign(other, soon),
    );
    if (!replaced)
      deps.log({ event: 'key-ends-soon', key: issuer.verificationMethod, purpose, notAfter: isoSeconds(notAfter) });
  }
  if (trust.list.publishers.every((publisher) => publisher.notAfter < soon))
    deps.log({ event: 'key-ends-soon', purpose: 'publisher' });
}
