/** How results are told: a line for each policy, a table at the end. */
import { counted } from '../../runtime/words.js';
import { printRows } from '../chaos/table.js';
import { WRONGS } from './accounting.js';
import type { Ran } from './run.js';

export function isWrong({ account }: Ran): boolean {
  return WRONGS.some((wrong) => account.wrongs[wrong] > 0);
}

/** What came of a policy, with the first example of all that was wrong. */
export function printLine(ran: Ran): string {
  const { policy, seconds, account } = ran;
  const { wrongs, examples, rejoined } = account;
  const found = WRONGS.flatMap((wrong) =>
    wrongs[wrong] === 0 ? [] : [`${wrongs[wrong]} ${wrong}, such as ${examples[wrong]}`],
  );
  const rest = rejoined > 0 ? [`joined anew ${counted(rejoined, 'time')} besides`] : [];
  const parts = [found.length === 0 ? 'all adds up' : found.join('; '), ...rest];
  const word = isWrong(ran) ? 'FAIL' : 'ok';
  return `${word.padEnd(6)}${policy} (${seconds} s): ${parts.join('; ')}`;
}

const COLUMNS = [
  'policy',
  'events',
  'handled',
  'repeated',
  'poison',
  'skipped',
  'dead letters',
  'destination: good',
  'bad',
  'kills',
  'seconds',
];

export function printTable(all: readonly Ran[], markdown: boolean): string {
  return printRows(COLUMNS, all.map(cells), markdown);
}

function cells({ policy, kills, seconds, account }: Ran): string[] {
  const { events, handled, repeated, poison, skipped, letters, atDestination } = account;
  const { good, bad } = atDestination;
  const numbers = [events, handled, repeated, poison, skipped, letters, good, bad, kills, seconds];
  return [policy, ...numbers.map((number) => number.toLocaleString('en'))];
}
