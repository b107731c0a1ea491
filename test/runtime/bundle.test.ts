import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The files that end up in a bundle of this code. */
async function bundled(code: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    conditions: ['tavro-source', 'module'],
    absWorkingDir: ROOT,
  });
  return Object.values(metafile.outputs).flatMap(({ inputs, imports }) => [
    ...Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    ),
    ...imports.map(({ path }) => path),
  ]);
}

describe('what is not imported from tavro/runtime is not bundled', () => {
  it('keeps tools out of a bundle that frames and asks a registry', async () => {
    const files = await bundled(`
      import { createRegistry, unframe, writerDecoders } from 'tavro/runtime';
      import { UserClickCodec } from './test/frozen/generated/com/mycompany/events/UserClick.ts';
      export const registry = createRegistry({ url: 'http://127.0.0.1' });
      export const decoders = writerDecoders(UserClickCodec, registry);
      export { unframe };
    `);
    expect(files).toContain('runtime/registry/client.ts');
    const tools = /avro-json|single-object|container|zlib/;
    expect(files.filter((file) => tools.test(file))).toEqual([]);
  });

  it('keeps what only tools ask of a registry out of a bundle that makes one', async () => {
    const files = await bundled(`export { createRegistry } from 'tavro/runtime';`);
    expect(files.sort()).toEqual([
      'runtime/registry/client.ts',
      'runtime/registry/credentials.ts',
      'runtime/registry/error.ts',
      'runtime/registry/http.ts',
      'runtime/registry/memo.ts',
      'runtime/registry/schemas.ts',
    ]);
  });

  it('needs zlib for tavro/container only', async () => {
    const tools = 'toAvroJson, fromAvroJson, encodeSingleObject';
    const runtime = await bundled(`export { ${tools} } from 'tavro/runtime';`);
    expect(runtime).toContain('runtime/avro-json/print.ts');
    expect(runtime).not.toContain('node:zlib');
    const container = await bundled(`export { readContainer } from 'tavro/container';`);
    expect(container).toContain('node:zlib');
  });
});

it('fits UserClick, frames and a registry client into 33 KiB, 12.5 KiB packed', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { createRegistry, unframe } from 'tavro/runtime';
        export { UserClickCodec } from './test/frozen/generated/com/mycompany/events/UserClick.ts';
      `,
      resolveDir: ROOT,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'esm',
    conditions: ['tavro-source'],
    absWorkingDir: ROOT,
  });
  const bytes = Buffer.concat(outputFiles.map(({ contents }) => contents));
  expect(bytes.length).toBeLessThanOrEqual(33 * 1024);
  // Functions are uploaded and fetched packed.
  expect(gzipSync(bytes).length).toBeLessThanOrEqual(12.5 * 1024);
});
