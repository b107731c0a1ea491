/** Projects of TypeScript that use the package, without declarations of Node or of the DOM. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from '../architecture/imports.js';
import { execute, type PackedProject } from './packed.js';

interface Compiler {
  readonly folder: string;
  readonly version: string;
}

/** Folders of more compilers, with commas: `.ci/run` has older ones, which take their time. */
const MORE = process.env.TAVRO_COMPILERS?.split(',');

export const COMPILERS: readonly Compiler[] = [
  join(ROOT, 'node_modules', 'typescript'),
  ...(MORE ?? []),
].map((path) => {
  // From where the tests were started: compilers are run elsewhere.
  const folder = resolve(path);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { folder, version };
});

/** What a project of each kind says of itself. */
const KINDS = {
  module: { type: 'module', module: 'nodenext', lib: ['es2023'] },
  bundler: { type: 'module', module: 'esnext', lib: ['es2023'] },
  commonjs: { type: 'commonjs', module: 'nodenext', lib: ['es2023'] },
  // The CDK's declarations need the second.
  stack: { type: 'module', module: 'nodenext', lib: ['es2023', 'esnext.disposable'] },
} as const;

export type Kind = keyof typeof KINDS;

/** The kinds of projects that a compiler is tried with. */
export function kindsFor({ version }: Compiler): Kind[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  // Before 5.8 it does not know that CommonJS may `require` a module.
  const requires = major > 5 || minor >= 8;
  // It checks the declarations of the whole CDK.
  const hasTime = MORE !== undefined;
  return [
    'module',
    'bundler',
    ...(requires ? (['commonjs'] as const) : []),
    ...(hasTime ? (['stack'] as const) : []),
  ];
}

/** What a compiler says of a project that imports these entries. */
export async function compileUse(
  project: PackedProject,
  { kind, entries, compiler }: { kind: Kind; entries: readonly string[]; compiler: Compiler },
): Promise<string> {
  const { type, module, lib } = KINDS[kind];
  const folder = `types-${kind}-${compiler.version}`;
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: kind !== 'stack',
    target: 'es2022',
    lib,
    types: [],
    module,
    moduleResolution: module === 'esnext' ? 'bundler' : module,
    skipLibCheck: false,
    noEmit: true,
  };
  const use = entries.map((entry, i) => `export * as entry${i} from '${entry}';\n`).join('');
  await project.write(`${folder}/package.json`, JSON.stringify({ type }));
  await project.write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions }));
  await project.write(`${folder}/use.ts`, use);
  const tsc = join(compiler.folder, 'bin', 'tsc');
  const args = [tsc, '-p', folder, '--pretty', 'false'];
  return execute(process.execPath, args, { cwd: project.folder }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );
}
