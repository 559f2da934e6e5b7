/** The front door: what this is, and where a parent, a clerk and an engineer go from here. */
import { En, Layout } from './layout.tsx';

const CURL = `curl -s "$BASE/verify" \\
  -H 'Content-Type: application/json' \\
  -d '{"qr":"<text or digits of the code>"}'`;

export const HomePage = ({ issuers }: { issuers: readonly { id: string; name: string }[] }) => (
  <Layout title="家长学习积分证书">
    <h1 class="home-title">
      家长学习有积分，达标得证书，扫码可核验
      <En>Parents learn, points add up, a signed certificate follows, and anybody can check it</En>
    </h1>
    <div class="doors">
      <section class="card" aria-labelledby="parent">
        <h2 id="parent">
          我是家长 <En>I am a parent</En>
        </h2>
        <p>
          请在学习平台上或向学校索取证书链接。链接 15 分钟内有效，过期可以再要。
          <En>
            Ask your learning platform or the school for your certificate’s link. It works for 15 minutes; ask again any
            time.
          </En>
        </p>
      </section>
      <section class="card" aria-labelledby="clerk">
        <h2 id="clerk">
          我要核验证书 <En>I check certificates</En>
        </h2>
        <p>
          在您的浏览器里核验，内容不会上传。
          <En>The check runs in your browser; nothing is uploaded.</En>
        </p>
        <a class="button" href="/station/">
          核验站 <En>Check station, works offline</En>
        </a>
        <a class="button button-quiet" href="/c/">
          核验一张证书 <En>Check one certificate</En>
        </a>
      </section>
      <section class="card door-wide" aria-labelledby="engineer">
        <h2 id="engineer">
          我是工程师 <En>I am an engineer</En>
        </h2>
        <ul class="links">
          <li>
            <a href="/healthz">/healthz</a> 运行状态 <En>liveness</En>
          </li>
          <li>
            <a href="/trust/bundle">/trust/bundle</a> 离线核验数据 <En>data for offline checks</En>
          </li>
          <li>
            <code>POST /verify</code> 核验接口 <En>verification</En>
          </li>
        </ul>
        <pre tabindex={0}>
          <code>{CURL}</code>
        </pre>
      </section>
    </div>
    {issuers.length > 0 && (
      <section class="issuers" aria-labelledby="issuers">
        <h2 id="issuers">
          签发单位 <En>Issuers</En>
        </h2>
        <ul>
          {issuers.map(({ id, name }) => (
            <li>
              <bdi>{name}</bdi> <code>{id}</code>
            </li>
          ))}
        </ul>
      </section>
    )}
  </Layout>
);
