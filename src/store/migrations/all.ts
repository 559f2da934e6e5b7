/** The migrations in their order: number N is the Nth. */
import { path } from './0001-path.ts';
import { vcApi } from './0002-vc-api.ts';
import { numbers } from './0003-numbers.ts';
import { canary } from './0004-canary.ts';
import { issuedSets } from './0005-issued-sets.ts';
import { sourceMappings } from './0006-source-mappings.ts';
import { corrections } from './0007-corrections.ts';
import { tokens } from './0008-tokens.ts';
import { imports } from './0009-imports.ts';
import { slips } from './0010-slips.ts';
import { importsAgain } from './0011-imports-again.ts';

export const MIGRATIONS: readonly (readonly string[])[] = [
  path,
  vcApi,
  numbers,
  canary,
  issuedSets,
  sourceMappings,
  corrections,
  tokens,
  imports,
  slips,
  importsAgain,
];
