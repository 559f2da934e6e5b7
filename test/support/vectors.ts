/** Published test vectors, schemas and contexts, which are kept outside the project; tests that read them are skipped where they are absent. */
import { join } from 'node:path';

export const VECTORS = join(process.env.SHARED_DIR ?? '../shared', 'vectors');
