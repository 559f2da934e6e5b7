/** JSON pointers (RFC 6901) to what a fault is about. */

/** The pointer of a member or item of what `at` points to. */
export const below = (at: string, name: string | number): string =>
  `${at}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
