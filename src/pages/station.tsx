/** The station app's one document: every address is relative, because a station may serve the folder from anywhere. The script fills it. */
import { En } from './layout.tsx';

/** `policy`: the content security policy, also for copies that are served without headers. */
export const StationPage = ({ policy }: { policy: string }) => (
  <html lang="zh-CN">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={policy} />
      <title>核验站 · 星证</title>
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content="#19212a" media="(prefers-color-scheme: dark)" />
      <meta name="referrer" content="no-referrer" />
      <meta name="format-detection" content="telephone=no" />
      <link rel="icon" type="image/svg+xml" href="icon.svg" />
      <link rel="apple-touch-icon" href="icon.png" />
      <link rel="manifest" href="station.webmanifest" />
      <link rel="stylesheet" href="station.css" />
      <script type="module" src="station.js" />
    </head>
    <body class="station" data-shown="ready">
      <header class="bar">
        <h1 class="bar-name">
          <img src="icon.svg" alt="" width="32" height="32" />
          <span>
            核验站 <En>Check station</En>
          </span>
        </h1>
        <p id="bar-data" class="bar-data" />
      </header>
      <main id="main" class="station-main">
        <noscript>
          <p class="notice">
            核验在本机进行，需要允许 JavaScript。
            <En>The check runs on this device and needs JavaScript.</En>
          </p>
        </noscript>
        <div id="trouble" class="stack" role="alert" />
        <Setup />
        <Post />
        <Tools />
        <Transfer />
      </main>
    </body>
  </html>
);

const Setup = () => (
  <form id="setup" class="card setup" autocomplete="off" hidden>
    <h2>
      设置核验站 <En>Set up this station</En>
    </h2>
    <label for="word">
      设一个只有你们知道的暗号 <En>Choose a word that only your office knows</En>
    </label>
    <input id="word" type="text" maxlength={12} autocapitalize="off" spellcheck={false} required />
    <p class="small">
      每次核验结果上都会显示它。没有它，或不是它，就不是你们的核验站。
      <En>Every verdict shows it. A screen without it, or with another word, is not your station.</En>
    </p>
    <button type="submit" class="button button-large">
      开始核验 <En>Start checking</En>
    </button>
  </form>
);

/** Where the verdict stands, and beside or below it the ways to the next one. */
const Post = () => (
  <div id="post" class="post" hidden>
    <section id="stage" class="stage" role="status" aria-live="assertive" aria-label="核验结果 Verdict" />
    <section class="ways" aria-label="扫码 Scan">
      <video id="view" muted playsinline hidden aria-label="摄像头画面 Camera picture" />
      <div id="scan-message" role="status" />
      <div class="actions">
        <button type="button" id="camera" class="button" aria-pressed="false">
          摄像头 <En>Camera</En>
        </button>
        <button type="button" id="torch" class="button button-quiet" aria-pressed="false" hidden>
          补光 <En>Light</En>
        </button>
        <input id="picture" type="file" accept="image/*" class="unseen" />
        <label for="picture" class="button button-quiet">
          选择图片 <En>Picture</En>
        </label>
      </div>
      <form id="paste" class="paste" autocomplete="off">
        <label for="code">
          粘贴或输入二维码内容 <En>Paste or type the code</En>
        </label>
        <input id="code" type="text" inputmode="url" autocapitalize="off" spellcheck={false} required />
        <button type="submit" class="button button-quiet">
          核验 <En>Check</En>
        </button>
      </form>
    </section>
  </div>
);

/** For stations that record who attended, without a network. Nothing of it is there before a device key is made. */
const Attendance = () => (
  <section class="card attendance" aria-labelledby="attendance-title">
    <h2 id="attendance-title">
      离线签到 <En>Attendance</En>
    </h2>
    <p class="small">
      扫家长的学员码，记录参加线下活动；联网后上传计分。只存学员码，不记姓名。
      <En>Scan a parent’s learner code to record that they came. Points follow once sent. No names are kept.</En>
    </p>
    <div id="attendance-tools" class="stack" hidden>
      <dl id="attendance-counts" class="rows" />
      <dl id="attendance-facts" class="rows" />
      <div class="actions">
        <input id="quota-file" type="file" class="unseen" />
        <label for="quota-file" class="button button-quiet">
          载入配额 <En>Load a quota</En>
        </label>
        <button type="button" id="slips-send" class="button button-quiet">
          上传 <En>Send</En>
        </button>
        <button type="button" id="slips-save" class="button button-quiet">
          存为文件 <En>Save as a file</En>
        </button>
      </div>
    </div>
    <div class="actions">
      <button type="button" id="device-make" class="button button-quiet" hidden>
        制作设备密钥 <En>Make a device key</En>
      </button>
    </div>
    <div id="attendance-said" role="status" />
    <details id="device" hidden>
      <summary>
        设备密钥 <En>Device key</En>
      </summary>
      <dl id="device-facts" class="rows" />
      <div id="device-picture" />
    </details>
  </section>
);

const Tools = () => (
  <div id="tools" class="tools" hidden>
    <section id="day" class="card" aria-labelledby="day-title" hidden>
      <h2 id="day-title">
        今日核验 <En>Checked today</En>
      </h2>
      <dl id="day-facts" class="rows" />
      <p class="small">
        只在本机计数，不记姓名。
        <En>Counted on this device only, without names.</En>
      </p>
      <div class="actions">
        <button type="button" id="sound" class="button button-quiet" aria-pressed="true">
          提示音 <En>Sound</En>
        </button>
      </div>
    </section>
    <section class="card" aria-labelledby="data-title">
      <h2 id="data-title">
        核验数据 <En>Data for checking</En>
      </h2>
      <dl id="data-facts" class="rows" />
      <div class="actions">
        <button type="button" id="update" class="button button-quiet">
          联网更新 <En>Update online</En>
        </button>
        <input id="bundle-file" type="file" class="unseen" />
        <label for="bundle-file" class="button button-quiet">
          载入文件 <En>Load a file</En>
        </label>
        <button type="button" id="receive" class="button button-quiet">
          从屏幕接收 <En>From a screen</En>
        </button>
        <button type="button" id="send" class="button button-quiet" disabled>
          显示给另一台 <En>Show to another</En>
        </button>
      </div>
      <div id="data-said" role="status" />
    </section>
    <section class="card" aria-labelledby="app-title">
      <h2 id="app-title">
        本应用 <En>This app</En>
      </h2>
      <dl id="app-facts" class="rows" />
      <div id="app-said" class="stack" role="status" />
      <div class="actions">
        <button type="button" id="app-approve" class="button" hidden>
          启用新版本 <En>Start the new version</En>
        </button>
        <button type="button" id="start-over" class="button button-quiet">
          清除并重新开始 <En>Clear and start over</En>
        </button>
      </div>
    </section>
    <Attendance />
  </div>
);

/** While data go from one station's screen to another's camera; the script fills it. */
const Transfer = () => (
  <section id="transfer" class="card transfer" aria-labelledby="transfer-title" hidden>
    <h2 id="transfer-title">
      传送核验数据 <En>Data transfer</En>
    </h2>
    <div id="transfer-view" class="stack" />
    <div id="transfer-said" role="status" />
    <div class="actions">
      <button type="button" id="transfer-end" class="button" />
    </div>
  </section>
);
