/** The fuzzer's own idea of when two JSON texts say the same; the parser that is fuzzed has no part in it. */

/**
 * One text for all spellings of a JSON value: the order of members, white space, escapes and spellings of a number are free.
 * Undefined for what is no JSON, names a member twice, or holds a number that its reader would change.
 */
export function canonicalJson(
  text: string,
  change: (value: unknown) => unknown = (value) => value,
): string | undefined {
  let exact = true;
  try {
    const value: unknown = JSON.parse(text, (_name, one: unknown, ...[context]: { source?: string }[]) => {
      if (typeof one === 'number') exact &&= isExact(one, context?.source ?? String(one));
      return one;
    });
    return exact && namesIn(text) === membersIn(value) ? JSON.stringify(sorted(change(value))) : undefined;
  } catch {
    return undefined;
  }
}

const isExact = (value: number, source: string): boolean =>
  !Object.is(value, -0) && decimal(source) === decimal(String(value));

/** Sign, digits without zeros around them, and the power of ten. */
function decimal(literal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(literal) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return significant === ''
    ? '0'
    : `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** Only for text that is JSON: strings with a colon behind them. */
const namesIn = (text: string): number =>
  [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;

function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce((sum: number, one) => sum + membersIn(one), 0);
  return inside + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
