/** Files that a project has beside its code. */
import type { PackageManager } from '../disk/package-manager.js';
import type { FileText } from '../emit/file.js';

/** For a project without one: Node runs its sources as they are, and the compiler writes `dist`. */
export function compilerFile(folders: readonly string[], isModule: boolean): FileText {
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    erasableSyntaxOnly: true,
    ...(isModule && { verbatimModuleSyntax: true }),
    rewriteRelativeImportExtensions: true,
    rootDir: '.',
    outDir: 'dist',
  };
  return { path: 'tsconfig.json', text: jsonText({ compilerOptions, include: folders }) };
}

/** Line ends as codegen writes them, on every system; reviews show generated code folded. */
export function attributes({ schemas, out }: { schemas: string; out: string }): readonly string[] {
  return [`${pattern(out)} text eol=lf linguist-generated`, `${pattern(schemas)} text eol=lf`];
}

/** @see https://git-scm.com/docs/gitattributes: a pattern with a blank is quoted as in C */
function pattern(folder: string): string {
  const all = `${folder.replaceAll('\\', '/')}/**`;
  return /[\s"]/.test(all) ? JSON.stringify(all) : all;
}

export function ignored(manager: PackageManager): readonly string[] {
  const yarn = manager === 'yarn' ? ['.yarn/', '.pnp.*'] : [];
  return ['node_modules/', 'dist/', 'cdk.out/', ...yarn];
}

/** pnpm 9 wants to know them. */
export const PNPM_PACKAGES = ['packages:', '  - .'];
/** pnpm asks of each package that has a build script whether it may run. esbuild comes with the CDK app. */
export const PNPM_BUILDS = ['allowBuilds:', '  esbuild: true'];

/** Lines that a file of a project does not have. */
export function missingLines(text: string, lines: readonly string[]): readonly string[] {
  const bare = (line: string): string => line.trim().replace(/\/$/, '');
  const known = new Set(text.split('\n').map(bare));
  return lines.filter((line) => !known.has(bare(line)));
}

export function linesText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
