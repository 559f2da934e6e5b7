/** The mark that certificates were removed from this device. It outlives a session that could not be ended without a network, and tells the other tabs. */

const MARK = 'certificates-removed';

/** Storage may be forbidden: then there is no mark, as on a device where nothing was removed. */
function stored<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}

export const isRemoved = (): boolean => typeof stored((storage) => storage.getItem(MARK)) === 'string';
export const markRemoved = (): unknown => stored((storage) => storage.setItem(MARK, 'yes'));
export const clearRemoved = (): unknown => stored((storage) => storage.removeItem(MARK));

export const whenRemovedElsewhere = (act: () => void): void =>
  addEventListener('storage', ({ key }) => {
    if (key === MARK && isRemoved()) act();
  });
