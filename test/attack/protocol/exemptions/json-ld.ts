/** Checks of contexts, graphs and their meaning that no attack needs removed. A reason that no longer holds ends `npm run mutants` with 1. */
import { because, type Exemption } from '../../attack.ts';

export const jsonLdExemptions: readonly Exemption[] = [
  ...because('the compiler asks; in an expansion all that is no list or text is an object, and every type is a text', {
    'json-ld/meaning.ts': [
      'isNode(root)',
      'isObject(value)',
      'isObject(value)',
      'isObject(found)',
      "typeof said !== 'string'",
      "typeof found !== 'string'",
    ],
    'proof/proof-meaning.ts': ['isObject(node)', 'isObject(value)', 'Array.isArray(a)'],
  }),
  ...because('the compiler asks; the letters of a URL define names of one character', {
    'json-ld/expansion.ts': ["typeof context !== 'object'"],
  }),
  ...because('the compiler asks; no other value has such a name, or is in the table', {
    'json-ld/expansion.ts': ["typeof entry === 'string'"],
    'json-ld/kept-contexts.ts': ['isObject(document)'],
    'model/keyword.ts': ['isObject(value)'],
    'model/context.ts': ["typeof item !== 'string'"],
    'proof/proof-meaning.ts': ["typeof value === 'string'"],
  }),
  ...because('a document has its type under a protected term, so that its expansion is one node; else it is refused', {
    'json-ld/meaning.ts': ['others.length > 0'],
  }),
  ...because('a credential in a presentation has a type, so that its graph holds one node; else it is refused', {
    'json-ld/meaning.ts': ['others.length > 0'],
  }),
  ...because('says() or keywordFaults() refuses the same', {
    'json-ld/meaning.ts': ['isNode(found)', "'@graph'", 'Object.keys(value).length > 1'],
  }),
  ...because('the count is compared as well; wrong pairs would only add faults', {
    'json-ld/meaning.ts': ['saidIn(json, term).length !== found.length'],
  }),
  ...because('the term is protected in 2.0, so that whatever bears it is found; else it is refused', {
    'json-ld/meaning.ts': ['credential(root) && !ofVersion1(root)'],
  }),
  ...because(
    'readProof lets known members of text pass, of which each becomes one property and each text one value: where all that is said is found, nothing else is. By itself the comparison is exact, as its tests show',
    {
      'proof/proof-meaning.ts': [
        'others.length > 0',
        'names.length === Object.keys(properties).length',
        "typeof text === 'string'",
        'b.includes(text)',
      ],
    },
  ),
  ...because('says better, or where, what is refused anyway', {
    'json-ld/meaning.ts': ['Array.isArray(value)', 'Array.isArray(value)'],
    'json-ld/canonical-form.ts': [
      'isOverspent(spent)',
      'isOverspent(spent)',
      'hashes > LIMITS.hashes || permutations > LIMITS.permutations',
      'hashes > LIMITS.hashes',
      'permutations > LIMITS.permutations',
      'details?.event?.code',
      "detail.startsWith('Maximum deep iterations')",
    ],
    'json-ld/expansion.ts': [
      'document === undefined',
      "typeof value === 'string'",
      "typeof value === 'string'",
      "details?.code === 'context overflow'",
      "typeof details?.term === 'string'",
      "typeof details?.term === 'string'",
      'details?.code',
    ],
    'model/keyword.ts': ['name.length > 20', 'name.length > 20'],
    'protocol/unknown-claims.ts': ['(await probe()).ok'],
  }),
  ...because('the processor refuses the same; here it has its place in the document', {
    'model/context.ts': ['isBaseContext(item)'],
    'model/keyword.ts': ["['id', '@id']", "'id'", "'@id'"],
    'model/language-value.ts': ["value === 'ltr' || value === 'rtl'"],
  }),
  ...because('the processor asks for pinned URLs only; the compiler of templates tests the rest', {
    'contexts.ts': ['document === undefined'],
  }),
  ...because('a cache, and the price of what is in it', {
    'json-ld/expansion.ts': [
      "entries.every((entry) => typeof entry === 'string' && contexts.has(entry))",
      'work.pinned',
    ],
  }),
  ...because('what is not kept, or not found again, is processed again, as jsonld alone does it', {
    'json-ld/kept-contexts.ts': [
      'resolved.get(document)',
      'resolved.set(document, found)',
      'origin && active.previousContext === origin',
      'isInitial(active)',
      "context.mappings.size === 0 && context.previousContext === undefined && !Object.keys(context).some((name) => name.startsWith('@'))",
      'kept.set(key, processed)',
      'Object.keys(before.protected).every((term) => equalJson(before.mappings.get(term) ?? null, after.mappings.get(term) ?? null), )',
      'before.mappings.get(term)',
      'after.mappings.get(term)',
      'origins.set(copied, this)',
      "'@direction' in previousContext",
    ],
  }),
  ...because('quicker: the runtime has the same order where there are no surrogates', {
    'json-ld/canonical-form.ts': ['lines.some((line) => /[\\ud800-\\udfff]/.test(line))'],
  }),
  ...because('quicker: our own contexts add no names to be bounded', {
    'json-ld/expansion.ts': ['ours === undefined'],
  }),
  ...because('an expansion expands to itself', { 'json-ld/canonical-form.ts': ['true'] }),
  ...because('all that the step to RDF would drop was refused: by expansion, losses() or checkMeaning()', {
    'json-ld/canonical-form.ts': ['true'],
  }),
  ...because('quicker: what is all known together is known one by one', {
    'protocol/unknown-claims.ts': ['(await probe(...names)).ok'],
  }),
  ...because('the processor takes no value at all for null', { 'protocol/unknown-claims.ts': ['null'] }),
  ...because('refusing at the first question: no graph is known of which a third order is tried, and that passes', {
    'json-ld/canonical-form.ts': ['spent.permutations > LIMITS.permutations'],
  }),
  ...because(
    'a list has no more items than there may be nodes without an id, which hardly matters beside the statements',
    {
      'json-ld/canonical-form.ts': ['inList', 'inList'],
    },
  ),
  ...because('test/vc/json-ld/spent attacks it with a graph that takes a second, which is too slow for here', {
    'json-ld/canonical-form.ts': ['++spent.hashes > LIMITS.hashes'],
  }),
];
