/** The edition: what this copy of the app was made for. Its root is pinned here, as a file of the app that the fingerprint covers. */
import { type Root, readRoot } from '../../vc/trust/root.ts';

export type Edition = {
  readonly pinnedRoot: Root;
  /** Where bundles come from. */
  readonly bundleUrl: string;
  readonly stationGraceSeconds?: number;
};

/** Undefined when the app's own files are not there or not right. */
export async function loadEdition(): Promise<Edition | undefined> {
  try {
    const response = await fetch('edition.json', { credentials: 'omit', redirect: 'error' });
    const { root, bundleUrl, graceSeconds }: Record<string, unknown> = await response.json();
    const pinnedRoot = readRoot(root);
    if (!pinnedRoot || typeof bundleUrl !== 'string') return undefined;
    return {
      pinnedRoot,
      bundleUrl,
      ...(typeof graceSeconds === 'number' ? { stationGraceSeconds: graceSeconds } : {}),
    };
  } catch {
    return undefined;
  }
}
