/** What `tavro init` leaves to its user, where something is there that it does not change. */
import { PNPM_WORKSPACE } from '../disk/package-manager.js';
import type { ProjectFacts } from '../disk/project-facts.js';
import { attributes, ignored, missingLines, PNPM_BUILDS } from './files.js';
import type { InitAnswers } from './plan.js';
import type { Layout } from './sample.js';

export function notesOf(
  facts: ProjectFacts,
  answers: InitAnswers,
  layout: Layout,
): readonly string[] {
  const { schemas, out, sample, infra, manager } = answers;
  const wanted: (readonly [file: string, lines: readonly string[]])[] = [
    ['.gitattributes', attributes({ schemas, out })],
    ...(sample ? [['.gitignore', ignored(manager)] as const] : []),
    ...(infra && manager === 'pnpm' ? [[PNPM_WORKSPACE, PNPM_BUILDS] as const] : []),
  ];
  return [
    ...compilerNotes(facts, answers, layout),
    ...managerNotes(facts, answers),
    ...wanted.flatMap(([file, lines]) => lacks(facts, file, lines)),
    ...(facts.manifest?.dependencies.includes('jest')
      ? ['jest: in CommonJS it needs a setting; see docs/projects.md in the package.']
      : []),
  ];
}

function compilerNotes(
  { compiler, manifest }: ProjectFacts,
  { out, sample, infra }: InitAnswers,
  layout: Layout,
): readonly string[] {
  const notes: string[] = [];
  if (manifest?.type === 'commonjs')
    notes.push(
      'package.json says "type": "commonjs", which works from Node 20.19 on. tavro itself is ES modules.',
    );
  if (compiler === undefined) return notes;
  const { findsEntries, onlyFolder } = compiler;
  if (!findsEntries)
    notes.push('tsconfig.json does not find tavro\'s entries: set "module" to "nodenext".');
  if (onlyFolder !== undefined && onlyFolder !== out.split('/')[0])
    notes.push(`tsconfig.json compiles only ${onlyFolder}: let it include ${out}, too.`);
  const run = [
    ...(sample ? [`${layout.code}/try.ts`, `${layout.code}/produce.ts`] : []),
    ...(infra ? [`${layout.infra}/app.ts`] : []),
  ];
  if (run.length > 0) notes.push(`run ${run.join(', ')} as you run your other programs.`);
  return notes;
}

/** The workflow has corepack, which without a version takes Yarn 1 or the pnpm that it knows. */
function managerNotes(
  { isManagerPinned }: ProjectFacts,
  { manager, workflow }: InitAnswers,
): readonly string[] {
  const newest =
    manager === 'yarn' ? 'yarn@stable' : manager === 'pnpm' ? 'pnpm@latest' : undefined;
  if (newest === undefined || !workflow || isManagerPinned) return [];
  return [`\`corepack use ${newest}\` writes which version the workflow is to take.`];
}

/** Of a file that is there: which of its lines are not. */
function lacks(facts: ProjectFacts, file: string, lines: readonly string[]): readonly string[] {
  if (!facts.has(file)) return [];
  const missing = missingLines(facts.text(file), lines);
  return missing.length === 0
    ? []
    : [`${file}: add\n${missing.map((line) => `    ${line}`).join('\n')}`];
}
