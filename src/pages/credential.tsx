/** The certificate that a parent shows or prints: what was achieved, by whom, who says so, and the code that proves it. */
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { beijingDate } from '../vc/beijing-date.ts';
import type { ShownCredential } from '../vc/verify/verdict.ts';
import { En, Layout } from './layout.tsx';

export type CredentialPageProps = {
  credential: ShownCredential;
  /** Chinese texts of the stage and of the level. */
  stage: string;
  level: string;
  state: 'issued' | 'revoked';
  /** The QR symbol as symbolSvg draws it: our own markup, inlined as it is. */
  svg: string;
  /** Printed beside the code, because whoever makes a code chooses the page that it opens. */
  officialHost: string;
  uuid: string;
};

export const CredentialPage = (props: CredentialPageProps) => {
  const { credential, stage, level, state, svg, officialHost, uuid } = props;
  const address = `/credentials/${uuid}`;
  return (
    <Layout title={credential.achievement.name} script="certificate">
      {state === 'revoked' && <RevokedNotice />}
      <article class="certificate">
        <header class="certificate-head">
          <p class="eyebrow">
            家长学习证书 <En>Certificate of parent learning</En>
          </p>
          <AchievementName name={credential.achievement.name} />
          <Holder credential={credential} />
        </header>
        <section class="code" aria-labelledby="code-title">
          <div class="code-picture">{raw(svg)}</div>
          <div class="code-text">
            <h2 id="code-title">
              {state === 'revoked' ? '证书二维码' : '请出示此码'}{' '}
              <En>{state === 'revoked' ? 'The certificate’s code' : 'Show this code'}</En>
            </h2>
            <p class="host">
              核验人请手动输入官方网址：
              <strong class="address">{officialHost}/c/</strong>
              <En>To check it, type this official address by hand.</En>
            </p>
          </div>
        </section>
        <dl class="rows">
          <Row zh="签发单位" en="Issuer">
            <bdi>{credential.issuer.name}</bdi>
          </Row>
          <Row zh="阶段与等级" en="Stage and level">
            {stage} · {level}
          </Row>
          <Row zh="积分" en="Points">
            {credential.points}
          </Row>
          <Row zh="签发日期" en="Issued">
            <Day iso={credential.validFrom} />
          </Row>
          <Row zh="有效期至" en="Valid until">
            {credential.validUntil === null ? (
              <>
                长期有效 <En>no end date</En>
              </>
            ) : (
              <Day iso={credential.validUntil} />
            )}
          </Row>
        </dl>
      </article>
      <nav class="actions" aria-label="证书操作 Certificate actions">
        {state === 'issued' && (
          <button type="button" class="button" data-print hidden>
            打印证书 <En>Print</En>
          </button>
        )}
        <a class="button button-quiet" href={`${address}?format=svg`} download={`${uuid}.svg`}>
          保存二维码图片 <En>Save the code (SVG)</En>
        </a>
        <a class="button button-quiet" href={`${address}?format=jsonld`}>
          完整凭证 <En>Full credential (JSON-LD)</En>
        </a>
      </nav>
    </Layout>
  );
};

const RevokedNotice = () => (
  <section class="notice notice-invalid" aria-labelledby="revoked-title">
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M8 2h8l6 6v8l-6 6H8l-6-6V8zM8.5 8.5l7 7M15.5 8.5l-7 7" />
    </svg>
    <div>
      <h2 id="revoked-title">
        此证书已被撤销 <En>This certificate was revoked</En>
      </h2>
      <p>
        它不再有效，核验时会显示“无效”。如有疑问，请联系签发单位。
        <En>It is no longer valid, and a check says so. In doubt, ask the issuing office.</En>
      </p>
    </div>
  </section>
);

/** The name is signed text that somebody chose: labelled, and isolated so that its direction changes nothing around it. */
const Holder = ({ credential: { holder, holderMatch } }: { credential: ShownCredential }) => (
  <p class={holderMatch === 'none' ? 'holder holder-pseudonym' : 'holder'}>
    <span class="label">
      {holderMatch === 'none' ? '持有人代号' : '持有人'}{' '}
      <En>{holderMatch === 'none' ? 'Holder pseudonym' : 'Holder'}</En>
    </span>
    <bdi>{holder}</bdi>
  </p>
);

/** A name in parts, `licence · stage · level`: the first part stands large on its own line. */
const AchievementName = ({ name }: { name: string }) => {
  const [first, ...rest] = name.split(' · ');
  return (
    <h1 class="achievement">
      <bdi>{first}</bdi>
      {rest.length > 0 && (
        <>
          <span class="unseen"> · </span>
          <bdi class="achievement-rest">{rest.join(' · ')}</bdi>
        </>
      )}
    </h1>
  );
};

const Row = ({ zh, en, children }: { zh: string; en: string; children: Child }) => (
  <div class="row">
    <dt>
      {zh} <En>{en}</En>
    </dt>
    <dd>{children}</dd>
  </div>
);

const Day = ({ iso }: { iso: string }) => {
  const day = beijingDate(iso);
  return (
    <time datetime={iso}>
      {day.zh} <En>{day.en}</En>
    </time>
  );
};
