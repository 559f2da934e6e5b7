/** What stands at a certificate's address until its holder opens it: a tap, so that link previews and scanners of mail do not spend the link. */
import { En, Layout } from './layout.tsx';

export const HolderGatePage = ({ uuid }: { uuid: string }) => (
  <Layout title="打开我的证书" script="holder-gate">
    <section class="card gate">
      <h1>
        我的证书 <En>My certificate</En>
      </h1>
      {/* Shown by the script, and only while a tap can lead anywhere. */}
      <div id="gate-action" hidden>
        <p class="lead">
          点一下按钮，在本机打开。
          <En>One tap opens it on this device.</En>
        </p>
        <button type="button" class="button button-large" id="open" data-address={`/credentials/${uuid}`}>
          打开我的证书 <En>Open my certificate</En>
        </button>
        <p class="small">
          链接 15 分钟内有效，请不要转发。
          <En>A link works for 15 minutes. Do not forward it.</En>
        </p>
      </div>
      <div id="gate-copy" class="stack" hidden>
        <p>
          这部手机上存有这张证书的副本。
          <En>A copy of this certificate is kept on this device.</En>
        </p>
        <a class="button button-quiet" id="open-copy" href={`/credentials/${uuid}`}>
          打开本机副本 <En>Open the copy</En>
        </a>
      </div>
      <div id="gate-message" class="gate-message" role="status" aria-live="polite" />
      <noscript>
        <p class="notice">
          浏览器禁用了脚本，无法打开证书。请在浏览器设置中允许 JavaScript，或换一个浏览器打开链接。
          <En>Scripts are off in this browser. Allow JavaScript in its settings, or open the link in another one.</En>
        </p>
      </noscript>
    </section>
  </Layout>
);
