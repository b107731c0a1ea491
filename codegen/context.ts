import type { Readable } from 'node:stream';

/** What a command gets from the process: no command touches it itself. */
export interface Context {
  /** Findings and results. */
  readonly out: (text: string) => void;
  /** Everything else. */
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user wants the command to end (Ctrl-C). */
  readonly signal: AbortSignal;
  /** The package's version. */
  readonly version?: string;
  readonly stdin?: Readable;
  /** Whether results go to a terminal that shows colour. @default false */
  readonly color?: boolean;
  /** For tests: today. */
  readonly now?: () => Date;
}

/** Exit codes of every command. */
export const EXIT = { clean: 0, failure: 1, usage: 2, findings: 100 } as const;
