import type { Readable } from 'node:stream';
import { type PrintableOptions, printable, visible } from '../runtime/printable.js';

/** What a command gets from the process: no command touches it itself. */
export interface Context {
  /** Findings and results. `commands`: the text is meant for the runner of a CI, which acts on it. */
  readonly out: (text: string, options?: Pick<PrintableOptions, 'commands'>) => void;
  /** Everything else. */
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user wants the command to end (Ctrl-C). */
  readonly signal: AbortSignal;
  /** The package's version. */
  readonly version?: string;
  readonly stdin?: Readable;
  /** Whether a person is there who reads standard error and answers on standard input. @default false */
  readonly isInteractive?: boolean;
  /**
   * Shows how far the work is, in the place of what was shown before: see `progress.ts`. Absent where
   * nobody looks at a terminal.
   */
  readonly status?: (line: string) => void;
  /** Whether results go to a terminal that shows colour. @default false */
  readonly color?: boolean;
  /** For tests: today. */
  readonly now?: () => Date;
}

/** Today in UTC, such as `2026-11-30`. */
export function dayOf({ now }: Pick<Context, 'now'>): string {
  return (now?.() ?? new Date()).toISOString().slice(0, 10);
}

/** Exit codes of every command. */
export const EXIT = { clean: 0, failure: 1, usage: 2, findings: 100, interrupted: 130 } as const;

/** The same, so that no text of strangers reaches a terminal or a log as it is. */
export function guarded(context: Context): Context {
  const { color = false, status } = context;
  return {
    ...context,
    out: (text, options) => context.out(printable(text, { color, ...options })),
    err: (text) => context.err(printable(text)),
    ...(status && { status: (line: string) => status(visible(line)) }),
  };
}
