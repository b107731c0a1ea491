/** What `tavro init` writes, for a project as it is and the answers to its questions. */
import { posix } from 'node:path';
import type { PackageManager, ProjectFacts } from '../disk/project-facts.js';
import type { FolderChange } from '../disk/replace.js';
import { vscodeSettings, vscodeTasks } from '../editor/vscode.js';
import type { FileText } from '../emit/file.js';
import { attributes, compilerFile, IGNORED, jsonText, PNPM_SETTINGS } from './files.js';
import { infraFiles } from './infra.js';
import { type PackageChange, packageChange } from './package-json.js';
import { WORDS } from './package-manager.js';
import { SAMPLE_TOPICS, sampleCode, sampleSchema } from './sample.js';
import { workflow } from './workflow.js';

export interface InitAnswers {
  readonly schemas: string;
  readonly out: string;
  readonly sample: boolean;
  readonly infra: boolean;
  readonly workflow: boolean;
  readonly editor: boolean;
  readonly manager: PackageManager;
  /** This package's version. */
  readonly version: string;
  /** Flags of commands for folders that are not the usual ones. */
  readonly flags: { readonly codegen: string; readonly check: string };
}

export interface InitPlan {
  /** Of the project's folder: files that are not there, and package.json if it changes. */
  readonly files: readonly FileText[];
  /** Of the repository's root, where that is another folder. */
  readonly repositoryFiles: readonly FileText[];
  /** Files that would have been written and are there. */
  readonly kept: readonly string[];
  readonly manifest: PackageChange;
  /** What is left to do by hand. */
  readonly notes: readonly string[];
}

const MANIFEST = 'package.json';
const WORKFLOW = '.github/workflows/schemas.yml';

/** @param facts of the project's folder @param hasSchemas whether its schemas folder is in use */
export function initPlan(facts: ProjectFacts, answers: InitAnswers, hasSchemas: boolean): InitPlan {
  const { sample, infra, manager, version, flags } = answers;
  const manifest = packageChange(facts, {
    manager,
    flags,
    hasSample: sample,
    hasInfra: infra,
    version,
  });
  const wanted = wantedFiles(facts, answers, hasSchemas);
  const isNew = ({ path }: FileText): boolean => !facts.has(path);
  const isSame = facts.manifest?.text === manifest.text;
  const { pathInRepository } = facts;
  const up = pathInRepository.replace(/[^/]+/g, '..');
  const flow = workflowFile(facts, answers);
  const isFlowNew = !facts.has(posix.join(up, WORKFLOW));
  return {
    files: [
      ...(isSame ? [] : [{ path: MANIFEST, text: manifest.text }]),
      ...wanted.filter(isNew),
      ...(pathInRepository === '' && isFlowNew ? flow : []),
    ],
    repositoryFiles: pathInRepository !== '' && isFlowNew ? flow : [],
    kept: wanted.filter((file) => !isNew(file)).map(({ path }) => path),
    manifest,
    notes: [...manifest.notes, ...notesOf(facts, answers)],
  };
}

/** The changes on disk. @param project its folder */
export function changesOf(plan: InitPlan, project: string, repository: string): FolderChange[] {
  return [
    { folder: project, files: plan.files },
    ...(plan.repositoryFiles.length > 0
      ? [{ folder: repository, files: plan.repositoryFiles }]
      : []),
  ];
}

function wantedFiles(
  facts: ProjectFacts,
  answers: InitAnswers,
  hasSchemas: boolean,
): readonly FileText[] {
  const { schemas, out, sample, infra, editor, manager } = answers;
  const importExtension = extensionOf(facts, sample);
  const style = { out, extension: importExtension === 'none' ? '' : `.${importExtension}` };
  const at = ({ path, text }: FileText): FileText => ({ path: posix.join(schemas, path), text });
  const folders = ['src', 'test', ...(infra ? ['infra'] : []), out];
  return [
    ...(sample && facts.compiler === undefined
      ? [compilerFile(folders, (facts.manifest?.type ?? 'module') === 'module')]
      : []),
    ...(hasSchemas ? [] : [at(settingsFile(facts, answers))]),
    ...(sample && !hasSchemas ? [at(sampleSchema())] : []),
    ...(sample ? sampleCode(style) : []),
    ...(infra ? infraFiles({ ...style, schemas }) : []),
    { path: '.gitattributes', text: attributes({ schemas, out }) },
    ...(sample ? [{ path: '.gitignore', text: IGNORED }] : []),
    ...(infra && manager === 'pnpm' ? [{ path: 'pnpm-workspace.yaml', text: PNPM_SETTINGS }] : []),
    ...(editor ? editorFiles(answers) : []),
  ];
}

/** A new project's tsconfig.json is ours, and takes what Node runs as it is. */
function extensionOf({ compiler }: ProjectFacts, sample: boolean): 'js' | 'ts' | 'none' {
  return compiler?.importExtension ?? (sample ? 'ts' : 'js');
}

function settingsFile(facts: ProjectFacts, { schemas, sample }: InitAnswers): FileText {
  const importExtension = extensionOf(facts, sample);
  const root = posix.relative(`/${schemas}`, '/');
  const settings = {
    $schema: `${root === '' ? '.' : root}/node_modules/tavro/docs/editor/tavro.schema.json`,
    ...(importExtension !== 'js' && { importExtension }),
    topics: sample ? SAMPLE_TOPICS : {},
  };
  return { path: 'tavro.json', text: jsonText(settings) };
}

function editorFiles({ schemas, out, manager }: InitAnswers): readonly FileText[] {
  const { exec } = WORDS[manager];
  return [
    { path: '.vscode/settings.json', text: jsonText(vscodeSettings()) },
    { path: '.vscode/tasks.json', text: jsonText(vscodeTasks({ schemas, out, exec })) },
  ];
}

function workflowFile(
  { pathInRepository }: ProjectFacts,
  { workflow: isWanted, manager, flags }: InitAnswers,
): readonly FileText[] {
  if (!isWanted) return [];
  return [{ path: WORKFLOW, text: workflow({ manager, folder: pathInRepository, flags }) }];
}

function notesOf(facts: ProjectFacts, { schemas, out }: InitAnswers): readonly string[] {
  const { compiler, manifest } = facts;
  const notes: string[] = [];
  if (manifest?.type === 'commonjs')
    notes.push(
      'package.json says "type": "commonjs", which works from Node 20.19 on. tavro itself is ES modules.',
    );
  if (compiler?.findsEntries === false)
    notes.push(
      'tsconfig.json does not find tavro\'s entries: set "moduleResolution" to "bundler", or "module" to "nodenext".',
    );
  if (compiler?.onlyFolder !== undefined && compiler.onlyFolder !== out.split('/')[0])
    notes.push(`tsconfig.json compiles only ${compiler.onlyFolder}: let it include ${out}, too.`);
  if (facts.has('.gitattributes'))
    notes.push(
      `.gitattributes: add\n${attributes({ schemas, out }).trimEnd().replace(/^/gm, '    ')}`,
    );
  if (manifest?.dependencies.includes('jest'))
    notes.push('jest: it takes ES modules by a setting; see docs/projects.md in the package.');
  return notes;
}
