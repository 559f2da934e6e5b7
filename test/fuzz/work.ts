/** Work in steps and bytes, which are the same on every machine, where time is not. */
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
      String.prototype.charCodeAt = function (this: string, index: number) {
        work.characters++;
        return charCodeAt.call(this, index);
      };
      JSON.parse = (text, reviver) => {
        work.parsedCharacters += text.length;
        return parse(text, reviver);
      };
      try {
        await run();
      } finally {
        String.prototype.charCodeAt = charCodeAt;
        JSON.parse = parse;
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
});
