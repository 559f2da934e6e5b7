/** Where a phone's camera lands, and where a code can be pasted: everything here is done by the script in this browser. */
import { En, Layout } from './layout.tsx';

/** `officialHosts`: one host, or several with `、` between; without any the page names the bureau's published address. The script shows one of the two sections. */
export const CheckPage = ({ officialHosts }: { officialHosts?: string }) => {
  const addresses = officialHosts ? officialHosts.split('、').map((host) => `${host}/c/`) : ['教育局公布的网址'];
  return (
    <Layout title="核验证书" script="check">
      <noscript>
        <p class="notice">
          核验在本机浏览器里进行，需要允许 JavaScript。
          <En>The check runs inside this browser and needs JavaScript.</En>
        </p>
      </noscript>
      <section id="landed" class="stack" hidden>
        <h1>
          此码所载内容 <En>What this code says</En>
        </h1>
        <p class="notice">
          二维码打开哪个网页，由做码的人决定，请勿仅凭本页受理。
          <En>Whoever made a code chose the page it opens: do not accept on this page alone.</En>
        </p>
        <div id="says" role="status" aria-live="polite" />
        <section class="card" aria-labelledby="official-title">
          <h2 id="official-title">
            如何正式核验 <En>How to decide officially</En>
          </h2>
          <p>
            请用核验站应用扫描此码，或在浏览器里手动输入官方网址：
            {addresses.map((address) => (
              <strong class="address">{address}</strong>
            ))}
            <En>
              {officialHosts
                ? 'Scan it with the station app, or type this official address into a browser by hand.'
                : 'Scan it with the station app, or type, by hand, the address that the education bureau has published.'}
            </En>
          </p>
        </section>
      </section>
      <section id="tool" class="stack" hidden>
        <h1>
          核验证书 <En>Check a certificate</En>
        </h1>
        <div id="verdict" role="status" aria-live="polite" />
        <section class="card scan" aria-labelledby="scan-title">
          <h2 id="scan-title">
            扫描二维码 <En>Scan the code</En>
          </h2>
          <video id="view" muted playsinline hidden aria-label="摄像头画面 Camera picture" />
          <div id="scan-message" role="status" aria-live="polite" />
          <div class="actions">
            <button id="scan" type="button" class="button">
              用摄像头扫码 <En>Scan with the camera</En>
            </button>
            <button id="stop" type="button" class="button" hidden>
              停止 <En>Stop</En>
            </button>
            <button id="torch" type="button" class="button button-quiet" aria-pressed="false" hidden>
              补光 <En>Light</En>
            </button>
            <input id="picture" type="file" accept="image/*" class="unseen" />
            <label for="picture" class="button button-quiet">
              选择图片 <En>Choose a picture</En>
            </label>
          </div>
        </section>
        {/* The input has no name: without the script a submitted form carries nothing. */}
        <form id="paste" class="card" autocomplete="off">
          <label for="code">
            粘贴二维码内容或数字 <En>Paste the code’s text or digits</En>
          </label>
          <input id="code" type="text" inputmode="url" autocapitalize="off" spellcheck={false} required />
          <button type="submit" class="button">
            核验 <En>Check</En>
          </button>
          <p class="small">
            内容只在本机核验，不会上传。
            <En>It is checked on this device and sent nowhere.</En>
          </p>
        </form>
      </section>
    </Layout>
  );
};
