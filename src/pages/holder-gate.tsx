/** What stands at a certificate's address until its holder opens it: a tap, so that link previews and scanners of mail do not spend the link. */
import { En, Layout } from './layout.tsx';

export const HolderGatePage = ({ uuid }: { uuid: string }) => (
  <Layout title="打开我的证书" script="holder-gate">
    <section class="card gate">
      <h1>
        您的证书已备好 <En>Your certificate is ready</En>
      </h1>
      <p class="lead">
        点一下按钮，在这部手机上打开。
        <En>One tap opens it on this phone.</En>
      </p>
      <button type="button" class="button button-large" id="open" data-address={`/credentials/${uuid}`} disabled>
        打开我的证书 <En>Open my certificate</En>
      </button>
      <div id="gate-message" class="gate-message" role="status" aria-live="polite" />
      <noscript>
        <p class="notice">
          浏览器禁用了脚本，无法打开证书。请在浏览器设置中允许 JavaScript，或换一个浏览器打开链接。
          <En>Scripts are off in this browser. Allow JavaScript in its settings, or open the link in another one.</En>
        </p>
      </noscript>
      <p class="small">
        链接 15 分钟内有效，请不要转发。
        <En>A link works for 15 minutes. Do not forward it.</En>
      </p>
    </section>
  </Layout>
);
