/** Builds DOM nodes. Text only ever becomes a text node, so no signed or typed text can turn into markup. */

type Attributes = Readonly<Record<string, string>>;

export function element(
  name: string,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** A Chinese text and its English, as the pages write the two. */
export const bilingual = ({ zh, en }: { zh: string; en: string }): [string, HTMLElement] => [
  `${zh} `,
  element('span', { class: 'en', lang: 'en' }, en),
];

/** One sentence where no verdict can stand: an old browser, no connection, work in progress. */
export const notice = (wording: { zh: string; en: string }): HTMLElement =>
  element('p', { class: 'notice' }, ...bilingual(wording));

/** The element that the page was served with; a page without it is a bug of ours. */
export function required<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} #${id}`);
}
