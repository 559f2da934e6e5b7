/** The certificate as a card for the wallet (ISO/IEC 7810 ID-1, 85.6 × 54 mm): on paper only, cut out along its edge. */
import { raw } from 'hono/html';
import { beijingDate } from '../vc/beijing-date.ts';
import { standingLines } from './certificate-notice.tsx';
import type { CredentialPageProps } from './credential.tsx';
import { En } from './layout.tsx';

export const WalletCard = (props: CredentialPageProps) => {
  const { credential, svg, officialHost } = props;
  const { achievement, holder, issuer, validUntil } = credential;
  return (
    <section class="paper-only wallet-card" aria-label="证书卡片 Wallet card">
      <div class="wallet-code">{raw(svg)}</div>
      <div class="wallet-text">
        <p class="wallet-kind">家长学习证书</p>
        <p class="wallet-achievement">
          <AchievementName name={achievement.name} />
        </p>
        <p class={credential.holderMatch === 'none' ? 'wallet-pseudonym' : 'wallet-holder'}>
          <bdi>{holder}</bdi>
        </p>
        <p>
          <bdi>{issuer.name}</bdi>
        </p>
        <p>
          {validUntil === null ? '长期有效' : `有效期至 ${beijingDate(validUntil).zh}`}
          <En>{validUntil === null ? 'no end date' : `Valid until ${beijingDate(validUntil).en}`}</En>
        </p>
        {standingLines(props).map(({ zh, en }) => (
          <p class="wallet-standing">
            {zh} <En>{en}</En>
          </p>
        ))}
        <p class="wallet-host">
          官方核验网址 <En>Official check</En>
          <strong>{officialHost}/c/</strong>
        </p>
      </div>
    </section>
  );
};

/** A name in parts, `licence · stage · level`: the first part stands large on its own line. */
export const AchievementName = ({ name }: { name: string }) => {
  const [first, ...rest] = name.split(' · ');
  return (
    <>
      <bdi>{first}</bdi>
      {rest.length > 0 && (
        <>
          <span class="unseen"> · </span>
          <bdi class="achievement-rest">{rest.join(' · ')}</bdi>
        </>
      )}
    </>
  );
};
