/** What a command costs that does next to nothing: the start of the process, and one schema. */
import { join } from 'node:path';
import { printTable } from '../codec/report.js';
import { printAims } from '../report/aims.js';
import { accounted, type Cost, takeTurns } from '../scale/accounted.js';
import { builtPackage, ROOT } from '../scale/build.js';
import { Workspace } from '../scale/workspace.js';

const NODE = 'Node alone';
const VERSION = '`tavro --version`';
const EDITED = '`tavro codegen`, one schema, edited';
const UNCHANGED = '`tavro codegen`, one schema, nothing changed';
const SOURCES = '`npm run codegen` of this repository, nothing changed, without npm';

export type Starts = ReadonlyMap<string, Cost>;

/** Measures each so many times, in turns. @param scratch a folder of its own for the project */
export async function measureStarts(scratch: string, rounds: number): Promise<Starts> {
  const bin = join(ROOT, 'bin', 'tavro.mjs');
  const workspace = await Workspace.create(
    scratch,
    { subjects: 1, versions: 0 },
    { ...builtPackage(), cli: bin },
  );
  let edits = 0;
  return takeTurns(
    {
      [NODE]: () => accounted(['--eval', '0']),
      [VERSION]: () => accounted([bin, '--version']),
      [UNCHANGED]: () => workspace.run('codegen'),
      [EDITED]: async () => {
        await workspace.edit(0, ++edits);
        return workspace.run('codegen');
      },
      [SOURCES]: () =>
        accounted([join(ROOT, 'run-sources.mjs'), 'codegen/cli.ts', 'codegen', '--check'], {
          cwd: ROOT,
        }),
    },
    rounds,
  );
}

export function printStarts(starts: Starts): string {
  const rows = [...starts].map(([what, { wall, cpu }]) => [what, wall.toFixed(0), cpu.toFixed(0)]);
  return printTable([['start', 'wall ms', 'CPU ms'], ...rows], 1).join('\n');
}

export function printStartAims(starts: Starts): string {
  const limit = starts.get(NODE)?.wall;
  return printAims([
    { what: EDITED, unit: 'wall ms', now: starts.get(EDITED)?.wall, limit, aim: { most: 150 } },
    { what: VERSION, unit: 'wall ms', now: starts.get(VERSION)?.wall, limit, aim: { most: 120 } },
  ]);
}
