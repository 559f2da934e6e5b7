/** Whether the graph that is signed says what the JSON says that people and checks read: contexts are not signed, and one graph can be written as many a JSON. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import type { Expanded } from './expansion.ts';
import { tracelessFaults } from './traceless.ts';

/**
 * `document` is a validated credential or presentation without its proof, `expanded` its expansion. Empty when every
 * object that a verifier reads is one node of the graph, with the same id, types and checked properties, and no other part
 * of the document adds to what is read there. The credentials in a presentation are compared by id and number of types
 * only: each is checked as a document of its own.
 */
export function checkMeaning(document: JsonObject, expanded: Expanded): Fault[] {
  const [root, ...others] = expanded;
  if (!isNode(root) || others.length > 0) return [ambiguous('expected one node at the top of the document')];
  const places = placesIn({ json: document, node: root, at: '', kind: DOCUMENT });
  return [
    ...tracelessFaults(document),
    ...keywordFaults(root),
    ...places.flatMap(identityFaults),
    ...places.flatMap(typeFaults),
    ...places.flatMap(propertyFaults),
    ...splitFaults(root, places),
  ].slice(0, MAX_FAULTS);
}

const MAX_FAULTS = 16;

const ambiguous = (detail: string, at?: string): Fault => fault('ambiguous', detail, at);

const CREDENTIALS = 'https://www.w3.org/2018/credentials#';
const SECURITY = 'https://w3id.org/security#';
const STATUS = 'https://www.w3.org/ns/credentials/status#';

/** What is read in an object of one kind. */
type Kind = {
  readonly properties: readonly Property[];
  /** Term → IRI; 'names' where unknown types are judged by their name. */
  readonly types: ReadonlyMap<string, string> | 'names';
};
type Property = {
  readonly term: string;
  readonly iri: string;
  readonly inside: Kind;
  /** Whether the term is read as this property in that object, so that it may be no other in the graph. */
  readonly read: (object: JsonObject) => boolean;
};

const named = (namespace: string, names: readonly string[]): [string, string][] =>
  names.map((name) => [name, `${namespace}${name}`]);

const types = (namespace: string, names: readonly string[]): ReadonlyMap<string, string> =>
  new Map(named(namespace, names));

const UNREAD: Kind = { properties: [], types: new Map() };

const properties = (namespace: string, names: readonly string[], read: Property['read'], inside = UNREAD): Property[] =>
  named(namespace, names).map(([term, iri]) => ({ term, iri, inside, read }));

const always = (): boolean => true;
const never = (): boolean => false;
const ofType =
  (type: string): Property['read'] =>
  (object) =>
    listed(object.type).includes(type);

const STATUS_MESSAGE: Kind = { properties: properties(STATUS, ['status', 'message'], always), types: new Map() };

const entry = ofType('BitstringStatusListEntry');
/** Bitstring Status List 1.0 §2.1, and the purpose of its forerunner, which tells whether an unknown type may be passed over. */
const STATUS_ENTRY: Kind = {
  properties: [
    ...properties(STATUS, ['statusPurpose', 'statusListIndex', 'statusListCredential'], entry),
    ...properties(STATUS, ['statusSize', 'statusReference'], entry),
    ...properties(STATUS, ['statusMessage'], entry, STATUS_MESSAGE),
    ...properties('https://w3id.org/vc/status-list#', ['statusPurpose'], never),
  ],
  types: 'names',
};

/** A subject; only that of a status list is read (Bitstring Status List 1.0 §2.2). */
const SUBJECT: Kind = {
  properties: properties(STATUS, ['encodedList', 'statusPurpose', 'ttl'], ofType('BitstringStatusList')),
  types: types(STATUS, ['BitstringStatusList']),
};

/** VC Data Model 2.0 §5.3. */
const RESOURCE: Kind = {
  properties: [...properties(CREDENTIALS, ['digestSRI'], always), ...properties(SECURITY, ['digestMultibase'], always)],
  types: new Map(),
};

const SCHEMA: Kind = { properties: [], types: types(CREDENTIALS, ['JsonSchema']) };

const credential = ofType('VerifiableCredential');
const presentation = ofType('VerifiablePresentation');
const ofVersion1 = (root: JsonObject): boolean =>
  listed(root['@context'])[0] === 'https://www.w3.org/2018/credentials/v1';
const credential1: Property['read'] = (root) => credential(root) && ofVersion1(root);
const credential2: Property['read'] = (root) => credential(root) && !ofVersion1(root);

/** A credential or presentation: VC Data Model 2.0 §4 and §5, 1.1 §4 and §5. */
const DOCUMENT: Kind = {
  properties: [
    ...properties(CREDENTIALS, ['issuer', 'validFrom', 'validUntil'], credential),
    ...properties(CREDENTIALS, ['issuanceDate', 'expirationDate'], credential1),
    ...properties(CREDENTIALS, ['credentialSubject'], credential, SUBJECT),
    ...properties(CREDENTIALS, ['credentialStatus'], credential, STATUS_ENTRY),
    ...properties(CREDENTIALS, ['credentialSchema'], credential, SCHEMA),
    ...properties(CREDENTIALS, ['relatedResource'], credential2, RESOURCE),
    ...properties(CREDENTIALS, ['termsOfUse', 'refreshService', 'evidence'], credential),
    ...properties(CREDENTIALS, ['holder', 'verifiableCredential'], presentation),
    ...properties(SECURITY, ['proof'], always),
  ],
  types: new Map([
    ...types(CREDENTIALS, ['VerifiableCredential', 'VerifiablePresentation', 'EnvelopedVerifiableCredential']),
    ...types(STATUS, ['BitstringStatusListCredential']),
  ]),
};

/** An object that a verifier reads, and the node that it should be. `at` is its JSON pointer. */
type Place = { readonly json: JsonObject; readonly node: JsonObject; readonly at: string; readonly kind: Kind };

function placesIn(place: Place): Place[] {
  const inner = place.kind.properties.flatMap((property) =>
    pairs(place, property).flatMap(({ said, found, at }) =>
      isObject(said) && isNode(found) ? placesIn({ json: said, node: found, at, kind: property.inside }) : [],
    ),
  );
  return [place, ...inner];
}

/** Each value of the term with the value of the property at its position; none where their numbers differ. */
function pairs({ json, node, at }: Place, { term, iri }: Property): { said: Json; found: Json; at: string }[] {
  const value = json[term];
  const found = valuesOf(node, iri);
  if (saidIn(json, term).length !== found.length) return [];
  return saidIn(json, term).map((said, index) => ({
    said,
    found: found[index] ?? null,
    at: Array.isArray(value) ? `${at}/${term}/${index}` : `${at}/${term}`,
  }));
}

const listed = (value: Json | undefined): Json[] => (value === undefined ? [] : [value].flat());

/** JSON-LD drops null. */
const saidIn = (json: JsonObject, term: string): Json[] => listed(json[term]).filter((value) => value !== null);

/** A graph of one node, the container of proofs and of a presentation's credentials, counts as that node. */
const valuesOf = (node: JsonObject, iri: string): Json[] =>
  listed(node[iri]).map((value) => {
    if (!isObject(value) || Object.keys(value).length > 1) return value;
    const [inner, ...others] = listed(value['@graph']);
    return inner === undefined || others.length > 0 ? value : inner;
  });

/** Expansion leaves no `@set`. */
const isNode = (value: Json | undefined): value is JsonObject =>
  isObject(value) && !['@value', '@list', '@graph'].some((keyword) => keyword in value);

function identityFaults({ json, node, at }: Place): Fault[] {
  return json.id === node['@id'] ? [] : [ambiguous('the graph has another id here than the JSON', `${at}/id`)];
}

function typeFaults({ json, node, at, kind }: Place): Fault[] {
  const said = saidIn(json, 'type');
  const found = listed(node['@type']);
  const same = said.length === found.length && said.every((type, index) => isNamed(kind, type, found[index] ?? null));
  return same ? [] : [ambiguous('the graph has other types here than the JSON', `${at}/type`)];
}

/** A type that is read goes by its own term and no other, and the term is no other type. */
function isNamed({ types: read }: Kind, said: Json, found: Json): boolean {
  if (typeof said !== 'string' || typeof found !== 'string') return false;
  if (read === 'names') return found === said || ['#', '/', ':'].some((mark) => found.endsWith(`${mark}${said}`));
  return read.has(said) ? read.get(said) === found : ![...read.values()].includes(found);
}

function propertyFaults(place: Place): Fault[] {
  return place.kind.properties.flatMap((property) => {
    const { term, iri, read } = property;
    const said = saidIn(place.json, term).length;
    const found = valuesOf(place.node, iri).length;
    if (found === 0 && !read(place.json)) return [];
    if (said !== found) {
      const detail = `expected as many values of ${term} in the JSON as in the graph, found ${said} and ${found}`;
      return [ambiguous(detail, `${place.at}/${term}`)];
    }
    return pairs(place, property)
      .filter((pair) => !says(pair.said, pair.found))
      .map(({ at }) => ambiguous(`the graph has another ${term} than the JSON`, at));
  });
}

/** Objects are compared as places of their own. */
function says(said: Json, found: Json): boolean {
  if (isObject(said)) return isNode(found);
  if (!isObject(found)) return false;
  return ('@id' in found ? found['@id'] : found['@value']) === said;
}

/** All objects with one id are one node of the graph: what any of them says of it must stand in each that is read. */
function splitFaults(root: JsonObject, places: readonly Place[]): Fault[] {
  const graph = new Map<Json | undefined, Values>();
  for (const node of nodesIn(root)) {
    const id = node['@id'];
    if (id !== undefined) graph.set(id, gathered(node, graph.get(id)));
  }
  return places.flatMap(({ node, at, kind }) => {
    const all = graph.get(node['@id']);
    const own = gathered(node);
    const isHidden = (name: string, isRead: (key: unknown) => boolean): boolean => {
      for (const key of all?.get(name) ?? []) if (isRead(key) && !own.get(name)?.has(key)) return true;
      return false;
    };
    const split =
      kind.properties.some(({ iri }) => isHidden(iri, always)) || isHidden('@type', (type) => isReadType(kind, type));
    return split ? [ambiguous('another object of the same id adds to what is read here', at)] : [];
  });
}

/** Property → its values, nodes by id; a node without one is the same as no other. */
type Values = Map<string, Set<unknown>>;

function gathered(node: JsonObject, into: Values = new Map()): Values {
  for (const [name, values] of Object.entries(node)) {
    const keys = into.get(name) ?? new Set();
    for (const value of listed(values)) keys.add(keyOf(value));
    into.set(name, keys);
  }
  return into;
}

function keyOf(value: Json): unknown {
  if (isNode(value)) return typeof value['@id'] === 'string' ? `<${value['@id']}>` : value;
  return isObject(value) ? JSON.stringify(value) : value;
}

const isReadType = ({ types: read }: Kind, type: unknown): boolean =>
  read === 'names' || [...read.values()].some((iri) => iri === type);

/** Every node object of the default graph. */
function* nodesIn(value: Json): Generator<JsonObject> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesIn(item);
  } else if (isObject(value) && !('@value' in value)) {
    if (isNode(value)) yield value;
    for (const [name, member] of Object.entries(value)) if (name !== '@graph') yield* nodesIn(member);
  }
}

/**
 * Keywords under whatever alias: `@included` and `@reverse` put nodes where nobody looks. Any other that has no place there, and
 * the label of a blank node, is shown and not signed: the processor keeps it with whatever it holds, and the step to RDF drops it.
 */
function keywordFaults(value: Json, property = ''): Fault[] {
  if (Array.isArray(value)) return value.flatMap((item) => keywordFaults(item, property));
  if (typeof value === 'string') return labelFaults(value);
  if (!isObject(value)) return [];
  const { '@value': literal, ...members } = value;
  const isContainer = GRAPHS.has(property) && Object.keys(value).length === 1;
  const read = '@value' in value ? LITERAL_KEYWORDS : NODE_KEYWORDS;
  const refused = Object.keys(value).filter(
    (name) => name.startsWith('@') && !read.has(name) && !(name === '@graph' && isContainer),
  );
  return [
    ...refused.map((keyword) => ambiguous(`${keyword} is not read here, under this or another name`)),
    ...Object.entries(members).flatMap(([name, member]) => [...labelFaults(name), ...keywordFaults(member, name)]),
  ];
}

const LITERAL_KEYWORDS: ReadonlySet<string> = new Set(['@value', '@type', '@language', '@direction']);
const NODE_KEYWORDS: ReadonlySet<string> = new Set(['@id', '@type', '@list']);
/** The properties that the base contexts make containers of graphs. */
const GRAPHS: ReadonlySet<string> = new Set([`${SECURITY}proof`, `${CREDENTIALS}verifiableCredential`]);

/** Of all texts in an expansion but literals, for which no other begins so: ids, types and properties. */
const labelFaults = (text: string): Fault[] =>
  text.startsWith('_:') ? [ambiguous('the label of a blank node is shown and not signed')] : [];
