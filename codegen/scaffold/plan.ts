/** What `tavro init` writes, for a project as it is and the answers to its questions. */
import { posix } from 'node:path';
import { type PackageManager, PNPM_WORKSPACE } from '../disk/package-manager.js';
import type { ProjectFacts } from '../disk/project-facts.js';
import type { FolderChange } from '../disk/replace.js';
import { vscodeSettings, vscodeTasks } from '../editor/vscode.js';
import type { FileText } from '../emit/file.js';
import {
  attributes,
  compilerFile,
  ignored,
  jsonText,
  linesText,
  PNPM_BUILDS,
  PNPM_PACKAGES,
} from './files.js';
import { cdkFile, infraFiles } from './infra.js';
import { notesOf } from './notes.js';
import { hasOwnTest, type PackageChange, packageChange } from './package-json.js';
import { WORDS } from './package-manager.js';
import { type Layout, SAMPLE_TOPICS, sampleCode, sampleSchema } from './sample.js';
import { workflow, workflowPath } from './workflow.js';

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

/** @param hasSchemas whether the project has schemas, or settings for some */
export function initPlan(facts: ProjectFacts, answers: InitAnswers, hasSchemas: boolean): InitPlan {
  const layout = layoutOf(facts, answers);
  const manifest = packageChange(facts, {
    ...answers,
    hasSample: answers.sample,
    hasInfra: answers.infra,
    runsSample: answers.sample && runsSample(facts),
  });
  const wanted = wantedFiles(facts, { answers, layout, hasSchemas });
  const isNew = ({ path }: FileText): boolean => !facts.has(path);
  const isSame = facts.manifest?.text === manifest.text;
  const up = facts.toRepository;
  const flow = workflowFiles(facts, answers);
  const newFlow = flow.filter(({ path }) => !facts.has(posix.join(up, path)));
  const isRoot = up === '';
  return {
    files: [
      ...(isSame ? [] : [{ path: MANIFEST, text: manifest.text }]),
      ...wanted.filter(isNew),
      ...(isRoot ? newFlow : []),
    ],
    repositoryFiles: isRoot ? [] : newFlow,
    kept: [
      ...wanted.filter((file) => !isNew(file)).map(({ path }) => path),
      ...flow.filter((file) => !newFlow.includes(file)).map(({ path }) => posix.join(up, path)),
    ],
    manifest,
    notes: [...manifest.notes, ...notesOf(facts, answers, layout)],
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

/** Whether the compiler's settings are ours, so that it is known what code is compiled to. */
function runsSample({ compiler }: ProjectFacts): boolean {
  return compiler === undefined;
}

/** Where a compiler takes one folder only, all stands there. */
function layoutOf(facts: ProjectFacts, { out, sample }: InitAnswers): Layout {
  const { compiler, manifest } = facts;
  const only = compiler?.onlyFolder;
  const extension = extensionOf(facts, sample);
  const hasRunner =
    hasOwnTest(manifest?.scripts ?? {}) ||
    manifest?.dependencies.some((name) => RUNNERS.includes(name)) === true;
  return {
    out,
    code: only ?? 'src',
    tests: hasRunner ? undefined : (only ?? 'test'),
    infra: only === undefined ? 'infra' : `${only}/infra`,
    extension: extension === 'none' ? '' : `.${extension}`,
  };
}

/** Runners of tests that do not take those of Node's own. */
const RUNNERS = ['jest', 'vitest', 'mocha', 'ava', '@jest/globals'];

function wantedFiles(
  facts: ProjectFacts,
  { answers, layout, hasSchemas }: { answers: InitAnswers; layout: Layout; hasSchemas: boolean },
): readonly FileText[] {
  const { schemas, out, sample, infra, manager } = answers;
  const runs = runsSample(facts);
  const at = ({ path, text }: FileText): FileText => ({ path: posix.join(schemas, path), text });
  const folders = ['src', 'test', ...(infra ? ['infra'] : []), out];
  const isModule = (facts.manifest?.type ?? (facts.hasSource ? '' : 'module')) === 'module';
  const isOwnPnpm = manager === 'pnpm' && !facts.isInPnpmWorkspace;
  return [
    ...(sample && runs ? [compilerFile(folders, isModule)] : []),
    at(settingsFile(facts, answers, sample && !hasSchemas)),
    ...(sample && !hasSchemas ? [at(sampleSchema())] : []),
    ...(sample ? sampleCode(layout) : []),
    ...(infra ? infraFiles(layout, answers) : []),
    ...(infra && sample && runs ? [cdkFile()] : []),
    { path: '.gitattributes', text: linesText(attributes({ schemas, out })) },
    ...(sample ? [{ path: '.gitignore', text: linesText(ignored(manager)) }] : []),
    ...(infra && isOwnPnpm
      ? [{ path: PNPM_WORKSPACE, text: linesText([...PNPM_PACKAGES, ...PNPM_BUILDS]) }]
      : []),
    ...editorFiles(facts, answers),
  ];
}

/** A new project's tsconfig.json is ours, and takes what Node runs as it is. */
function extensionOf({ compiler }: ProjectFacts, sample: boolean): 'js' | 'ts' | 'none' {
  return compiler?.importExtension ?? (sample ? 'ts' : 'js');
}

function settingsFile(
  facts: ProjectFacts,
  { schemas, sample }: InitAnswers,
  hasTopics: boolean,
): FileText {
  const importExtension = extensionOf(facts, sample);
  const root = posix.join(posix.relative(`/${schemas}`, '/'), facts.installedIn);
  const settings = {
    $schema: `${root}/node_modules/tavro/docs/editor/tavro.schema.json`,
    ...(importExtension !== 'js' && { importExtension }),
    topics: hasTopics ? SAMPLE_TOPICS : {},
  };
  return { path: 'tavro.json', text: jsonText(settings) };
}

/** Only for what is opened by itself: an editor reads no settings of folders below the one it opened. */
function editorFiles(facts: ProjectFacts, answers: InitAnswers): readonly FileText[] {
  if (!answers.editor || facts.pathInRepository !== '') return [];
  const { schemas, out } = answers;
  const { exec } = WORDS[answers.manager];
  return [
    { path: '.vscode/settings.json', text: jsonText(vscodeSettings()) },
    { path: '.vscode/tasks.json', text: jsonText(vscodeTasks({ schemas, out, exec })) },
  ];
}

function workflowFiles(
  { pathInRepository: folder }: ProjectFacts,
  { workflow: isWanted, manager, flags }: InitAnswers,
): readonly FileText[] {
  if (!isWanted) return [];
  return [{ path: workflowPath(folder), text: workflow({ manager, folder, flags }) }];
}
