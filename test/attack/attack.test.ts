/** The real code stops every attack, and lets in the genuine visitor who differs from the attacker in one thing. */
import { describe, expect, test } from 'vitest';
import type { Suite } from './attack.ts';
import * as protocolSubject from './protocol/subject.ts';
import { suite as protocol } from './protocol/suite.ts';
import * as trustSubject from './trust/subject.ts';
import { suite as trust } from './trust/suite.ts';

stopsEverything(trust, trustSubject);
stopsEverything(protocol, protocolSubject);

function stopsEverything<S>(suite: Suite<S>, subject: S): void {
  describe(suite.name, () => {
    test.each(suite.attacks.map((attack) => [attack.room, attack.name, attack] as const))(
      '%s: %s',
      async (_room, _name, { forged, genuine }) => {
        expect(await genuine(subject)).toBe(true);
        expect(await forged(subject)).toBe(false);
      },
    );

    test('no two attacks have one name', () => {
      const names = suite.attacks.map(({ room, name }) => `${room}: ${name}`);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    });
  });
}
