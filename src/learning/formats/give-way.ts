/** Long work in short steps: between two of them whatever else waits has its turn. */

/** Awaiting what is there already lets nobody else run; a timer does, in Node and in workerd alike. */
export const giveWay = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
