/** What a consuming process did, in a file that outlives it: a line each, in order. */
import { closeSync, openSync, writeSync } from 'node:fs';

/** One line, by its first word. */
export type Entry =
  /** A process began, or its member of the group was given partitions anew: what was not committed comes again. */
  | { readonly did: 'began'; readonly how: 'started' | 'joined' }
  | { readonly did: 'handled'; readonly partition: number; readonly offset: number }
  | {
      readonly did: 'skipped';
      readonly partition: number;
      readonly offset: number;
      readonly code: string;
    }
  /** What the log said of an invocation: how many it skipped. */
  | { readonly did: 'counted'; readonly skipped: number }
  /** All below this offset. */
  | { readonly did: 'committed'; readonly partition: number; readonly offset: number }
  /** The on-failure destination got it. */
  | { readonly did: 'gaveUp'; readonly partition: number; readonly offset: number };

export interface Journal {
  /** Written when it returns, as far as the death of this process goes. */
  write(entry: Entry): void;
  close(): void;
}

export function openJournal(file: string): Journal {
  const handle = openSync(file, 'a');
  return {
    write: (entry) => void writeSync(handle, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(handle),
  };
}

/** @param text whole lines, as {@link openJournal} wrote them */
export function readEntries(text: string): readonly Entry[] {
  // Safe: nobody else writes there.
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Entry]));
}
