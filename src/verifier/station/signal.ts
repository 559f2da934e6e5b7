/** Sound and vibration with the verdict: four patterns that differ in pitch, number and length, for a clerk who looks at the person. */
import type { Outcome } from '../../vc/verify/verdict.ts';
import { readSetting, writeSetting } from './settings.ts';

type Pattern = { readonly tones: readonly { hertz: number; ms: number }[]; readonly vibration: readonly number[] };

export const PATTERNS: Readonly<Record<Outcome, Pattern>> = {
  valid: {
    tones: [
      { hertz: 880, ms: 90 },
      { hertz: 1320, ms: 160 },
    ],
    vibration: [80],
  },
  stale: {
    tones: [
      { hertz: 660, ms: 160 },
      { hertz: 660, ms: 160 },
    ],
    vibration: [80, 80, 80],
  },
  unknown: {
    tones: [
      { hertz: 520, ms: 160 },
      { hertz: 390, ms: 260 },
    ],
    vibration: [80, 80, 80, 80, 80],
  },
  invalid: {
    tones: [
      { hertz: 220, ms: 300 },
      { hertz: 220, ms: 300 },
      { hertz: 220, ms: 500 },
    ],
    vibration: [300, 100, 300],
  },
};

const PAUSE_MS = 60;
const VOLUME = 0.25;
/** Without a fade a tone begins and ends with a crack. */
const FADE_SECONDS = 0.01;

export type Signal = {
  give(outcome: Outcome): void;
  readonly isOn: boolean;
  /** On, and the browser allows none yet. */
  readonly isSilenced: boolean;
  turn(on: boolean): void;
};

export function createSignal(): Signal {
  let isOn = readSetting('sound') !== 'off';
  let audio: AudioContext | undefined;

  // Browsers allow sound once somebody has touched the page or pressed a key; a scanner's keys count, and of a finger that it is lifted.
  const wake = (): void => {
    if (isOn && typeof AudioContext === 'function') audio ??= new AudioContext();
    if (audio?.state === 'suspended') void audio.resume().catch(() => undefined);
  };
  for (const name of ['pointerdown', 'pointerup', 'keydown']) addEventListener(name, wake, { capture: true });

  return {
    get isOn() {
      return isOn;
    },
    get isSilenced() {
      return isOn && navigator.userActivation?.hasBeenActive === false;
    },
    turn(on) {
      isOn = on;
      writeSetting('sound', on ? 'on' : 'off');
    },
    give(outcome) {
      if (!isOn) return;
      wake();
      const { tones, vibration } = PATTERNS[outcome];
      navigator.vibrate?.([...vibration]);
      if (audio?.state === 'running') play(audio, tones);
    },
  };
}

function play(audio: AudioContext, tones: Pattern['tones']): void {
  let at = audio.currentTime;
  for (const { hertz, ms } of tones) {
    const end = at + ms / 1000;
    const oscillator = new OscillatorNode(audio, { frequency: hertz });
    const gain = new GainNode(audio, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(VOLUME, at + FADE_SECONDS);
    gain.gain.setValueAtTime(VOLUME, end - FADE_SECONDS);
    gain.gain.linearRampToValueAtTime(0, end);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(end);
    at = end + PAUSE_MS / 1000;
  }
}
