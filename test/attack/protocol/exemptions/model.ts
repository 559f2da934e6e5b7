/** Checks of the data model, status entries and tokens that no attack needs removed. A reason that no longer holds ends `npm run mutants` with 1. */
import type { Exemption } from '../../attack.ts';

export const modelExemptions: readonly Exemption[] = [];
