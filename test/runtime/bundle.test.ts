import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withMarked } from '../../bench/report/marked.js';
import { BUNDLES, bundle } from '../../bench/size/bundle.js';
import { boundOf } from '../../bench/size/table.js';

/** The files that end up in a bundle of this code, and the modules that it loads. */
async function bundled(code: string): Promise<string[]> {
  const { files, imports } = await bundle(code);
  return [...files, ...imports];
}

describe('what is not imported is not bundled', () => {
  it('keeps tools out of a bundle that frames and asks a registry', async () => {
    const files = await bundled(`
      import { createRegistry, unframe, writerDecoders } from 'tavro/runtime';
      import { UserClickCodec } from './test/frozen/generated/com/mycompany/events/UserClick.ts';
      export const registry = createRegistry({ url: 'http://127.0.0.1' });
      export const decoders = writerDecoders(UserClickCodec, registry);
      export { unframe };
    `);
    expect(files).toContain('runtime/registry/client.ts');
    const tools = /avro-json|single-object|container|runtime.fingerprint|runtime.avro|zlib|crypto/;
    expect(files.filter((file) => tools.test(file))).toEqual([]);
  });

  it('keeps what only tools ask of a registry out of a bundle that makes one', async () => {
    const files = await bundled(`export { createRegistry } from 'tavro/runtime';`);
    expect(files.sort()).toEqual([
      'runtime/registry/client.ts',
      'runtime/registry/credentials.ts',
      'runtime/registry/error.ts',
      'runtime/registry/guid.ts',
      'runtime/registry/handshake.ts',
      'runtime/registry/http.ts',
      'runtime/registry/memo.ts',
      'runtime/registry/schemas.ts',
      'runtime/registry/scheme.ts',
      'runtime/registry/tls-fetch.ts',
      'runtime/tls.ts',
    ]);
  });

  it('needs built-ins for those parts of tavro/avro that use them only', async () => {
    const tools = 'toAvroJson, fromAvroJson, encodeSingleObject';
    const formats = await bundled(`export { ${tools} } from 'tavro/avro';`);
    expect(formats).toContain('runtime/avro-json/print.ts');
    expect(formats.filter((file) => file.startsWith('node:'))).toEqual([]);
    const container = await bundled(`export { readContainer } from 'tavro/avro';`);
    expect(container).toContain('node:zlib');
    const hashed = await bundled(`export { fingerprint } from 'tavro/avro';`);
    expect(hashed.filter((file) => file.startsWith('node:'))).toEqual(['node:crypto']);
  });
});

describe('the bundle of a codec', () => {
  it.each([BUNDLES.codec, BUNDLES.decoding, BUNDLES.registry])(
    '$name is no larger than bench/README.md says, and 5 %',
    async ({ name, code, ...how }) => {
      const page = readFileSync(join(import.meta.dirname, '../../bench/README.md'), 'utf8');
      const [{ size }, bound] = [await bundle(code, how), boundOf(page, name)];
      expect(size.minified).toBeLessThanOrEqual(bound.minified);
      expect(size.packed).toBeLessThanOrEqual(bound.packed);
    },
  );
});

describe('the bound of a bundle', () => {
  const page = withMarked('<!-- bundles -->\n<!-- /bundles -->', 'bundles', '| one | 1000 | 419 |');

  it('is what the page says, and 5 %', () => {
    expect(boundOf(page, 'one')).toEqual({ minified: 1_050, packed: 439 });
  });

  it('is asked for by a name that the page has', () => {
    expect(() => boundOf(page, 'two')).toThrow('npm run bench:size');
    expect(() => withMarked('# A page', 'bundles', '')).toThrow('no markers');
  });
});
