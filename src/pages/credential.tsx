/** The certificate that a parent shows, prints or keeps: what was achieved, by whom, who says so, and the code that proves it. */
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { beijingDate, beijingMinute } from '../vc/beijing-date.ts';
import type { ShownCredential } from '../vc/verify/verdict.ts';
import type { Wording } from '../vc/verify/wording.ts';
import { CertificateNotices, CopyExpiredNotice, standingLines } from './certificate-notice.tsx';
import { En, Layout } from './layout.tsx';
import { AchievementName, WalletCard } from './wallet-card.tsx';

export type CredentialPageProps = {
  credential: ShownCredential;
  stage: Wording;
  level: Wording;
  state: 'current' | 'expired' | 'not-yet-valid' | 'revoked';
  /** When it was revoked, and the reason as the issuer wrote it. */
  revocation?: { at: string; reason: string };
  /** The certificate that stands above this one, or in its place. */
  successor?: { uuid: string; level: Wording };
  /** The QR symbol as symbolSvg draws it: our own markup, inlined as it is. */
  svg: string;
  /** Printed beside the code, because whoever makes a code chooses the page that it opens. */
  officialHost: string;
  uuid: string;
  /** When the server said all this. */
  asOf: string;
};

export const CredentialPage = (props: CredentialPageProps) => {
  const { credential, state } = props;
  const presentable = state === 'current' || state === 'not-yet-valid';
  return (
    <Layout title={credential.achievement.name} script="certificate" shown="fresh">
      <KeptNotice {...props} />
      {presentable && credential.validUntil !== null && <CopyExpiredNotice {...props} />}
      <CertificateNotices {...props} />
      <Certificate {...props} />
      {presentable && <WalletCard {...props} />}
      {presentable && <Actions />}
      <OnThisDevice />
      {state !== 'revoked' && <FullCredential {...props} />}
    </Layout>
  );
};

const Certificate = (props: CredentialPageProps) => {
  const { credential, stage, level, state, uuid, asOf } = props;
  return (
    <article
      class={CLASSES[state]}
      id="certificate"
      data-valid-from={credential.validFrom}
      data-valid-until={credential.validUntil ?? undefined}
    >
      <header class="certificate-head">
        <img class="paper-only emblem" src="/assets/icon.svg" alt="" />
        <p class="eyebrow">
          家长学习证书 <En>Certificate of parent learning</En>
        </p>
        <h1 class="achievement">
          <AchievementName name={credential.achievement.name} />
        </h1>
        <Holder credential={credential} />
        {standingLines(props).map(({ zh, en }) => (
          <p class="paper-only paper-standing">
            {zh} <En>{en}</En>
          </p>
        ))}
      </header>
      {state !== 'revoked' && <Code {...props} />}
      <dl class="rows">
        <Row zh="签发单位" en="Issuer">
          <bdi>{credential.issuer.name}</bdi>
        </Row>
        <Row zh="阶段与等级" en="Stage and level">
          {stage.zh} · {level.zh}{' '}
          <En>
            {stage.en}, {level.en}
          </En>
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
      <p class="paper-only paper-note">
        {uuid} · <span class="paper-as-of">内容截至 {beijingMinute(asOf)}，是否有效以扫码核验为准。</span>
        <En>Content as of this time, Beijing. Only a check of the code tells whether it is valid.</En>
      </p>
    </article>
  );
};

const CLASSES = {
  current: 'certificate',
  'not-yet-valid': 'certificate certificate-noted',
  expired: 'certificate certificate-noted',
  revoked: 'certificate certificate-noted certificate-void',
} as const satisfies Record<CredentialPageProps['state'], string>;

const Code = ({ svg, officialHost, state }: CredentialPageProps) => (
  <section class="code" aria-labelledby="code-title">
    <div class="code-picture">{raw(svg)}</div>
    <div class="code-text">
      <h2 id="code-title">
        {state === 'current' ? '请出示此码' : '证书二维码'}{' '}
        <En>{state === 'current' ? 'Show this code' : 'The certificate’s code'}</En>
      </h2>
      <p class="host">
        核验人请手动输入官方网址：
        <strong class="address">{officialHost}/c/</strong>
        <En>To check it, type this official address by hand.</En>
      </p>
    </div>
  </section>
);

const HOLDER_LABELS = {
  full: { zh: '持有人', en: 'Holder', note: undefined },
  masked: { zh: '持有人', en: 'Holder', note: { zh: '姓名隐去一部分', en: 'name partly hidden' } },
  none: { zh: '持有人代号', en: 'Holder pseudonym', note: { zh: '不显示姓名', en: 'no name shown' } },
} as const satisfies Record<ShownCredential['holderMatch'], Wording & { note: Wording | undefined }>;

/** The name is signed text that somebody chose: labelled, and isolated so that its direction changes nothing around it. */
const Holder = ({ credential: { holder, holderMatch } }: { credential: ShownCredential }) => {
  const { zh, en, note } = HOLDER_LABELS[holderMatch];
  return (
    <p class={holderMatch === 'none' ? 'holder holder-pseudonym' : 'holder'}>
      <span class="label">
        {note ? `${zh}（${note.zh}）` : zh} <En>{note ? `${en}, ${note.en}` : en}</En>
      </span>
      <bdi>{holder}</bdi>
    </p>
  );
};

/** What needs the script is hidden until it is there; some apps' browsers cannot print. */
const Actions = () => (
  <section class="actions-card" aria-label="证书操作 Certificate actions">
    <div class="actions">
      <button type="button" class="button" data-save hidden>
        保存图片 <En>Save as a picture</En>
      </button>
      <button type="button" class="button button-quiet" data-print="sheet" hidden>
        打印证书 <En>Print on A4</En>
      </button>
      <button type="button" class="button button-quiet" data-print="card" hidden>
        打印卡片 <En>Wallet card</En>
      </button>
    </div>
    <div id="picture" class="picture" role="status" />
  </section>
);

/** Served with every certificate; the style sheet shows it where the page came from this device, as certificate/kept-copy.ts marks it. */
const KeptNotice = ({ asOf, uuid }: CredentialPageProps) => (
  <section class="notice notice-brief kept-only" aria-labelledby="kept-title">
    <h2 id="kept-title">
      离线副本 <span lang="en">Offline copy</span>
    </h2>
    <p>
      <a href={`/credentials/${uuid}?fresh`}>
        联网更新 <span lang="en">Update</span>
      </a>
    </p>
    <p>
      截至 <time datetime={asOf}>{beijingMinute(asOf)}</time>，此后可能已被撤销，以核验为准。
      <span lang="en">As of then (Beijing); it may have been revoked since.</span>
    </p>
  </section>
);

const OnThisDevice = () => (
  <section id="on-device" class="card" aria-labelledby="on-device-title" hidden>
    <h2 id="on-device-title">
      已存在这部手机上 <En>Kept on this device</En>
    </h2>
    <p>
      没有信号也能打开本页。借用他人的手机时，请移除：本机上所有证书的副本都会删除。
      <En>This page opens without a signal, too. On a borrowed phone, remove it: the copies of all certificates go.</En>
    </p>
    <div class="actions">
      <button type="button" class="button button-quiet" id="remove">
        从本机移除 <En>Remove from this device</En>
      </button>
    </div>
  </section>
);

const FullCredential = ({ uuid }: CredentialPageProps) => {
  const address = `/credentials/${uuid}`;
  const file = `xingzheng-${uuid.slice(0, 8)}`;
  return (
    <section class="card fresh-only" aria-labelledby="full-title">
      <h2 id="full-title">
        完整凭证 <En>Full credential</En>
      </h2>
      <p>
        供机构的系统读取，内容与二维码一致。
        <En>For the systems of other bodies; it says what the code says.</En>
      </p>
      <ul class="links">
        <li>
          <a href={`${address}?format=jsonld`} download={`${file}.json`}>
            W3C 可验证凭证（JSON-LD）
          </a>{' '}
          <En>W3C Verifiable Credential</En>
        </li>
        <li>
          <a href={`${address}?format=jwt`} download={`${file}.jwt`}>
            令牌形式（vc+jwt）
          </a>{' '}
          <En>The same, secured as a token</En>
        </li>
        <li>
          <a href={`${address}?format=svg`} download={`${file}.svg`}>
            二维码原图（SVG）
          </a>{' '}
          <En>The code alone</En>
        </li>
        <li>
          <a href={`${address}?format=cborld-svg`} download={`${file}.vc1.svg`}>
            VC 条码（SVG）
          </a>{' '}
          <En>The credential as a W3C VC barcode</En>
        </li>
        <li>
          <a href={`${address}?format=cborld`} download={`${file}.vc1.txt`}>
            条码文本（CBOR-LD）
          </a>{' '}
          <En>The text of that barcode</En>
        </li>
      </ul>
      <p>
        VC 条码供支持 W3C VC 条码的钱包与读取器使用，核验站不识读；到核验站请出示证书二维码。
        <En>
          The VC barcode is for wallets and readers that support W3C VC Barcodes. No station reads it: there, show the
          certificate’s code.
        </En>
      </p>
    </section>
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
