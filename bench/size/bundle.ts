/** The bundles whose size is held: what each is made of, and how large it is. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

export interface Bundle {
  readonly name: string;
  readonly code: string;
}

export const BUNDLES = {
  codec: {
    name: 'UserClick, frames and a registry client',
    code: `
      export { createRegistry, unframe } from 'tavro/runtime';
      export { UserClickCodec } from './test/frozen/generated/com/mycompany/events/UserClick.ts';
    `,
  },
  consumer: {
    name: 'a Lambda consumer of UserClick without a logger of its own',
    code: `
      import { createHandler, on } from 'tavro/consumer';
      import { userClicksAvro } from './test/frozen/generated/topics.ts';
      export const handler = createHandler({ routes: [on(userClicksAvro, () => {})] });
    `,
  },
} as const satisfies Record<string, Bundle>;

/** In bytes. */
export interface Size {
  readonly minified: number;
  /** By gzip: functions are uploaded and fetched packed. */
  readonly packed: number;
}

/** Bundles code at the root of the repository as `infra/consumer/consumer-function.ts` does. */
export async function bundle(code: string) {
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
    conditions: ['tavro-source', 'module'],
    external: ['@aws-sdk/*'],
    absWorkingDir: ROOT,
  } as const satisfies BuildOptions;
  const { metafile, outputFiles } = await build(options);
  const outputs = Object.values(metafile.outputs);
  const bytes = Buffer.concat(outputFiles.map(({ contents }) => contents));
  return {
    /** The files that something of is in it. */
    files: outputs.flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [path] : [],
      ),
    ),
    /** The modules that it leaves to be loaded. */
    imports: outputs.flatMap(({ imports }) => imports.map(({ path }) => path)),
    size: { minified: bytes.length, packed: gzipSync(bytes).length },
  };
}
