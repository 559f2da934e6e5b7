/** The station's few records in this browser (IndexedDB): each is read whole and replaced whole, or not at all. */

const DATABASE = 'xingzheng-station';
const STORE = 'records';

export type RecordName = 'kept' | 'day' | 'issued-sets' | 'device-key' | 'attendance';

/** Rejects where the browser has no storage for this page. The type is the caller's word for what it wrote itself. */
export async function readRecord<T>(name: RecordName): Promise<T | undefined> {
  return transact('readonly', (store, done) => {
    const request = store.get(name);
    request.onsuccess = () => done(request.result);
  });
}

/**
 * Gives `next` what is kept and keeps what it returns; undefined leaves what is there. One transaction, so of two tabs the
 * second sees what the first wrote. Resolves with what is kept once that is on the disk.
 */
export async function exchangeRecord<T>(
  name: RecordName,
  next: (current: T | undefined) => T | undefined,
): Promise<T | undefined> {
  return transact('readwrite', (store, done) => {
    const request = store.get(name);
    request.onsuccess = () => {
      const replacement = next(request.result);
      if (replacement !== undefined) store.put(replacement, name);
      done(replacement ?? request.result);
    };
  });
}

/** All that checking needs. Attendance stays: others rely on it until the service has confirmed it, and on the key that signs it. */
export const forgetRecords = (): Promise<undefined> =>
  transact('readwrite', (store, done) => {
    for (const name of ['kept', 'day', 'issued-sets'] satisfies RecordName[]) store.delete(name);
    done(undefined);
  });

type Work<T> = (store: IDBObjectStore, done: (result: T) => void) => void;

async function transact<T>(mode: IDBTransactionMode, work: Work<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      let result: T;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was given up'));
      work(transaction.objectStore(STORE), (value) => {
        result = value;
      });
    });
  } finally {
    database.close(); // so that clearing the site's data never waits for this page
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
