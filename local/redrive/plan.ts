/** What would be sent, as a table for people. */
import { groupedOf } from '../../codegen/progress.js';
import type { Selection, SendableLetter } from './select.js';

interface Row {
  readonly topic: string;
  readonly cause: string;
  count: number;
  oldestMs: number | undefined;
  newestMs: number | undefined;
}

/** A head, and a line for each topic and cause, the most frequent first. */
export function planText(
  { chosen, count }: Selection,
  { source, target, nowMs }: { source: string; target: string; nowMs: number },
): string {
  const rows = rowsOf(chosen.flatMap(({ letters }) => letters));
  const cells = rows.map((row) => [String(row.count), row.topic, row.cause, agesOf(row, nowMs)]);
  const table = aligned([['letters', 'topic', 'cause', 'age'], ...cells]);
  return [`${groupedOf(count, 'dead letter')} in ${source}, for ${target}:`, ...table].join('\n');
}

function rowsOf(letters: readonly SendableLetter[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const { cause } of letters) {
    const { topic, code = 'unknown', timestamp } = cause;
    const key = JSON.stringify([topic, code]);
    const row = rows.get(key) ?? {
      topic,
      cause: code,
      count: 0,
      oldestMs: undefined,
      newestMs: undefined,
    };
    rows.set(key, row);
    row.count++;
    const ms = timestamp === undefined ? Number.NaN : Number(timestamp);
    if (!Number.isFinite(ms)) continue;
    row.oldestMs = Math.min(row.oldestMs ?? ms, ms);
    row.newestMs = Math.max(row.newestMs ?? ms, ms);
  }
  return [...rows.values()].sort((a, b) => b.count - a.count);
}

/** Of the records, not of the letters: since when somebody waits for them. */
function agesOf({ oldestMs, newestMs }: Row, nowMs: number): string {
  if (oldestMs === undefined || newestMs === undefined) return 'unknown';
  const [newest, oldest] = [newestMs, oldestMs].map((ms) => age(nowMs - ms));
  return newest === oldest ? `${newest}` : `${newest} to ${oldest}`;
}

/** Milliseconds of each unit, the largest first. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

function age(ms: number): string {
  const [unit, size] = UNITS.find(([, milliseconds]) => ms >= milliseconds) ?? ['s', 1_000];
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`;
}

/** Numbers to the right, words to the left. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
