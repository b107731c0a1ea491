/** Where the events end up. This one prints its entries; yours is a table. */

export interface Entry {
  /** Of the record that the entry is made of: the same record has the same one whenever it comes again. */
  readonly id: string;
  readonly order: string;
  /** What is owed, in cents; below 0 is paid. */
  readonly cents: number;
}

export interface Ledger {
  /** Writes entries, all or none. Those whose id is there already change nothing. */
  write(entries: readonly Entry[]): Promise<void>;
}

export function printedLedger(print: (line: string) => void = console.log): Ledger {
  return {
    async write(entries) {
      for (const entry of entries) print(JSON.stringify({ entry }));
    },
  };
}
