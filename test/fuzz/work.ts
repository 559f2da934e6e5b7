/** Work in steps and bytes, which are the same on every machine, where time is not. */
import jsonld from 'jsonld';
import { nodePrimitives } from '../../src/node-primitives.ts';
import type { Primitives } from '../../src/vc/primitives.ts';
import type { Trust } from '../../src/vc/trust/bundle.ts';

export type Work = {
  hashes: number;
  hashedBytes: number;
  verifications: number;
  verifiedBytes: number;
  unpackings: number;
  /** What unpacking may make at most. */
  unpackedBytes: number;
  /** Characters that a reader has looked at one by one. */
  characters: number;
  /** Texts that were given to the runtime's own reader, all together. */
  parsedCharacters: number;
  /** Looks into a template. */
  templateSteps: number;
  /** Runs of the JSON-LD processor, and the contexts that it asked for by URL. */
  expansions: number;
  contextLoads: number;
  /** Canonical forms, and their statements. */
  canonicalForms: number;
  quads: number;
};

export type Counter = {
  /** To verify with. */
  readonly primitives: Primitives;
  /** Whoever reads the templates of this trust is counted. */
  watched(trust: Trust): Trust;
  /** What `run` costs; one at a time. */
  workOf(run: () => Promise<unknown>): Promise<Work>;
};

export function makeCounter(): Counter {
  let work = noWork();
  const counted = <T extends object>(value: T): T =>
    new Proxy(value, {
      get: (target, name, receiver) => {
        work.templateSteps++;
        const member: unknown = Reflect.get(target, name, receiver);
        return typeof member === 'object' && member !== null ? counted(member) : member;
      },
    });
  return {
    primitives: {
      sha256: (data) => {
        work.hashes++;
        work.hashedBytes += data.length;
        return nodePrimitives.sha256(data);
      },
      verifyEd25519: (publicKey, signature, data) => {
        work.verifications++;
        work.verifiedBytes += data.length;
        return nodePrimitives.verifyEd25519(publicKey, signature, data);
      },
      gunzip: (data, maxBytes) => {
        work.unpackings++;
        work.unpackedBytes += maxBytes;
        return nodePrimitives.gunzip(data, maxBytes);
      },
    },
    watched: (trust) => ({
      ...trust,
      templates: new Map([...trust.templates].map(([number, template]) => [number, counted(template)])),
    }),
    workOf: async (run) => {
      work = noWork();
      const { charCodeAt } = String.prototype;
      const { parse } = JSON;
      const { expand, canonize } = jsonld;
      const { subtle } = crypto;
      const { verify } = subtle;
      String.prototype.charCodeAt = function (this: string, index: number) {
        work.characters++;
        return charCodeAt.call(this, index);
      };
      JSON.parse = (text, reviver) => {
        work.parsedCharacters += text.length;
        return parse(text, reviver);
      };
      jsonld.expand = (document, options) => {
        work.expansions++;
        const documentLoader: typeof options.documentLoader = (url) => {
          work.contextLoads++;
          return options.documentLoader(url);
        };
        return expand(document, { ...options, documentLoader });
      };
      jsonld.canonize = async (expanded, options) => {
        work.canonicalForms++;
        const form = await canonize(expanded, options);
        work.quads += form.split('\n').length - 1;
        return form;
      };
      subtle.verify = (...given: Parameters<typeof verify>) => {
        work.verifications++;
        work.verifiedBytes += given[3].byteLength;
        return verify.apply(subtle, given);
      };
      try {
        await run();
      } finally {
        String.prototype.charCodeAt = charCodeAt;
        JSON.parse = parse;
        Object.assign(jsonld, { expand, canonize });
        subtle.verify = verify;
      }
      return work;
    },
  };
}

const noWork = (): Work => ({
  hashes: 0,
  hashedBytes: 0,
  verifications: 0,
  verifiedBytes: 0,
  unpackings: 0,
  unpackedBytes: 0,
  characters: 0,
  parsedCharacters: 0,
  templateSteps: 0,
  expansions: 0,
  contextLoads: 0,
  canonicalForms: 0,
  quads: 0,
});
