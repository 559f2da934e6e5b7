/** Edits that know JSON-LD: contexts added and changed, members under other names of one meaning, and nodes taken apart; most leave the graph as it was. */
import fc from 'fast-check';
import type { Json } from '../../src/vc/json.ts';
import { nodeEdit, type Tree, treeEdits, treeOf } from './json-mutators.ts';
import { type Edit, edit, place, within } from './mutators.ts';

const CRED = 'https://www.w3.org/2018/credentials#';
const STATUS = 'https://www.w3.org/ns/credentials/status#';
const SECURITY = 'https://w3id.org/security#';
const XSD = 'http://www.w3.org/2001/XMLSchema#';

const link = (iri: string): Json => ({ '@id': iri, '@type': '@id' });
const date = (iri: string): Json => ({ '@id': iri, '@type': `${XSD}dateTime` });

/** Term → what another term must be defined as to mean the same. */
const DEFINITIONS: Readonly<Record<string, Json>> = {
  id: '@id',
  type: '@type',
  issuer: link(`${CRED}issuer`),
  holder: link(`${CRED}holder`),
  validFrom: date(`${CRED}validFrom`),
  validUntil: date(`${CRED}validUntil`),
  issuanceDate: date(`${CRED}issuanceDate`),
  expirationDate: date(`${CRED}expirationDate`),
  credentialSubject: link(`${CRED}credentialSubject`),
  credentialStatus: link(`${CRED}credentialStatus`),
  credentialSchema: link(`${CRED}credentialSchema`),
  relatedResource: link(`${CRED}relatedResource`),
  termsOfUse: link(`${CRED}termsOfUse`),
  evidence: link(`${CRED}evidence`),
  verifiableCredential: { ...Object(link(`${CRED}verifiableCredential`)), '@container': '@graph' },
  proof: { ...Object(link(`${SECURITY}proof`)), '@container': '@graph' },
  created: date('http://purl.org/dc/terms/created'),
  expires: date(`${SECURITY}expiration`),
  proofPurpose: { '@id': `${SECURITY}proofPurpose`, '@type': '@vocab' },
  verificationMethod: link(`${SECURITY}verificationMethod`),
  challenge: `${SECURITY}challenge`,
  domain: `${SECURITY}domain`,
  nonce: `${SECURITY}nonce`,
  statusPurpose: `${STATUS}statusPurpose`,
  statusListIndex: `${STATUS}statusListIndex`,
  statusListCredential: link(`${STATUS}statusListCredential`),
  encodedList: { '@id': `${STATUS}encodedList`, '@type': `${SECURITY}multibase` },
  digestMultibase: { '@id': `${SECURITY}digestMultibase`, '@type': `${SECURITY}multibase` },
  name: 'https://schema.org/name',
  description: 'https://schema.org/description',
  alumniOf: 'https://www.w3.org/ns/credentials/examples#alumniOf',
  degree: 'https://www.w3.org/ns/credentials/examples#degree',
  points: 'https://vocabulary.test/points',
};
const TERMS = Object.keys(DEFINITIONS);
const OTHER_NAMES = ['note', 'points', 'x', 'validUntil2', 'printed', 'kind', 'Note', 'ttl', 'nonce', 'description'];

const CONTEXTS: readonly Json[] = [
  ...['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/2018/credentials/v1', 'https://evil.test/v1', ''],
  ...['https://www.w3.org/ns/credentials/examples/v2', 'https://w3id.org/security/data-integrity/v2'],
  ...['https://w3id.org/security/suites/ed25519-2020/v1', 'https://www.w3.org/ns/did/v1'],
  ...[null, {}, [], { '@vocab': 'https://evil.test/' }, { '@vocab': CRED }, { '@base': 'https://issuer.test/' }],
  ...[{ '@language': 'en' }, { '@direction': 'rtl' }, { '@version': 1.1 }, { '@propagate': false }, { '@vocab': '' }],
  ...[{ '@protected': true, name: 'urn:taken' }, { '@import': 'https://www.w3.org/ns/credentials/v2' }],
  ...[{ aside: '@included' }, { hidden: '@nest' }, { whole: '@graph' }, { all: '@set' }, { of: { '@reverse': CRED } }],
  ...[{ school: { '@id': 'did:', '@prefix': true } }, { did: 'https://evil.test/' }, { urn: 'https://evil.test/' }],
  ...[{ Ace: { '@id': 'urn:ace', '@context': null } }, { Ace: { '@id': 'urn:ace', '@context': { id: null } } }],
  ...[{ name: null }, { name: { '@id': 'https://schema.org/name', '@container': '@language' } }],
  ...[{ name: 'https://schema.org/description', description: 'https://schema.org/name' }],
  ...[{ alumniOf: { '@id': 'urn:a', '@type': '@json' } }, { points: { '@id': 'urn:p', '@type': `${XSD}double` } }],
];

type ObjectNode = Extract<Tree, { members: unknown }>;
const isObjectNode = (node: Tree): node is ObjectNode => 'members' in node;
const nameOf = (name: string): string => JSON.stringify(name);

/** Puts a context behind, before or in place of those of the object at the top. */
function withContext(tree: Tree, context: Tree, where: number): Tree {
  if (!isObjectNode(tree)) return tree;
  return {
    members: tree.members.map(([name, value]) => {
      if (name !== '"@context"') return [name, value];
      const all = 'items' in value ? value.items : [value];
      const at = where % (all.length + 1);
      return [name, { items: [...all.slice(0, at), context, ...all.slice(at)] }];
    }),
  };
}

const behind = (tree: Tree, context: Json): Tree =>
  isObjectNode(tree)
    ? {
        members: tree.members.map(([name, value]) =>
          name === '"@context"'
            ? [name, { items: ['items' in value ? value.items : [value], treeOf(context)].flat() }]
            : [name, value],
        ),
      }
    : tree;

/** Everywhere in the document, at the top only, or in proofs only: contexts are left alone. */
function renamed(tree: Tree, from: string, to: string): Tree {
  if ('items' in tree) return { items: tree.items.map((item) => renamed(item, from, to)) };
  if (!isObjectNode(tree)) return tree;
  return {
    members: tree.members.map(([name, value]) =>
      name === '"@context"' ? [name, value] : [name === from ? to : name, renamed(value, from, to)],
    ),
  };
}

/** Takes a member out of the object at the top. */
function takeOut({ members }: ObjectNode, chosen: number): { rest: ObjectNode; taken: ObjectNode['members'] } {
  const movable = members.filter(([name]) => !['"@context"', '"id"', '"proof"'].includes(name));
  const taken = movable[within(chosen, movable.length)];
  return { rest: { members: members.filter((member) => member !== taken) }, taken: taken ? [taken] : [] };
}

const idAndType = ({ members }: ObjectNode): ObjectNode['members'] =>
  members.filter(([name]) => name === '"id"' || name === '"type"');

const term = fc.constantFrom(...TERMS);
const otherName = fc.constantFrom(...OTHER_NAMES);

const jsonLdOnly: fc.Arbitrary<Edit<Tree>> = fc.oneof(
  edit('a context more', fc.tuple(fc.constantFrom(...CONTEXTS), fc.nat({ max: 4 })), (tree: Tree, [context, where]) =>
    withContext(tree, treeOf(context), where),
  ),
  nodeEdit('a context inside', isObjectNode, fc.constantFrom(...CONTEXTS), (node, context) => ({
    members: [[nameOf('@context'), treeOf(context)], ...node.members],
  })),
  edit('a term under another name of the same meaning', fc.tuple(term, otherName), (tree: Tree, [from, to]) =>
    behind(renamed(tree, nameOf(from), nameOf(to)), { [to]: DEFINITIONS[from] ?? null }),
  ),
  edit('a term under its IRI', term, (tree: Tree, from) => {
    const definition = DEFINITIONS[from];
    const iri = typeof definition === 'string' ? definition : (Object(definition)['@id'] ?? from);
    return renamed(tree, nameOf(from), nameOf(String(iri)));
  }),
  edit('two terms exchanged', fc.tuple(term, term), (tree: Tree, [one, two]) => {
    const between = renamed(renamed(tree, nameOf(one), '"-"'), nameOf(two), nameOf(one));
    const context = { [one]: DEFINITIONS[two] ?? null, [two]: DEFINITIONS[one] ?? null };
    return behind(renamed(between, '"-"', nameOf(two)), context);
  }),
  edit(
    'a member aside',
    fc.tuple(place, fc.constantFrom('@included', '@graph', '@nest')),
    (tree: Tree, [at, keyword]) => {
      if (!isObjectNode(tree)) return tree;
      const { rest, taken } = takeOut(tree, at);
      const aside: Tree = { members: [...(keyword === '@nest' ? [] : idAndType(tree)), ...taken] };
      return behind({ members: [...rest.members, ['"aside"', aside]] }, { aside: keyword });
    },
  ),
  edit('a member in another object of the same id', fc.tuple(place, term), (tree: Tree, [at, claim]) => {
    if (!isObjectNode(tree)) return tree;
    const { rest, taken } = takeOut(tree, at);
    const other: Tree = { members: [...idAndType(tree), ...taken] };
    return nowIn(rest, nameOf(claim), other);
  }),
  nodeEdit(
    'a text as a value object',
    (node): node is Extract<Tree, { raw: string }> => 'raw' in node,
    fc.constantFrom('@value', '@id'),
    (node, keyword) => ({
      members: [[nameOf(keyword), node]],
    }),
  ),
  nodeEdit('another id', isObjectNode, fc.constantFrom('_:b0', 'urn:x', 'did:web:evil.test', '#x', ''), (node, id) => ({
    members: [...node.members.filter(([name]) => name !== '"id"'), ['"id"', treeOf(id)]],
  })),
);

/** Beside the first value of the first such member below the top. */
function nowIn(tree: ObjectNode, claim: string, other: Tree): Tree {
  return {
    members: tree.members.map(([name, value]) =>
      name === '"credentialSubject"' && isObjectNode(value)
        ? [name, { members: [...value.members.filter(([own]) => own !== claim), [claim, other]] }]
        : [name, value],
    ),
  };
}

/** Edits of JSON, and those that know JSON-LD. */
export const jsonLdEdits: fc.Arbitrary<Edit<Tree>> = fc.oneof(
  { weight: 2, arbitrary: treeEdits },
  { weight: 1, arbitrary: jsonLdOnly },
);
