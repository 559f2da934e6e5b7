/** The device's clock, guarded twice: a bundle from after it makes every verdict `unknown` (vc/verify), and a clock that went back since it was last read here is asked about. */
import { CLOCK_TOLERANCE } from '../../vc/trust/bundle.ts';
import { readSetting, writeSetting } from './settings.ts';

/** Epoch seconds, whole. */
export const now = (): number => Math.floor(Date.now() / 1000);

/**
 * By how many seconds the clock has gone back since the latest time that it showed here; undefined when it has not. Old
 * data on a clock that was set back would look fresh, so somebody must look before anything is checked.
 */
export function wentBack(at: number): number | undefined {
  const latest = Number(readSetting('lastSeen') ?? 0);
  return at + CLOCK_TOLERANCE < latest ? latest - at : undefined;
}

/** The clock as it is now is right, as far as is known. */
export function noteClock(at: number): void {
  if (wentBack(at) === undefined) writeSetting('lastSeen', String(at));
}

/** Somebody has compared it with another clock: it may have been wrong before. */
export const confirmClock = (at: number): void => writeSetting('lastSeen', String(at));
