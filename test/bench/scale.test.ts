/** `npm run bench:scale` in its quick form, on the sources: that it prints, and what can be counted. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOPICS = '3 topics × 12';
const SCHEMAS = '2 schemas without history';

/** Rows of all tables it printed, as cells. */
function printed(...args: readonly string[]): string[][] {
  const flags = ['--conditions=tavro-source', '--import', 'tsx', 'bench/scale.ts', ...args];
  const lines = execFileSync(process.execPath, flags, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).split('\n');
  return lines
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

it('prints what each size costs, and an edit writes only what it changes', () => {
  const rows = printed('--quick', '--source', '--sizes', '3x12,2x1');
  const measured = (name: string): (string | undefined)[] =>
    rows
      .filter(([project, what]) => project === name && what?.startsWith('`'))
      .map(([, what]) => what);
  const whats = [
    '`codegen`, cold',
    '`codegen`, nothing changed',
    '`codegen`, one field edited',
    '`check`, cold',
    '`check`, again',
    '`check`, one subject changed, cold',
    '`check`, one subject changed, warm',
    '`check`, every subject changed, cold',
    '`check`, every subject changed, warm',
    '`codegen --watch`, from saved to done',
  ];
  expect([measured(TOPICS), measured(SCHEMAS)]).toEqual([whats, whats]);
  for (const row of rows) expect(row.join(' ')).not.toContain('NaN');

  const counted = (name: string) => {
    const row = rows.find(([project, lock]) => project === name && lock?.endsWith(' KiB'));
    const [lock, contracts, files, unchanged, written, changed] = (row ?? [])
      .slice(1)
      .map(parseFloat);
    return { hasLock: lock !== 0, contracts, files, unchanged, written, changed };
  };
  const { contracts, files, written, changed, ...topics } = counted(TOPICS);
  expect(topics).toEqual({ hasLock: true, unchanged: 0 });
  expect(written).toBe(changed);
  expect(written).toBeGreaterThan(0);
  expect(files).toBeGreaterThan(Number(written));
  expect(contracts).toBeGreaterThan(0);
  expect(counted(SCHEMAS)).toMatchObject({
    hasLock: false,
    files: 4,
    unchanged: 0,
    written: 1,
    changed: 1,
  });

  const [, , generated, library] = rows.find(([what]) => what === `of ${TOPICS}`) ?? [];
  // The topic, its type and the decoders of older versions: nothing of the others.
  expect([Number(generated), Number(library) > 0]).toEqual([3, true]);
  expect(rows.filter(([compiler]) => compiler?.startsWith('TypeScript '))).toHaveLength(2);
});

it('refuses a size that is none', () => {
  expect(() => printed('--sizes', '3')).toThrow('topics × versions such as 20x100, not 3');
});
