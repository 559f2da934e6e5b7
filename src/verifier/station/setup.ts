/** The clerk's own word: chosen once at set-up and shown with every verdict, so that an app which only looks like this one is told from it. */

const NAME = 'xingzheng.word';

/** Undefined before set-up, and where the browser stores nothing. */
export function readWord(): string | undefined {
  try {
    return localStorage.getItem(NAME) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The word as it will be shown; undefined when nothing is left of it. */
export function keepWord(typed: string): string | undefined {
  const word = typed.normalize('NFC').trim();
  if (word === '') return undefined;
  try {
    localStorage.setItem(NAME, word);
  } catch {
    // It is shown until the page closes; the shelf says that nothing is kept.
  }
  return word;
}

export function forgetWord(): void {
  try {
    localStorage.removeItem(NAME);
  } catch {
    // See readWord.
  }
}
