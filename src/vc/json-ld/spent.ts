/** What reading, expanding, canonicalising and verifying one document may cost, and has cost. */

/** What was spent of the limits on work. All that is read, expanded, canonicalised and verified for one document shares it, with what stands in it. */
export type Spent = {
  contextWork: number;
  quads: number;
  statementsText: number;
  comparisons: number;
  hashes: number;
  permutations: number;
  signatureWork: number;
};

export const nothingSpent = (): Spent => ({
  contextWork: 0,
  quads: 0,
  statementsText: 0,
  comparisons: 0,
  hashes: 0,
  permutations: 0,
  signatureWork: 0,
});
