/** An attack as data: one door of a verifier and two visitors who differ in one thing; the genuine one is let in, the forged one is not. */

export type Attack<Subject> = {
  /** What the forged visitor does. */
  readonly name: string;
  readonly room: string;
  /** True when the visitor gets what he wants. `subject` is the code under attack; everything else was made with the real code. */
  readonly forged: (subject: Subject) => Promise<boolean>;
  readonly genuine: (subject: Subject) => Promise<boolean>;
};

/** Conditions whose removal changes nothing that anybody could see or gain, and why. */
export type Exemption = {
  readonly reason: string;
  readonly file: string;
  /** The whole source text of each condition, white space folded; absent: every condition of the file. */
  readonly conditions?: readonly string[];
};

/** One reason for conditions in several files under src/vc. */
export const because = (reason: string, files: Readonly<Record<string, readonly string[] | 'all'>>): Exemption[] =>
  Object.entries(files).map(([file, conditions]) => ({
    reason,
    file: `src/vc/${file}`,
    ...(conditions === 'all' ? {} : { conditions }),
  }));

/** One verifier: the module whose exports are its doors, and everything that attacks it. Its module exports it as `suite`. */
export type Suite<Subject> = {
  readonly name: string;
  /** Path of the doors' module from the project's root. Its conditions, and those of every file of ours that it needs, are the checks. */
  readonly doors: string;
  /** Files whose checks another suite removes. */
  readonly elsewhere?: readonly string[];
  readonly attacks: readonly Attack<Subject>[];
  readonly exemptions: readonly Exemption[];
};

/** A room's own way of writing its attacks: the room is named once. */
export const inRoom =
  <Subject>(room: string) =>
  (
    name: string,
    visitors: { forged: (subject: Subject) => Promise<boolean>; genuine: (subject: Subject) => Promise<boolean> },
  ): Attack<Subject> => ({ name, room, ...visitors });
