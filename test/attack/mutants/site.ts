/**
 * Finds every check in a source text, and writes the text anew with a switch at each: what turns a check off is decided
 * when the code runs, so that one build holds all mutants.
 */
import { parseAst } from 'vitest/node';

/** One way to take one check away. */
export type Site = {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  /** The source text of the condition, white space folded. */
  readonly condition: string;
  /** What stands in its place in the mutant. */
  readonly becomes: string;
};

type Node = { readonly type: string; readonly start: number; readonly end: number; readonly [field: string]: unknown };
/** Of two pairs that begin or end at the same place, the one of lower order stands outside. */
type Insertion = { readonly at: number; readonly text: string; readonly closes: boolean; readonly order: number };

/** Where the switches come from; the build supplies it. */
export const SWITCHES = 'xingzheng:switches';

/** `mutation.active` is the site whose check is off in this copy of the code; `reached` collects the sites that ran, in their order. */
export const SWITCHES_SOURCE = `
const { active, reached } = globalThis.mutation;
const off = (id) => (reached?.add(id), active === id);
export const __as = (id, value, instead) => (off(id) ? instead : value);
export const __on = (id) => !off(id);
`;

/** What a branch that refuses gives back. */
const REFUSAL = /^(?:undefined|false)$|^(?:refuse|fault|failing|fail)\(|\bok: false\b|\bcheck: failing\(|^verdict\(/;
const REFUSING_CALL = /^(?:refuse|fail)\(/;

export function instrument(file: string, source: string, nextId: () => number): { text: string; sites: Site[] } {
  const sites: Site[] = [];
  const insertions: Insertion[] = [];
  const textOf = ({ start, end }: Pick<Node, 'start' | 'end'>): string => source.slice(start, end);

  function site(span: Pick<Node, 'start' | 'end'>, becomes: string): number {
    const line = source.slice(0, span.start).split('\n').length;
    const condition = textOf(span).trim().replace(/\s+/g, ' ');
    const id = nextId();
    sites.push({ id, file, line, condition, becomes });
    return id;
  }
  function wrap({ start, end }: Node, before: string, after: string): void {
    const order = insertions.length - (end - start) * source.length; // the longer text is the outer pair's
    insertions.push({ at: start, text: before, closes: false, order }, { at: end, text: after, closes: true, order });
  }
  const replaceable = (node: Node, becomes: string): void =>
    wrap(node, `__as(${site(node, becomes)}, `, `, ${becomes})`);
  const removable = (node: Node): void => wrap(node, `...(__on(${site(node, 'left out')}) ? [`, '] : [])');

  /** Operand by operand, what `node` decides: it can no longer be anything but `becomes`. */
  function decide(node: Node, becomes: boolean): void {
    const { left, right, argument } = children(node);
    const callback = methodOf(node) === (becomes ? 'every' : 'some') ? callbackOf(node) : undefined;
    if (node.type === 'UnaryExpression' && node.operator === '!' && argument) decide(argument, !becomes);
    else if (node.type === 'LogicalExpression' && node.operator === (becomes ? '&&' : '||') && left && right) {
      decide(left, becomes);
      decide(right, becomes);
    } else if (callback) decide(callback, becomes);
    else replaceable(node, String(becomes));
  }
  /** Where the source does not say which way refuses, both are tried. */
  function decideEitherWay(node: Node): void {
    decide(node, true);
    decide(node, false);
  }

  const refuses = (node: Node | undefined): boolean => node !== undefined && REFUSAL.test(textOf(node));
  /** How a branch ends that leaves the function or the turn of the loop, or calls what throws. */
  function endOf(branch: Node): 'refuses' | 'leaves' | undefined {
    const last = branch.type === 'BlockStatement' ? nodes(branch.body).at(-1) : branch;
    const { argument, expression } = last ? children(last) : {};
    if (last?.type === 'ThrowStatement' || (expression && REFUSING_CALL.test(textOf(expression)))) return 'refuses';
    if (last?.type === 'ReturnStatement') return refuses(argument) ? 'refuses' : 'leaves';
    return last && /^(?:Continue|Break)Statement$/.test(last.type) ? 'leaves' : undefined;
  }

  function visit(node: Node, parent?: Node, grandparent?: Node): void {
    const { test, consequent, alternate, argument, init, body, expression, callee, left, right, key, value } =
      children(node);
    const called = callee ? textOf(callee) : '';
    switch (node.type) {
      case 'IfStatement': {
        if (!test || !consequent) break;
        const end = endOf(consequent);
        if (end === 'refuses') decide(test, false);
        else if (end || children(consequent).expression?.type === 'CallExpression') decideEitherWay(test);
        break;
      }
      case 'ConditionalExpression': {
        if (!test || parent?.type === 'SpreadElement') break;
        const [yes, no] = [refuses(consequent), refuses(alternate)];
        if (yes === no) decideEitherWay(test);
        else decide(test, no);
        break;
      }
      case 'ReturnStatement':
        if (argument && isYesOrNo(argument)) decideEitherWay(argument);
        break;
      case 'VariableDeclarator':
        if (init && isYesOrNo(init)) decideEitherWay(init);
        break;
      case 'ArrowFunctionExpression':
        if (body && isYesOrNo(body) && !/^(?:every|some)$/.test(parent ? (methodOf(parent) ?? '') : ''))
          decideEitherWay(body);
        break;
      case 'ExpressionStatement':
        if (expression && /^(?:set|add|push)$/.test(methodOf(expression) ?? ''))
          wrap(node, `{ if (__on(${site(expression, 'left out')})) `, ' }'); // in braces, as an else may follow
        break;
      case 'ArrayExpression':
        if (nodes(node.elements).length > 1) for (const one of nodes(node.elements)) removable(one);
        break;
      case 'CallExpression':
        if (/^Math\.(?:min|max)$/.test(called)) for (const one of nodes(node.arguments)) removable(one);
        if (callee && called === 'z.strictObject') replaceable(callee, 'z.object');
        if (/^z\.(?:string|number|int|array|enum|literal|record)$/.test(called)) replaceable(node, 'z.any()');
        if (methodOf(node) === 'check' && called.startsWith('z'))
          for (const one of nodes(node.arguments)) removable(one);
        break;
      case 'LogicalExpression':
        if (node.operator === '??' && left && right && (left.type === 'ChainExpression' || methodOf(left) === 'get'))
          replaceable(left, 'undefined');
        break;
      case 'CatchClause': {
        if (!body) break;
        const named = /^catch\s*\((\w+)\)/.exec(textOf(node))?.[1];
        const id = site({ start: node.start, end: body.start }, 'throw');
        if (named === undefined) insertions.push({ at: body.start, text: '(error) ', closes: true, order: 0 });
        const rethrow = ` if (!__on(${id})) throw ${named ?? 'error'};`;
        insertions.push({ at: body.start + 1, text: rethrow, closes: true, order: 0 });
        break;
      }
      case 'Property': {
        const isOption =
          parent?.type === 'ObjectExpression' && /^(?:Call|New)Expression$/.test(grandparent?.type ?? '');
        if (value && typeof value.value === 'boolean' && isOption) replaceable(value, String(!value.value));
        if (key && value?.type === 'Literal' && textOf(key) === 'pattern') replaceable(value, "'[^]*'");
        break;
      }
    }
    for (const child of childNodes(node)) visit(child, node, parent);
  }

  visit(program(file, source));
  return { text: `import { __as, __on } from '${SWITCHES}';${inserted(source, insertions)}`, sites };
}

/** At one place, what closes comes before what opens, and of two pairs the outer one stays outside. */
function inserted(source: string, insertions: readonly Insertion[]): string {
  const inOrder = insertions.toSorted(
    (a, b) => a.at - b.at || Number(b.closes) - Number(a.closes) || (a.closes ? b.order - a.order : a.order - b.order),
  );
  let text = '';
  let from = 0;
  for (const one of inOrder) {
    text += source.slice(from, one.at) + one.text;
    from = one.at;
  }
  return text + source.slice(from);
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
const nodes = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);
const childNodes = (node: Node): Node[] =>
  Object.values(node).flatMap((field) => (isNode(field) ? field : nodes(field)));

/** The fields of a node that are nodes. */
const children = (node: Node): Record<string, Node | undefined> =>
  Object.fromEntries(Object.entries(node).flatMap(([name, field]) => (isNode(field) ? [[name, field]] : [])));

function program(file: string, source: string): Node {
  const parsed: unknown = parseAst(source, { lang: 'ts' }, file);
  if (!isNode(parsed)) throw new Error(`${file}: no syntax tree`);
  return parsed;
}

function methodOf(node: Node): string | undefined {
  const { callee } = children(node);
  const property = callee?.type === 'MemberExpression' ? children(callee).property : undefined;
  return node.type === 'CallExpression' && typeof property?.name === 'string' ? property.name : undefined;
}

/** The body of the arrow function that is a call's only argument, if it is an expression. */
function callbackOf(node: Node): Node | undefined {
  const [callback, ...more] = nodes(node.arguments);
  const body = callback?.type === 'ArrowFunctionExpression' ? children(callback).body : undefined;
  return more.length === 0 && body?.type !== 'BlockStatement' ? body : undefined;
}

const COMPARISONS = ['===', '!==', '==', '!=', '<', '>', '<=', '>=', 'in', 'instanceof'];
const YES_OR_NO =
  /^(?:every|some|has|hasOwn|includes|startsWith|endsWith|test|isArray|isInteger|isSafeInteger|isFinite)$/;

/** By its form: yes or no, and nothing else. */
function isYesOrNo(node: Node): boolean {
  const { left, right } = children(node);
  if (node.type === 'LogicalExpression')
    return node.operator !== '??' && [left, right].some((one) => one && isYesOrNo(one));
  if (node.type === 'UnaryExpression') return node.operator === '!';
  if (node.type === 'BinaryExpression') return COMPARISONS.includes(String(node.operator));
  return YES_OR_NO.test(methodOf(node) ?? '');
}
