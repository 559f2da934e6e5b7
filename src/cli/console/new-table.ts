/** A table that is written beside somebody's file, row by row, and never over one that is there: that may be half mended. */
import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from './command.ts';

export type NewTable = {
  add(line: string): Promise<void>;
  /** Its path; without a line there is no file. */
  close(): Promise<string | undefined>;
};

const BUFFERED = 64 << 10;

/** It is made with its first line: `path`, or where that is taken `list.problems-2.csv`, `-3` and so on. */
export function newTable(path: string, head: string): NewTable {
  let file: { handle: FileHandle; path: string } | undefined;
  let waiting = head;
  const flush = async () => {
    if (file && waiting !== '') await file.handle.write(waiting);
    waiting = '';
  };
  return {
    async add(line) {
      file ??= await openNew(path);
      waiting += line;
      if (waiting.length > BUFFERED) await flush();
    },
    async close() {
      await flush();
      await file?.handle.close();
      return file?.path;
    },
  };
}

async function openNew(path: string): Promise<{ handle: FileHandle; path: string }> {
  for (let number = 1; ; number++) {
    const free = number === 1 ? path : path.replace(/(\.[^./\\]*)?$/, `-${number}$1`);
    try {
      return { handle: await open(free, 'wx'), path: free };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue;
      throw new UsageError(`${free}: 无法写入。 This file cannot be written.`);
    }
  }
}
