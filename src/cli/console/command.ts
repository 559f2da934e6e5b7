/** What every command shares: `--help`, exit codes (0 done, 1 failed, 2 wrong usage, 70 a bug of ours), errors without a stack where they explain themselves. */
import { AppError, StartError } from '../../errors.ts';

/** Wrong usage: the message and the usage go to stderr, exit code 2. */
export class UsageError extends Error {}

/** Runs `main` with the arguments; a number that it returns is the exit code. */
export async function command(usage: string, main: (args: string[]) => Promise<number | undefined>): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = (await main(args)) ?? 0;
  } catch (error) {
    process.exitCode = explain(error, usage);
  }
}

function explain(error: unknown, usage: string): number {
  if (error instanceof UsageError || isParseArgsError(error)) {
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (error instanceof AppError) console.error(`${error.sentence.zh} ${error.sentence.en}`);
  else if (error instanceof StartError) console.error(error.message);
  else {
    console.error(error);
    return 70; // EX_SOFTWARE: never to be read as a verdict
  }
  return 1;
}

const isParseArgsError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
