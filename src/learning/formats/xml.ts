/** The XML of a workbook's parts, piece by piece: elements as events, and nothing that could grow without end. */
import { SaxesParser } from 'saxes';
import { Fault } from './zip.ts';

export type XmlFault = 'xml-doctype' | 'xml-broken';

export type XmlHandlers = {
  /** `name` without its prefix. */
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
};

/** So much may come without an element beginning or ending: a cell holds 32,767 characters. */
const MAX_QUIET = 1 << 20;
const MAX_DEPTH = 64;
/** So much is read in one step. */
const STEP_BYTES = 128 << 10;

/** Yields after each step, when its handlers have been called. Throws a Fault of an XmlFault. */
export function* readXml(
  pieces: Iterable<Uint8Array>,
  handlers: Partial<XmlHandlers>,
): Generator<undefined, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parser = new SaxesParser();
  let [quiet, depth, unstepped] = [0, 0, 0];
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  parser.on('doctype', () => {
    throw new Fault<XmlFault>('xml-doctype');
  });
  parser.on('opentag', ({ name, attributes }) => {
    quiet = 0;
    if (++depth > MAX_DEPTH) throw new Fault<XmlFault>('xml-broken');
    handlers.open?.(local(name), attributes);
  });
  parser.on('text', (text) => handlers.text?.(text));
  parser.on('cdata', (text) => handlers.text?.(text));
  parser.on('closetag', ({ name }) => {
    quiet = 0;
    depth--;
    handlers.close?.(local(name));
  });
  const step = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      throw error instanceof Fault ? error : new Fault<XmlFault>('xml-broken');
    }
  };
  for (const piece of pieces) {
    quiet += piece.length;
    step(() => parser.write(decoder.decode(piece, { stream: true })));
    if (quiet > MAX_QUIET + piece.length) throw new Fault<XmlFault>('xml-broken');
    unstepped += piece.length;
    if (unstepped < STEP_BYTES) continue;
    unstepped = 0;
    yield;
  }
  step(() => parser.write(decoder.decode()).close());
  yield;
}
