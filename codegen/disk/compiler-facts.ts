/** What a tsconfig.json asks of the code that it compiles. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type ParseError, parse } from 'jsonc-parser';
import { notJson } from './not-json.js';

export interface CompilerFacts {
  /** How a relative import must end: what the compiler and the code's other readers resolve. */
  readonly importExtension: 'js' | 'ts' | 'none';
  /** Whether it finds the entries of a package, `tavro/producer`. */
  readonly findsEntries: boolean;
  /** The one folder that it compiles, such as `src`; absent where there is none or there are several. */
  readonly onlyFolder?: string;
}

type Options = Partial<Record<string, unknown>>;

/**
 * @returns undefined where there is no tsconfig.json
 * @throws CodegenError `INPUT_INVALID` for one that is not JSON
 */
export function compilerFacts(folder: string): CompilerFacts | undefined {
  const file = join(folder, 'tsconfig.json');
  if (!existsSync(file)) return undefined;
  const { options, include } = readConfig(file, new Map());
  const text = (key: string): string => String(options[key] ?? '').toLowerCase();
  const kind = kindOf(text('module'), text('moduleResolution'), file);
  const onlyFolder = onlyFolderOf(text('rootDir'), include);
  return {
    importExtension: extensionOf(options, kind),
    findsEntries: kind !== 'old',
    ...(onlyFolder !== undefined && { onlyFolder }),
  };
}

/** How modules are found: as Node does, as bundlers do, or as Node did before packages had entries. */
type Kind = 'node' | 'bundler' | 'old';

function kindOf(module: string, resolution: string, file: string): Kind {
  if (resolution === 'bundler') return 'bundler';
  if (/^node(1\d|2\d|next)$/.test(resolution)) return 'node';
  if (resolution !== '') return 'old';
  if (/^node(1\d|2\d|next)$/.test(module)) return 'node';
  // What is not said is decided by the compiler: from 6 on as bundlers do.
  return module === 'preserve' || compilerVersion(file) >= 6 ? 'bundler' : 'old';
}

/** The compiler's, or the newest where it is not installed: then nothing is said to be wrong. */
function compilerVersion(file: string): number {
  try {
    const manifest = createRequire(file).resolve('typescript/package.json');
    return Number.parseInt(JSON.parse(readFileSync(manifest, 'utf8')).version, 10);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function extensionOf(options: Options, kind: Kind): CompilerFacts['importExtension'] {
  const takesTs =
    options.rewriteRelativeImportExtensions === true || options.allowImportingTsExtensions === true;
  if (takesTs) return 'ts';
  // `.js` is found in every way; bundlers differ.
  return kind === 'bundler' ? 'none' : 'js';
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

interface Config {
  readonly options: Options;
  readonly include: readonly string[];
}

const EMPTY: Config = { options: {}, include: [] };

/** @param known of each file, read once: files may extend each other in a circle, and many one */
function readConfig(file: string, known: Map<string, Config>): Config {
  const before = known.get(file);
  if (before !== undefined) return before;
  known.set(file, EMPTY);
  const config = combined(file, known);
  known.set(file, config);
  return config;
}

function combined(file: string, known: Map<string, Config>): Config {
  const given = existsSync(file) ? parsed(file) : {};
  const {
    compilerOptions,
    include,
    extends: base,
    references,
    files,
  }: Partial<Record<string, unknown>> = Object(given);
  const [reference] = Array.isArray(references) ? references : [];
  // A file that only names others, as Vite's: the first of them is the application's.
  if (Array.isArray(files) && files.length === 0 && reference !== undefined)
    return readConfig(referenced(file, String(Object(reference).path)), known);
  const bases = (Array.isArray(base) ? base : [base]).filter((one) => typeof one === 'string');
  const inherited = bases.map((one) => readConfig(baseFile(file, one), known));
  return {
    options: Object.assign({}, ...inherited.map(({ options }) => options), Object(compilerOptions)),
    include: Array.isArray(include)
      ? include.filter((one) => typeof one === 'string')
      : (inherited.at(-1)?.include ?? []),
  };
}

function parsed(file: string): unknown {
  const errors: ParseError[] = [];
  const text = readFileSync(file, 'utf8');
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value;
  throw notJson(file, text, first.offset);
}

function referenced(file: string, path: string): string {
  const target = resolve(dirname(file), path);
  return target.endsWith('.json') ? target : join(target, 'tsconfig.json');
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
