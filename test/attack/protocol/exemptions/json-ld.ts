/** Checks of contexts, graphs and their meaning that no attack needs removed. A reason that no longer holds ends `npm run mutants` with 1. */
import type { Exemption } from '../../attack.ts';

export const jsonLdExemptions: readonly Exemption[] = [];
