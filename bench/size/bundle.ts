/** The bundles whose size is told: what each is made of, and how large it is. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

interface How {
  /** In files of which those that an `import()` leads to are loaded when it is met, or in one file. */
  readonly split?: boolean;
  /** Export conditions besides those of sources. */
  readonly conditions?: readonly string[];
}

export interface Bundle extends How {
  readonly name: string;
  readonly code: string;
  /** What counts: all bytes, or those that are loaded at the start. @default 'all' */
  readonly counts?: 'all' | 'start';
}

export type BundleName =
  | 'codec'
  | 'decoding'
  | 'registry'
  | 'consumerStart'
  | 'consumer'
  | 'sampleStart'
  | 'sample'
  | 'avsc';

const CODEC = `
  export { UserClickCodec } from './test/frozen/generated/com/mycompany/events/UserClick.ts';
`;
const CONSUMER = `
  import { createHandler, on } from 'tavro/consumer';
  import { userClicksAvro } from './test/frozen/generated/topics.ts';
  export const handler = createHandler({ routes: [on(userClicksAvro, () => {})] });
`;
const SAMPLE = `export { handler } from './consumer/user-clicks.ts';`;

export const BUNDLES: Readonly<Record<BundleName, Bundle>> = {
  codec: { name: 'codec of UserClick', code: CODEC },
  decoding: {
    name: 'codec of UserClick that only decodes',
    code: CODEC,
    conditions: ['tavro-decode-only'],
  },
  registry: {
    name: 'UserClick, frames and a registry client',
    code: `export { createRegistry, unframe } from 'tavro/runtime'; ${CODEC}`,
  },
  consumerStart: {
    name: 'handler of UserClick, loaded at start',
    code: CONSUMER,
    split: true,
    counts: 'start',
  },
  consumer: { name: 'handler of UserClick, in one file', code: CONSUMER },
  sampleStart: {
    name: 'sample function, loaded at start',
    code: SAMPLE,
    split: true,
    counts: 'start',
  },
  sample: { name: 'sample function, in one file', code: SAMPLE },
  avsc: {
    name: 'avsc, base64 and a loop',
    code: `export * from './bench/consumer/sides/avsc.ts';`,
  },
};

/** In bytes. */
export interface Size {
  readonly minified: number;
  /** By gzip: functions are uploaded and fetched packed. */
  readonly packed: number;
}

/** Bundles code at the root of the repository as `infra/consumer/consumer-function.ts` does. */
export async function bundle(code: string, { split = false, conditions = [] }: How = {}) {
  const options = {
    stdin: { contents: code, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    conditions: ['tavro-source', 'module', ...conditions],
    external: ['@aws-sdk/*'],
    define: { 'process.env.USER_CLICK_SCHEMA': '"null"' },
    absWorkingDir: ROOT,
    outdir: ROOT,
    splitting: split,
    logLevel: 'error',
  } as const satisfies BuildOptions;
  const { metafile, outputFiles } = await build(options);
  const outputs = Object.values(metafile.outputs);
  const atStart = loadedAtStart(metafile);
  return {
    /** The files that something of is in it. */
    files: outputs.flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [path] : [],
      ),
    ),
    /** The modules that it leaves to be loaded. */
    imports: outputs.flatMap(({ imports }) => imports.map(({ path }) => path)),
    size: sizeOf(outputFiles),
    /** Of what is loaded before anything runs. */
    start: sizeOf(outputFiles.filter(({ path }) => atStart.has(path))),
  };
}

/** The files that an entry and what it imports statically are in. */
function loadedAtStart({ outputs }: Metafile): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const output = outputs[path];
    if (output === undefined || found.has(join(ROOT, path))) return;
    found.add(join(ROOT, path));
    for (const { path: next, kind } of output.imports) if (kind === 'import-statement') visit(next);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs))
    if (entryPoint === '<stdin>') visit(path);
  return found;
}

function sizeOf(files: readonly OutputFile[]): Size {
  const sum = (of: (bytes: Uint8Array) => number) =>
    files.reduce((total, { contents }) => total + of(contents), 0);
  return { minified: sum(({ length }) => length), packed: sum((bytes) => gzipSync(bytes).length) };
}
