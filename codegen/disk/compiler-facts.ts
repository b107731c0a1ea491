/** What a tsconfig.json asks of the code that it compiles. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'jsonc-parser';

export interface CompilerFacts {
  /** How a relative import must end: what the compiler and the code's other readers resolve. */
  readonly importExtension: 'js' | 'ts' | 'none';
  /** Whether it finds the entries of a package, `tavro/producer`. */
  readonly findsEntries: boolean;
  /** The one folder that it compiles, such as `src`; absent where there is none or there are several. */
  readonly onlyFolder?: string;
}

/** More are not followed: a chain that long is a circle. */
const MAX_EXTENDS = 10;

type Options = Partial<Record<string, unknown>>;

/** @returns undefined where there is no tsconfig.json */
export function compilerFacts(folder: string): CompilerFacts | undefined {
  const file = join(folder, 'tsconfig.json');
  if (!existsSync(file)) return undefined;
  const { options, include } = readConfig(file, MAX_EXTENDS);
  const text = (key: string): string => String(options[key] ?? '').toLowerCase();
  const module = text('module');
  const isNode = /^node\d|^nodenext/.test(module);
  const resolution = text('moduleResolution') || (isNode ? module : '');
  const isBundler = resolution === 'bundler' || (resolution === '' && module === 'preserve');
  const onlyFolder = onlyFolderOf(text('rootDir'), include);
  return {
    importExtension: extensionOf(options, isNode || /^node\d\d|^nodenext/.test(resolution)),
    findsEntries: isBundler || /^node\d\d|^nodenext/.test(resolution) || isNode,
    ...(onlyFolder !== undefined && { onlyFolder }),
  };
}

function extensionOf(options: Options, isNode: boolean): CompilerFacts['importExtension'] {
  const takesTs =
    options.rewriteRelativeImportExtensions === true || options.allowImportingTsExtensions === true;
  if (takesTs) return 'ts';
  return isNode ? 'js' : 'none';
}

/** Of `rootDir` or of `include`: generated code must stand there. */
function onlyFolderOf(rootDir: string, include: readonly string[]): string | undefined {
  const folders = new Set(
    (include.length > 0 ? include : [rootDir]).map(
      (path) => path.replace(/^\.\//, '').split('/')[0],
    ),
  );
  const [only = ''] = folders;
  return folders.size === 1 && /^\w[\w-]*$/.test(only) ? only : undefined;
}

function readConfig(
  file: string,
  depth: number,
): { readonly options: Options; readonly include: readonly string[] } {
  const given: unknown = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined;
  const {
    compilerOptions,
    include,
    extends: base,
  }: Partial<Record<string, unknown>> = Object(given);
  const bases = (Array.isArray(base) ? base : [base]).filter((one) => typeof one === 'string');
  const inherited =
    depth === 0 ? [] : bases.map((one) => readConfig(baseFile(file, one), depth - 1));
  return {
    options: Object.assign({}, ...inherited.map(({ options }) => options), Object(compilerOptions)),
    include: Array.isArray(include)
      ? include.filter((one) => typeof one === 'string')
      : (inherited.at(-1)?.include ?? []),
  };
}

/** @see https://www.typescriptlang.org/tsconfig/#extends */
function baseFile(file: string, base: string): string {
  if (base.startsWith('.')) {
    const path = resolve(dirname(file), base);
    return existsSync(path) && base.endsWith('.json') ? path : `${path}.json`;
  }
  const { resolve: find } = createRequire(file);
  for (const name of [base, `${base}.json`, `${base}/tsconfig.json`]) {
    try {
      return find(name);
    } catch {
      // The next form.
    }
  }
  return '';
}
