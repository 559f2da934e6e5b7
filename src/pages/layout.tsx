/** The frame of every page (the answer puts the doctype before it): Chinese first, English second, one style sheet, at most one script, nothing from a third party. */
import type { Child } from 'hono/jsx';

export type LayoutProps = {
  title: string;
  /** Name of a script under /assets, without `.js`. */
  script?: 'check' | 'holder-gate' | 'certificate';
  /** The page's own state, for the style sheet. */
  shown?: string;
  children: Child;
};

export const Layout = ({ title, script, shown, children }: LayoutProps) => (
  <html lang="zh-CN">
    <head>
      <meta charset="utf-8" />
      <title>{title} · 星证</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="referrer" content="no-referrer" />
      <meta name="format-detection" content="telephone=no" />
      <link rel="icon" type="image/svg+xml" href="/assets/icon.svg" />
      <link rel="apple-touch-icon" href="/assets/icon.png" />
      <link rel="stylesheet" href="/assets/site.css" />
      {script && <script type="module" src={`/assets/${script}.js`} />}
    </head>
    <body data-shown={shown}>
      <a class="skip" href="#main">
        跳到正文 <En>Skip to content</En>
      </a>
      <header class="masthead">
        <a class="brand" href="/">
          <img src="/assets/icon.svg" alt="" width="32" height="32" />
          <span class="brand-name">星证</span>
          <En>Xingzheng</En>
        </a>
        <span class="masthead-note">家长学习证书</span>
      </header>
      <main id="main" tabindex={-1}>
        {children}
      </main>
      <footer class="foot">
        <p>
          本站不使用第三方脚本，不做访问统计。
          <En>No third-party scripts, no tracking.</En>
        </p>
      </footer>
    </body>
  </html>
);

/** The English beside a Chinese text: smaller, muted, and marked as English for screen readers. */
export const En = ({ children }: { children: Child }) => (
  <span class="en" lang="en">
    {children}
  </span>
);
