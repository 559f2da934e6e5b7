/** Names that the pages share, and their service worker repeats: where copies are, how one is asked for, and how it is marked. */

/** Of the cache: addresses of certificates and of the files that they need → copies. */
export const COPIES = 'certificate-copies';

/** Asks for the copy though there is a network. */
export const KEPT = '?kept';

/** Asks the server however long it takes; the copy only where it cannot be reached. */
export const FRESH = '?fresh';

/** How the server writes the body of a certificate, and what a copy says in its place. */
export const FRESH_BODY = 'data-shown="fresh"';
export const KEPT_BODY = 'data-shown="kept"';
