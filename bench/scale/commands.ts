/** What `codegen` and `check` cost over one project: cold, unchanged, and after one edit. */
import { join } from 'node:path';
import type { ProjectSize } from '../gate/project.js';
import { type Cost, median } from './accounted.js';
import type { Build } from './build.js';
import { watchedEdits } from './watching.js';
import { type Touched, Workspace } from './workspace.js';

/** A run of a command, by what it is for. */
export type Costs = ReadonlyMap<string, Cost>;

/** What can be counted, the same on every machine. */
export interface Counted {
  readonly lockBytes: number;
  readonly contractsBytes: number;
  readonly generatedFiles: number;
  readonly unchanged: Touched;
  readonly edit: Touched;
}

export interface Measured {
  readonly costs: Costs;
  readonly counted: Counted;
  /** Milliseconds from saving an edit under `--watch` until it says that it is done. */
  readonly watchMs?: number;
}

/** Rows whose growth is shown. */
export const CODEGEN_COLD = '`codegen`, cold';
export const CODEGEN_UNCHANGED = '`codegen`, nothing changed';
export const CODEGEN_EDIT = '`codegen`, one field edited';
export const CHECK_COLD = '`check`, cold';

export interface MeasureOptions {
  /** Where projects are written: a folder of its own. */
  readonly scratch: string;
  readonly build: Build;
  /** Edits under `--watch`; 0 for none. */
  readonly edits: number;
  /** Whether `check` is also run with drafts. */
  readonly withDrafts: boolean;
}

export async function measure(size: ProjectSize, options: MeasureOptions): Promise<Measured> {
  const { scratch, build, edits, withDrafts } = options;
  // What runs nothing stays what every project starts as.
  const origin = await Workspace.create(join(scratch, 'origin'), size, build);
  const costs = new Map<string, Cost>();
  const forCodegen = await origin.copy(join(scratch, 'codegen'));
  const counted = await codegenCosts(forCodegen, costs);
  const watched = edits === 0 ? [] : await watchedEdits(forCodegen, { first: 2, times: edits });
  const forCheck = await origin.copy(join(scratch, 'check'));
  costs.set(CHECK_COLD, forCheck.run('check'));
  if (withDrafts) await draftCosts(origin, { forCheck, scratch }, costs);
  return { costs, counted, ...(edits > 0 && { watchMs: median(watched) }) };
}

async function codegenCosts(workspace: Workspace, costs: Map<string, Cost>): Promise<Counted> {
  const run = (name: string): Promise<Touched> =>
    workspace.touchedBy(() => costs.set(name, workspace.run('codegen')));
  await run(CODEGEN_COLD);
  const unchanged = await run(CODEGEN_UNCHANGED);
  const counted = {
    lockBytes: await workspace.bytesOf('schemas/lock.json', 'schemas/lock'),
    contractsBytes: await workspace.bytesOf('generated/contracts.ts', 'generated/contracts'),
    generatedFiles: (await workspace.filesIn('generated')).length,
  };
  await workspace.edit(0, 1);
  return { ...counted, unchanged, edit: await run(CODEGEN_EDIT) };
}

/** `check` again, and with drafts: after a run that had none (warm), and as the first run (cold). */
async function draftCosts(
  origin: Workspace,
  { forCheck, scratch }: { forCheck: Workspace; scratch: string },
  costs: Map<string, Cost>,
): Promise<void> {
  const all = Array.from({ length: origin.size.subjects }, (_, index) => index);
  costs.set('`check`, again', forCheck.run('check'));
  for (const [what, subjects] of [
    ['one subject changed', all.slice(0, 1)],
    ['every subject changed', all],
  ] as const) {
    const fresh = await origin.copy(join(scratch, `check-${subjects.length}`));
    for (const workspace of [forCheck, fresh])
      for (const index of subjects) await workspace.edit(index, 1);
    costs.set(`\`check\`, ${what}, cold`, fresh.run('check'));
    costs.set(`\`check\`, ${what}, warm`, forCheck.run('check'));
  }
}
