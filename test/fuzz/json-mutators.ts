/** Edits of JSON as a tree: what a JSON reader, a template and a JSON-LD processor could each take for the same thing. */
import fc from 'fast-check';
import { utf8 } from '../../src/vc/encoding.ts';
import type { Json } from '../../src/vc/json.ts';
import {
  byteEdits,
  type Edit,
  edit,
  HOSTILE,
  type Mutation,
  mutations,
  place,
  type Seed,
  textEdits,
  within,
} from './mutators.ts';

/** JSON whose members have an order and may stand twice; names and leaves are kept as they are spelled. */
export type Tree =
  | { readonly members: readonly Member[] }
  | { readonly items: readonly Tree[] }
  | { readonly raw: string };
type Member = readonly [name: string, value: Tree];

export const leaf = (value: Json): Tree => ({ raw: JSON.stringify(value) });

export function treeOf(value: Json): Tree {
  if (Array.isArray(value)) return { items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return leaf(value);
  return { members: Object.entries(value).map(([name, member]) => [JSON.stringify(name), treeOf(member)]) };
}

/** `gap` stands wherever white space may. */
export function printTree(tree: Tree, gap = ''): string {
  if ('raw' in tree) return tree.raw;
  const [open, close, parts] =
    'items' in tree
      ? ['[', ']', tree.items.map((item) => printTree(item, gap))]
      : ['{', '}', tree.members.map(([name, value]) => `${name}${gap}:${gap}${printTree(value, gap)}`)];
  return parts.length === 0 ? open + gap + close : `${open}${gap}${parts.join(`${gap},${gap}`)}${gap}${close}`;
}

type Path = readonly number[];

function pathsTo(tree: Tree, wanted: (node: Tree) => boolean): Path[] {
  const found: Path[] = [];
  const walk = (node: Tree, path: Path): void => {
    if (wanted(node)) found.push(path);
    childrenOf(node).forEach((child, index) => void walk(child, [...path, index]));
  };
  walk(tree, []);
  return found;
}

const childrenOf = (node: Tree): readonly Tree[] =>
  'items' in node ? node.items : 'members' in node ? node.members.map(([, value]) => value) : [];

const nodeAt = (tree: Tree, path: Path): Tree | undefined =>
  path.reduce<Tree | undefined>((node, index) => node && childrenOf(node)[index], tree);

function replaceAt(tree: Tree, [index, ...rest]: Path, change: (node: Tree) => Tree): Tree {
  if (index === undefined) return change(tree);
  if ('items' in tree)
    return { items: tree.items.map((item, i) => (i === index ? replaceAt(item, rest, change) : item)) };
  if ('members' in tree)
    return {
      members: tree.members.map(([name, value], i) => [name, i === index ? replaceAt(value, rest, change) : value]),
    };
  return tree;
}

type ObjectNode = Extract<Tree, { members: unknown }>;
type ArrayNode = Extract<Tree, { items: unknown }>;
type LeafNode = Extract<Tree, { raw: unknown }>;
const isObjectNode = (node: Tree): node is ObjectNode => 'members' in node;
const isArrayNode = (node: Tree): node is ArrayNode => 'items' in node;
export const isTextNode = (node: Tree): node is LeafNode => 'raw' in node && node.raw.startsWith('"');
const isNumberNode = (node: Tree): node is LeafNode => 'raw' in node && /^-?\d/.test(node.raw);
const isAny = (_: Tree): _ is Tree => true;

/** An edit of one node among those that are `wanted`. */
export const nodeEdit = <Node extends Tree, Choice>(
  how: string,
  wanted: (node: Tree) => node is Node,
  choice: fc.Arbitrary<Choice>,
  change: (node: Node, chosen: Choice, root: Tree) => Tree,
): fc.Arbitrary<Edit<Tree>> =>
  edit(how, fc.tuple(place, choice), (tree: Tree, [at, chosen]) => {
    const paths = pathsTo(tree, wanted);
    const path = paths[within(at, paths.length)];
    return path ? replaceAt(tree, path, (node) => (wanted(node) ? change(node, chosen, tree) : node)) : tree;
  });

/** Other ways to write a name or a type, for a reader or for JSON-LD. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  id: ['@id', 'ID', 'Id', 'identifier', 'iri'],
  type: ['@type', 'Type', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'],
  '@context': ['context', '@Context', '@vocab', '@import'],
  name: ['https://schema.org/name', 'schema:name', 'Name', '@name', 'name@zh', 'title'],
  issuer: ['https://www.w3.org/2018/credentials#issuer', 'cred:issuer', 'iss', 'issuedBy'],
  credentialSubject: ['https://www.w3.org/2018/credentials#credentialSubject', 'subject', 'claims'],
  validUntil: ['https://www.w3.org/2018/credentials#validUntil', 'expirationDate', 'exp', 'validuntil'],
  validFrom: ['https://www.w3.org/2018/credentials#validFrom', 'issuanceDate', 'nbf'],
  credentialStatus: ['https://www.w3.org/2018/credentials#credentialStatus', 'status'],
  points: ['https://w3id.org/xingzheng#points', 'Points', 'score', 'points '],
  proof: ['https://w3id.org/security#proof', 'proofs', 'Proof', 'signature'],
  created: ['http://purl.org/dc/terms/created', 'dcterms:created', 'expires'],
  verificationMethod: ['https://w3id.org/security#verificationMethod', 'kid', 'publicKeyMultibase'],
};
const MORE_NAMES = [
  ...Object.keys(ALIASES),
  ...['constructor', 'prototype', 'toString', 'toJSON', 'length', 'hasOwnProperty', '', ' ', '0', '-0'],
  ...['@graph', '@included', '@value', '@list', '@set', '@reverse', '@nest', '@base', '@language', '@index', '@none'],
  ...['termsOfUse', 'evidence', 'refreshService', 'relatedResource', 'confidenceMethod', 'description', 'nonce'],
  ...['previousProof', 'challenge', 'domain', 'expires', 'image', 'holder', 'crit', 'jwk', 'jku', 'x5c', 'b64', 'alg'],
];
const VALUES: readonly Json[] = [
  ...[null, true, false, 0, 1, -1, 300, 500, '', ' ', 'x', '5', '2099-01-01T00:00:00Z', [], {}, [null], [[]]],
  ...[{ '@value': 'x' }, { '@id': 'did:web:evil.test' }, { id: 'did:web:evil.test' }, { '@context': {} }, ['x', 'x']],
  ...[{ '@vocab': 'https://evil.test/' }, 'did:web:evil.test#key', 'authentication', 'revocation', 'suspension'],
];
const anyValue = fc.constantFrom(...VALUES.map(treeOf));
const anyName = fc.oneof(
  { weight: 7, arbitrary: fc.constantFrom(...MORE_NAMES) },
  { weight: 1, arbitrary: fc.constant('__proto__') },
);

const spelledAgain = (quoted: string, at: number): string => {
  const index = 1 + within(at, Math.max(1, quoted.length - 2));
  const code = quoted.charCodeAt(index);
  if (Number.isNaN(code) || quoted.includes('\\')) return quoted;
  return `${quoted.slice(0, index)}\\u${code.toString(16).padStart(4, '0')}${quoted.slice(index + 1)}`;
};

const movedTo = <T>(list: readonly T[], from: number, to: number): T[] => {
  const rest = list.filter((_, i) => i !== from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
};

const objectEdits: readonly fc.Arbitrary<Edit<Tree>>[] = [
  nodeEdit(
    'duplicate a member',
    isObjectNode,
    fc.tuple(place, place, fc.option(anyValue), fc.boolean()),
    (node, [which, to, other, escaped]) => {
      const member = node.members[within(which, node.members.length)];
      if (!member) return node;
      const [name, value] = member;
      const at = within(to, node.members.length + 1);
      const again: Member = [escaped ? spelledAgain(name, to) : name, other ?? value];
      return { members: [...node.members.slice(0, at), again, ...node.members.slice(at)] };
    },
  ),
  nodeEdit('move a member', isObjectNode, fc.tuple(place, place), (node, [from, to]) => ({
    members: movedTo(node.members, within(from, node.members.length), within(to, node.members.length)),
  })),
  nodeEdit('reverse the members', isObjectNode, fc.constant(null), (node) => ({
    members: [...node.members].reverse(),
  })),
  nodeEdit('add a member', isObjectNode, fc.tuple(anyName, anyValue, place), (node, [name, value, to]) => {
    const at = within(to, node.members.length + 1);
    return { members: [...node.members.slice(0, at), [JSON.stringify(name), value], ...node.members.slice(at)] };
  }),
  nodeEdit('remove a member', isObjectNode, place, (node, which) => ({
    members: node.members.filter((_, i) => i !== within(which, node.members.length)),
  })),
  nodeEdit(
    'rename a member',
    isObjectNode,
    fc.tuple(place, place, fc.option(anyName)),
    (node, [which, other, any]) => ({
      members: node.members.map(([name, value], i) => {
        if (i !== within(which, node.members.length)) return [name, value];
        const aliases = Object.hasOwn(ALIASES, name.slice(1, -1)) ? (ALIASES[name.slice(1, -1)] ?? []) : [];
        return [JSON.stringify(any ?? aliases[within(other, aliases.length)] ?? `${name.slice(1, -1)} `), value];
      }),
    }),
  ),
  nodeEdit('spell a name with an escape', isObjectNode, fc.tuple(place, place), (node, [which, at]) => ({
    members: node.members.map(([name, value], i) => [
      i === within(which, node.members.length) ? spelledAgain(name, at) : name,
      value,
    ]),
  })),
  nodeEdit('swap the values of two members', isObjectNode, fc.tuple(place, place), (node, [one, two]) => {
    const [a, b] = [within(one, node.members.length), within(two, node.members.length)];
    return {
      members: node.members.map(([name, value], i) => [
        name,
        node.members[i === a ? b : i === b ? a : i]?.[1] ?? value,
      ]),
    };
  }),
];

const arrayEdits: readonly fc.Arbitrary<Edit<Tree>>[] = [
  nodeEdit('move an item', isArrayNode, fc.tuple(place, place), (node, [from, to]) => ({
    items: movedTo(node.items, within(from, node.items.length), within(to, node.items.length)),
  })),
  nodeEdit('duplicate an item', isArrayNode, place, (node, which) => ({
    items: node.items.flatMap((item, i) => (i === within(which, node.items.length) ? [item, item] : [item])),
  })),
  nodeEdit('remove an item', isArrayNode, place, (node, which) => ({
    items: node.items.filter((_, i) => i !== within(which, node.items.length)),
  })),
  nodeEdit('add an item', isArrayNode, fc.tuple(anyValue, fc.boolean()), (node, [value, first]) => ({
    items: first ? [value, ...node.items] : [...node.items, value],
  })),
  nodeEdit('an array of one as its item', isArrayNode, fc.constant(null), (node) => node.items[0] ?? node),
];

const wrapped = (name: string, value: Tree): Tree => ({ members: [[JSON.stringify(name), value]] });

const typeEdits: readonly fc.Arbitrary<Edit<Tree>>[] = [
  nodeEdit('in an array of one', isAny, fc.constant(null), (node) => ({ items: [node] })),
  nodeEdit('twice in an array', isAny, fc.constant(null), (node) => ({ items: [node, node] })),
  nodeEdit(
    'in an object',
    isAny,
    fc.constantFrom('@value', '@id', '@list', '@set', 'id', '@graph', '@included', 'value'),
    (node, name) => wrapped(name, node),
  ),
  nodeEdit(
    'nested deep',
    isAny,
    fc.tuple(fc.integer({ min: 2, max: 5_000 }), fc.boolean()),
    (node, [depth, arrays]) => {
      const [open, close] = arrays ? ['[', ']'] : ['{"a":', '}'];
      return { raw: open.repeat(depth) + printTree(node) + close.repeat(depth) };
    },
  ),
  nodeEdit('another value', isAny, anyValue, (_, value) => value),
  nodeEdit('as its own text', isAny, fc.constant(null), (node) => leaf(printTree(node))),
  nodeEdit('another part of the same document', isAny, place, (_, at, root) => {
    const paths = pathsTo(root, isAny);
    return nodeAt(root, paths[within(at, paths.length)] ?? []) ?? root;
  }),
];

const DATE = /^"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z"$/;
const DATE_FORMS = [
  '$1T$2.000Z',
  '$1T$2+00:00',
  '$1T$2-00:00',
  '$1t$2z',
  '$1 $2Z',
  '$1',
  '+00$1T$2Z',
  '9999-12-31T$2Z',
];

/** The text inside a string leaf, or the leaf's own spelling where that is broken already. */
export const textIn = ({ raw }: LeafNode): string => {
  try {
    return String(JSON.parse(raw));
  } catch {
    return raw;
  }
};

const leafEdits: readonly fc.Arbitrary<Edit<Tree>>[] = [
  nodeEdit('in a text', isTextNode, textEdits, (node, { apply }) => leaf(apply(textIn(node)))),
  nodeEdit('raw in a text', isTextNode, fc.tuple(place, fc.constantFrom(...HOSTILE)), ({ raw }, [chosen, what]) => {
    const at = 1 + within(chosen, raw.length - 1);
    return { raw: raw.slice(0, at) + what + raw.slice(at) };
  }),
  nodeEdit('spell a text with an escape', isTextNode, place, ({ raw }, at) => ({ raw: spelledAgain(raw, at) })),
  nodeEdit('spell "/" with an escape', isTextNode, fc.constant(null), ({ raw }) => ({ raw: raw.replace('/', '\\/') })),
  nodeEdit('a text of digits as a number', isTextNode, fc.constant(null), (node) =>
    /^"\d+"$/.test(node.raw) ? { raw: node.raw.slice(1, -1) } : node,
  ),
  nodeEdit('a date in another form', isTextNode, fc.constantFrom(...DATE_FORMS), ({ raw }, form) => ({
    raw: raw.replace(DATE, `"${form}"`),
  })),
  nodeEdit(
    'a number in another spelling',
    isNumberNode,
    fc.constantFrom(
      ...['.0', 'e0', 'E+0', 'e-0', '.00000000000000000000', '0', '.', 'n', 'e', 'e1', '.00000000000000000001', '_0'],
    ),
    ({ raw }, more) => ({ raw: raw + more }),
  ),
  nodeEdit(
    'a number with something before it',
    isNumberNode,
    fc.constantFrom('-', '+', '0', '00', '0x', '1'),
    ({ raw }, more) => ({
      raw: more + raw,
    }),
  ),
  nodeEdit('a number by its exponent', isNumberNode, fc.integer({ min: 1, max: 30 }), (node, digits) => ({
    raw: /^\d+$/.test(node.raw) ? `${node.raw}${'0'.repeat(digits)}e-${digits}` : node.raw,
  })),
  nodeEdit('a number as a text', isNumberNode, fc.constant(null), ({ raw }) => leaf(raw)),
  nodeEdit('a long number', isNumberNode, fc.integer({ min: 1, max: 60_000 }), ({ raw }, zeros) => ({
    raw: `${raw}.${'0'.repeat(zeros)}`,
  })),
  nodeEdit('another number', isNumberNode, fc.oneof(fc.integer(), fc.double(), fc.maxSafeInteger()), (_, value) => ({
    raw: String(value),
  })),
];

export const treeEdits: fc.Arbitrary<Edit<Tree>> = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(...objectEdits) },
  { weight: 2, arbitrary: fc.oneof(...arrayEdits) },
  { weight: 2, arbitrary: fc.oneof(...typeEdits) },
  { weight: 4, arbitrary: fc.oneof(...leafEdits) },
);

/** Takes a part of another document to the place where it stood there. */
const transplant = (others: readonly Tree[]): fc.Arbitrary<Edit<Tree>> =>
  edit('a part of another document', fc.tuple(fc.constantFrom(...others), place), (tree: Tree, [other, at]) => {
    const paths = pathsTo(other, isAny);
    const path = paths[within(at, paths.length)] ?? [];
    const part = nodeAt(other, path);
    return part ? replaceAt(tree, path, () => part) : tree;
  });

const GAPS = ['', ' ', '\n', '\r\n\t', '  ', '\u00a0', '\ufeff', '\v', '/**/', '\u2028', ' '.repeat(500)];

type Printed = { tree: Tree; gap: string; edits: readonly Edit<string>[] };

/** JSON documents after `edits` of the tree, and edits of the text and of the bytes. */
export function jsonMutations(
  seeds: readonly Seed<Json>[],
  edits: fc.Arbitrary<Edit<Tree>> = treeEdits,
): fc.Arbitrary<Mutation> {
  const trees = seeds.map(
    ({ name, value }): Seed<Printed> => ({ name, value: { tree: treeOf(value), gap: '', edits: [] } }),
  );
  const texts = seeds.map(({ name, value }) => ({ name, value: JSON.stringify(value) }));
  const onTree = fc
    .oneof({ weight: 9, arbitrary: edits }, { weight: 2, arbitrary: transplant(trees.map(({ value }) => value.tree)) })
    .map(({ how, apply }): Edit<Printed> => ({ how, apply: ({ tree, ...rest }) => ({ ...rest, tree: apply(tree) }) }));
  const onPrint = fc.oneof(
    edit('white space', fc.constantFrom(...GAPS), (printed: Printed, gap) => ({ ...printed, gap })),
    textEdits.map(
      (last): Edit<Printed> => ({
        how: last.how,
        apply: (printed) => ({ ...printed, edits: [...printed.edits, last] }),
      }),
    ),
  );
  const print = ({ tree, gap, edits }: Printed): string =>
    edits.reduce((text, { apply }) => apply(text), printTree(tree, gap));
  return fc.oneof(
    {
      weight: 7,
      arbitrary: mutations(trees, fc.oneof({ weight: 7, arbitrary: onTree }, { weight: 1, arbitrary: onPrint }), print),
    },
    { weight: 2, arbitrary: mutations(texts, textEdits, (text) => text) },
    {
      weight: 1,
      arbitrary: mutations(
        texts.map(({ name, value }) => ({ name, value: utf8(value) })),
        byteEdits,
        (bytes) => bytes,
      ),
    },
  );
}
