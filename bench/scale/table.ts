/** The figures of `npm run bench:scale` as tables of Markdown. */
import type { ProjectSize } from '../gate/project.js';
import type { Cost } from './accounted.js';
import type { Costs, Measured } from './commands.js';
import type { Compiled, Imported } from './use.js';

export interface SizeReport {
  readonly size: ProjectSize;
  readonly measured: Measured;
  /** The same with twice as much: what it is twice of, and what that costs. */
  readonly grown: readonly { readonly twice: 'subjects' | 'versions'; readonly costs: Costs }[];
}

export interface UseReport {
  readonly size: ProjectSize;
  readonly imported: Imported;
  readonly compiled: readonly {
    readonly compiler: string;
    readonly many: Compiled;
    readonly one: Compiled;
  }[];
}

/** A size in words. */
export function nameOf({ subjects, versions }: ProjectSize): string {
  const count = subjects.toLocaleString('en');
  return versions === 0 ? `${count} schemas without history` : `${count} topics × ${versions}`;
}

export function printScale(sizes: readonly SizeReport[], use: UseReport | undefined): string {
  const tables = [costTable(sizes), countTable(sizes), growthTable(sizes), useTables(use)];
  return tables
    .filter((table) => table.length > 0)
    .map((table) => table.join('\n'))
    .join('\n\n');
}

function costTable(sizes: readonly SizeReport[]): string[] {
  return tableOf(
    ['project', 'what', 'wall', 'processor', 'peak memory'],
    sizes.flatMap(({ size, measured: { costs, watchMs } }) => [
      ...[...costs].map(([what, cost]) => [nameOf(size), what, ...figuresOf(cost)]),
      ...(watchMs === undefined
        ? []
        : [[nameOf(size), '`codegen --watch`, from saved to done', seconds(watchMs), '', '']]),
    ]),
  );
}

function countTable(sizes: readonly SizeReport[]): string[] {
  return tableOf(
    [
      'project',
      'lock',
      'contracts',
      'generated files',
      'written when nothing changed',
      'written by the edit',
      'of those, changed',
    ],
    sizes.map(({ size, measured: { counted } }) => [
      nameOf(size),
      kib(counted.lockBytes),
      kib(counted.contractsBytes),
      `${counted.generatedFiles}`,
      `${counted.unchanged.written}`,
      `${counted.edit.written}`,
      `${counted.edit.changed}`,
    ]),
  );
}

/** How many times the processor time of twice as much is. */
function growthTable(sizes: readonly SizeReport[]): string[] {
  return tableOf(
    ['project', 'what', 'with twice the subjects', 'with twice the versions'],
    sizes.flatMap(({ size, measured, grown }) => {
      const factor = (twice: string, what: string): string => {
        const more = grown.find((one) => one.twice === twice)?.costs.get(what);
        const base = measured.costs.get(what);
        return more === undefined || base === undefined ? '' : times(more.cpu, base.cpu);
      };
      const rows = [...new Set(grown.flatMap(({ costs }) => [...costs.keys()]))];
      return rows.map((what) => [
        nameOf(size),
        what,
        factor('subjects', what),
        factor('versions', what),
      ]);
    }),
  );
}

function useTables(use: UseReport | undefined): string[] {
  if (use === undefined) return [];
  const { size, imported, compiled } = use;
  return [
    ...tableOf(
      ['import of one topic, not bundled', 'time', 'generated modules', 'modules of tavro'],
      [
        [
          `of ${nameOf(size)}`,
          `${imported.ms.toFixed(0)} ms`,
          `${imported.generated}`,
          `${imported.library}`,
        ],
      ],
    ),
    '',
    ...tableOf(
      ['`tsc` of an application with one topic', `of ${nameOf(size)}`, 'of one topic', 'times'],
      compiled.map(({ compiler, many, one }) => [
        compiler,
        `${seconds(many.wall)}, ${mib(many.memory)}`,
        `${seconds(one.wall)}, ${mib(one.memory)}`,
        `${times(many.wall, one.wall)}, memory ${times(many.memory, one.memory)}`,
      ]),
    ),
  ];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function figuresOf({ wall, cpu, memory }: Cost): string[] {
  return [seconds(wall), seconds(cpu), mib(memory)];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
const kib = (bytes: number): string => `${Math.round(bytes / 2 ** 10)} KiB`;
const times = (more: number, base: number): string => `${(more / base).toFixed(1)}×`;
