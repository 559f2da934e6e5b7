/** What stands above a certificate that is not simply to be shown: revoked, out of its time, or followed by a higher one. */
import type { Child } from 'hono/jsx';
import { beijingDate } from '../vc/beijing-date.ts';
import type { Wording } from '../vc/verify/wording.ts';
import type { CredentialPageProps } from './credential.tsx';
import { En } from './layout.tsx';

export const CertificateNotices = (props: CredentialPageProps) => (
  <>
    <StateNotice {...props} />
    <SuccessorNotice {...props} />
  </>
);

const StateNotice = ({ state, credential, revocation }: CredentialPageProps) => {
  const { validFrom } = credential;
  const office = <bdi>{credential.issuer.name}</bdi>;
  switch (state) {
    case 'current':
      return null;
    case 'revoked':
      return (
        <Notice kind="invalid" zh="此证书已被撤销" en="This certificate was revoked">
          {revocation && (
            <p>
              撤销日期：{beijingDate(revocation.at).zh}
              <En>Revoked on {beijingDate(revocation.at).en}</En>
            </p>
          )}
          {revocation && revocation.reason !== '' && (
            <p>
              原因：<bdi>{revocation.reason}</bdi>
              <En>The reason, as the issuing office gave it</En>
            </p>
          )}
          <p>
            它不再有效，核验时会显示“无效”，所以不再给出二维码。如有疑问，请联系{office}。
            <En>A check says that it is not valid, so there is no code to show. In doubt, ask the issuing office.</En>
          </p>
        </Notice>
      );
    case 'expired':
      return (
        <Notice kind="invalid" zh="此证书已过有效期" en="This certificate has expired">
          <Ended credential={credential} />
        </Notice>
      );
    case 'not-yet-valid':
      return (
        <Notice kind="waiting" zh="此证书尚未生效" en="This certificate is not valid yet">
          <p>
            从{beijingDate(validFrom).zh}起有效，在此之前核验会显示“无效”。
            <En>It begins on {beijingDate(validFrom).en}. Until then a check says that it is not valid.</En>
          </p>
        </Notice>
      );
  }
};

/** For a copy whose time came after it was kept: the page's script shows it by the device's clock. */
export const CopyExpiredNotice = ({ credential }: CredentialPageProps) => (
  <Notice
    id="copy-expired"
    hidden
    kind="invalid"
    zh="按本机时间，此证书已过有效期"
    en="By this device’s clock this certificate has expired"
  >
    <Ended credential={credential} />
  </Notice>
);

const Ended = ({ credential: { validUntil, issuer } }: Pick<CredentialPageProps, 'credential'>) => (
  <p>
    有效期到{validUntil !== null && beijingDate(validUntil).zh}为止，核验时会显示“无效”。需要新的证书，请联系
    <bdi>{issuer.name}</bdi>。
    <En>It ended on {validUntil !== null && beijingDate(validUntil).en}. Ask the issuing office for a new one.</En>
  </p>
);

/** Short, so that the code below it stays on the first screen of a phone. */
const SuccessorNotice = ({ state, successor }: CredentialPageProps) => {
  if (!successor) return null;
  const { uuid, level } = successor;
  const [zh, en] = state === 'revoked' ? ['现行证书', 'In force'] : ['已有更高等级的证书', 'A higher level is current'];
  return (
    <section class="notice notice-brief" aria-labelledby="successor-title">
      <h2 id="successor-title">
        {zh}：<a href={`/credentials/${uuid}`}>{level.zh}</a>
        <En>
          {en}: {level.en}
        </En>
      </h2>
      {state === 'current' && (
        <p>
          这一张仍可核验，请优先出示新的。 <En>This one still verifies.</En>
        </p>
      )}
    </section>
  );
};

/** The same in a line, for paper and picture, which carry no notice with them. */
export function standingLines({ state, credential, successor }: CredentialPageProps): Wording[] {
  const start = beijingDate(credential.validFrom);
  return [
    ...(state === 'not-yet-valid' ? [{ zh: `自${start.zh}起有效`, en: `Valid from ${start.en}` }] : []),
    ...(successor && state !== 'revoked'
      ? [{ zh: `已有更高等级的证书：${successor.level.zh}`, en: `A higher level is current: ${successor.level.en}` }]
      : []),
  ];
}

const ICONS = {
  invalid: 'M8 2h8l6 6v8l-6 6H8l-6-6V8zM8.5 8.5l7 7M15.5 8.5l-7 7',
  waiting: 'M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20zM12 6.5V12l4 2.5',
} as const;

type NoticeProps = {
  id?: string;
  hidden?: boolean;
  kind: keyof typeof ICONS;
  zh: string;
  en: string;
  children: Child;
};

const Notice = ({ id = 'state', hidden, kind, zh, en, children }: NoticeProps) => (
  <section class={`notice notice-${kind}`} id={id} hidden={hidden} aria-labelledby={`${id}-title`}>
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[kind]} />
    </svg>
    <div>
      <h2 id={`${id}-title`}>
        {zh} <En>{en}</En>
      </h2>
      {children}
    </div>
  </section>
);
