/** How large each thing that ships may be, in one table; and what of dist/ it is held against. */
import { readFileSync } from 'node:fs';
import { type Budgets, type Entry, entriesOf } from './bundle.ts';

/** kB of gzip for each entry of each target of build.mjs. A larger figure is a decision: its commit says what is worth it. */
export const BUDGETS: Readonly<Record<string, Budgets>> = {
  // What every fresh isolate loads, and below it what the first request of a kind adds.
  worker: {
    'src/worker.ts': 60,
    'src/http/routes/verify.ts': 45,
    'src/http/routes/trust.ts': 5,
    'src/http/routes/site.ts': 10,
    'src/http/routes/station.ts': 10,
    'src/http/routes/health.ts': 15,
    'src/http/routes/events.ts': 95,
    'src/http/routes/xapi.ts': 95,
    'src/learning/formats/workbook.ts': 28,
    'src/http/routes/credentials.ts': 95,
    'src/http/routes/corrections.ts': 80,
    'src/http/routes/status-changes.ts': 80,
    'src/http/routes/flags.ts': 50,
    'src/http/routes/audit.ts': 10,
    'src/http/routes/imports.ts': 90,
    'src/http/routes/learners.ts': 80,
    'src/http/routes/learner-code.ts': 60,
    'src/http/routes/quotas.ts': 72,
    'src/http/routes/vc-issuers.ts': 15,
    'src/http/routes/vc-verifiers.ts': 50,
    'src/pages/problem.tsx': 8,
    'src/store/migrations/all.ts': 6,
    'src/jobs/imports.ts': 80,
    'src/jobs/resume.ts': 60,
    'src/vc/trust/root.ts': 15,
    'src/vc/trust/bundle.ts': 20,
    'src/vc/proof/sealed-key.ts': 13,
    'src/vc/sign-credential.ts': 15,
    // The contexts are most of it.
    'src/vc/qr/vc-barcode.ts': 38,
    // The JSON-LD processor with its contexts, in each of them.
    'src/vc/protocol/verify-credential.ts': 160,
    'src/vc/protocol/verify-presentation.ts': 160,
    'src/vc/protocol/trusted-presentation.ts': 75,
    'src/vc/proof/issue-proof.ts': 140,
    'src/issuer/export-jwt.ts': 65,
    'src/issuer/secure-credential.ts': 200,
    'src/issuer/status-list-credential.ts': 180,
  },
  // As built for Node: not minified, most packages beside it.
  node: {
    'src/node.ts': 80,
    'src/signing-thread.ts': 40,
    'src/cli/bundle.ts': 77,
    'src/cli/demo.ts': 142,
    'src/cli/erasures.ts': 120,
    'src/cli/import.ts': 158,
    'src/cli/interop.ts': 168,
    'src/cli/key.ts': 89,
    'src/cli/keygen.ts': 91,
    'src/cli/migrate.ts': 47,
    'src/cli/records.ts': 150,
    'src/cli/sample.ts': 8,
    'src/cli/scheme.ts': 80,
    'src/cli/quota.ts': 105,
    'src/cli/station.ts': 88,
    'src/cli/templates.ts': 38,
    'src/cli/trust.ts': 92,
    'src/cli/verify.ts': 68,
  },
  // What a phone loads. The check page's script is the verifier.
  assets: {
    'src/verifier/check.entry.ts': 40,
    'src/verifier/holder-gate.entry.ts': 3,
    'src/verifier/certificate.entry.ts': 5,
    'src/verifier/old-browser.ts': 17,
    // Loaded with the first scan.
    'src/verifier/scan/scan-worker.entry.ts': 17,
    'node_modules/zxing-wasm/dist/reader/zxing_reader.wasm': 415,
    'src/verifier/station/service-worker.entry.ts': 1,
    'src/verifier/certificate/certificate-worker.entry.ts': 1,
    'src/pages/site.css': 5,
    'src/pages/icon.svg': 1,
    'src/pages/icon.png': 5,
  },
  // Everything but the lazy ones is what a verdict needs.
  station: {
    'src/verifier/station/station.entry.ts': 40,
    'src/verifier/station/desk.ts': 7,
    'src/verifier/old-browser.ts': 17,
    'src/verifier/station/data-card.ts': 4,
    'src/verifier/station/app-card.ts': 3,
    // The animated code, sent and received.
    'src/verifier/station/transfer/transfer-card.ts': 18,
    'src/verifier/station/attendance-card.ts': 8,
    // Draws the device's key for the bureau.
    'src/vc/qr/symbol.ts': 12,
    'src/verifier/scan/scan-worker.entry.ts': 17,
    'node_modules/zxing-wasm/dist/reader/zxing_reader.wasm': 415,
    'src/verifier/station/station.css': 6,
    'src/pages/station.webmanifest': 1,
    'src/pages/icon.svg': 1,
    'src/pages/icon.png': 5,
  },
};

/** Programs on Node load from the disk beside them: there only the programs count. */
export function builtEntries(target: string): Entry[] {
  const metafile = JSON.parse(readFileSync(`dist/meta/${target}.json`, 'utf8'));
  return entriesOf(metafile, (path) => readFileSync(path)).filter(({ lazy }) => target !== 'node' || !lazy);
}
