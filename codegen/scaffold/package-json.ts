/** The package.json of a project: a new one, or what an old one lacks. */
import { applyEdits, type JSONPath, modify } from 'jsonc-parser';
import type { PackageManager } from '../disk/package-manager.js';
import type { ProjectFacts } from '../disk/project-facts.js';
import { WORDS } from './package-manager.js';

/** A package.json's text with what it lacked. */
export interface PackageChange {
  readonly text: string;
  /** What was added, such as `script codegen`. */
  readonly added: readonly string[];
  /** Scripts of the same names that do something else, and that the package keeps. */
  readonly kept: readonly string[];
  /** What the user has to do by hand. */
  readonly notes: readonly string[];
}

export interface PackageOptions {
  readonly manager: PackageManager;
  /** Flags of `codegen` and `check` for folders that are not the usual ones. */
  readonly flags: { readonly codegen: string; readonly check: string };
  /** With the packages that the sample's code needs. */
  readonly hasSample: boolean;
  /** With scripts that build and run it: where the compiler's settings are ours. */
  readonly runsSample: boolean;
  readonly hasInfra: boolean;
  /** This package's. */
  readonly version: string;
}

/** What stale code must not pass. */
const GUARDED = ['build', 'test', 'synth'];
/** What `npm init` writes where there is no test. */
const NO_TEST = 'echo "Error: no test specified" && exit 1';
const SAMPLE_TEST = 'node --test dist/test/*.test.js';
const DEFAULT_INDENT = 2;

/** A test holds those that this package has, too, to its own. */
export const PACKAGES = {
  dependencies: { kafkajs: '^2.2.4' },
  devDependencies: { '@types/node': '^20.19.0', typescript: '^6.0.3' },
};
export const INFRA_PACKAGES = {
  'aws-cdk-lib': '^2.276.0',
  constructs: '^10.8.1',
  esbuild: '^0.28.2',
};

/** Whether a project has tests that it runs in a way of its own. */
export function hasOwnTest({ test }: Readonly<Record<string, string>>): boolean {
  return test !== undefined && test !== NO_TEST && !test.includes(SAMPLE_TEST);
}

/** Adds what is not there. What is there stays as it is, down to its formatting. */
export function packageChange(
  { manifest, name, hasSource }: ProjectFacts,
  options: PackageOptions,
): PackageChange {
  const start = { name, version: '0.0.0', private: true, type: 'module' };
  const edit = new Edit(manifest?.text ?? `${JSON.stringify(start, null, 2)}\n`);
  // Code that is there may be CommonJS, which the word would break.
  if (options.runsSample && !hasSource && manifest !== undefined && manifest.type === undefined)
    edit.add(['type'], 'module', 'type module');
  const { notes, kept } = addScripts(edit, manifest?.scripts ?? {}, options);
  if (options.hasSample || options.hasInfra) {
    for (const [group, packages] of Object.entries(packagesOf(options)))
      for (const [key, range] of Object.entries(packages))
        if (!manifest?.dependencies.includes(key)) edit.add([group, key], range, `package ${key}`);
  }
  const text = manifest?.hasMark === true ? `\uFEFF${edit.text}` : edit.text;
  return {
    text: edit.added.length === 0 ? (manifest?.text ?? text) : text,
    added: edit.added,
    kept,
    notes,
  };
}

/** Edits a text, and keeps what was added. */
class Edit {
  text: string;
  readonly added: string[] = [];
  private readonly formattingOptions: ReturnType<typeof formattingOf>;

  constructor(text: string) {
    this.text = text;
    this.formattingOptions = formattingOf(text);
  }

  add(path: JSONPath, value: string, what: string): void {
    const { formattingOptions } = this;
    this.text = applyEdits(this.text, modify(this.text, path, value, { formattingOptions }));
    this.added.push(what);
  }
}

function addScripts(
  edit: Edit,
  given: Readonly<Record<string, string>>,
  { manager, flags, runsSample, hasInfra }: PackageOptions,
): Pick<PackageChange, 'kept' | 'notes'> {
  const refuse = `tavro codegen --check${flags.codegen}`;
  const own = runsSample ? sampleScripts(refuse, hasInfra) : {};
  const kept: string[] = [];
  const current = (name: string): string | undefined =>
    given[name] === NO_TEST ? undefined : given[name];
  const add = (name: string, script: string): void => {
    const found = current(name);
    if (found === undefined) edit.add(['scripts', name], script, `script ${name}`);
    else if (found !== script) kept.push(name);
  };
  add('codegen', `tavro codegen${flags.codegen}`);
  add('check', `tavro check${flags.check}`);
  for (const [name, script] of Object.entries(own)) add(name, script);
  const open = GUARDED.filter((name) => {
    const script = current(name) ?? own[name];
    return script !== undefined && !script.includes(refuse);
  });
  const { runsPreScripts } = WORDS[manager];
  if (runsPreScripts) for (const name of open) add(`pre${name}`, refuse);
  const byHand = runsPreScripts
    ? open.map((name) => `pre${name}`).filter((name) => kept.includes(name))
    : open;
  const why = runsPreScripts ? '' : ': Yarn runs no pre-scripts';
  const notes = byHand.map(
    (name) => `put \`${refuse} && \` before what the script ${name} does${why}.`,
  );
  return { kept, notes };
}

/** One command after the other, as Yarn runs no pre-scripts. */
function sampleScripts(refuse: string, hasInfra: boolean): Readonly<Record<string, string>> {
  const build = `${refuse} && tsc`;
  return {
    build,
    test: `${build} && ${SAMPLE_TEST}`,
    try: `${build} && node dist/src/try.js`,
    produce: `${build} && node dist/src/produce.js`,
    ...(hasInfra && { synth: `${build} && node dist/infra/app.js` }),
  };
}

function packagesOf({ hasInfra, version }: PackageOptions) {
  return {
    dependencies: { ...PACKAGES.dependencies, tavro: `^${version}` },
    devDependencies: { ...PACKAGES.devDependencies, ...(hasInfra && INFRA_PACKAGES) },
  };
}

function formattingOf(text: string): { tabSize: number; insertSpaces: boolean; eol: string } {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? ' '.repeat(DEFAULT_INDENT);
  return {
    tabSize: indent.length,
    insertSpaces: !indent.startsWith('\t'),
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
