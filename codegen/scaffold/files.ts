/** Files that a project has beside its code. */
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
export function attributes({ schemas, out }: { schemas: string; out: string }): string {
  return `${out}/** text eol=lf linguist-generated\n${schemas}/** text eol=lf\n`;
}

export const IGNORED = 'node_modules/\ndist/\ncdk.out/\n';

/** pnpm asks of each package that has a build script whether it may run. esbuild comes with the CDK app. */
export const PNPM_SETTINGS = 'allowBuilds:\n  esbuild: true\n';

export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
