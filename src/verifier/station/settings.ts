/** What the clerk has set, in this browser's local storage. Among it the word that is shown with every verdict, so that an app which only looks like this one is told from it. */

/** `word`: chosen at set-up. `sound`: `on` or `off`. `camera`: `on` when it is to start with the app. `lastSeen`: see clock.ts. */
export type SettingName = 'word' | 'sound' | 'camera' | 'lastSeen';

const PREFIX = 'xingzheng.';

/** Undefined before it is set, and where the browser stores nothing. */
export function readSetting(name: SettingName): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Undefined forgets it. Where the browser stores nothing it lasts as long as the page; the shelf says so. */
export function writeSetting(name: SettingName, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // As above.
  }
}
