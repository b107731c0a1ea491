import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles as `infra/consumer-function.ts` does; gives the bytes and what went in. */
async function bundle(stdin: string) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: stdin, resolveDir: ROOT, loader: 'ts' },
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
  });
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    ),
  );
  return { used, bytes: outputFiles[0]?.contents.length ?? 0 };
}

describe('the Lambda bundle of consumer/user-clicks.ts', () => {
  it('has the consumer, the runtime, its own schemas and its logger, and nothing else', async () => {
    const { used } = await bundle("export { handler } from './consumer/user-clicks.ts'");
    const ours = used.filter((path) => !path.startsWith('node_modules/'));
    const rooms = new Set(ours.map((path) => path.split('/')[0]));
    expect([...rooms].sort()).toEqual(['consumer', 'generated', 'runtime']);
    expect(ours).toContain('consumer/user-clicks.ts');
    expect(ours).toContain('generated/topics.ts');
    const packages = used.flatMap(
      (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );
    const loggerPackages = ['@aws-lambda-powertools/', '@aws/lambda-invoke-store', 'lodash'];
    const others = packages.filter((name) => !loggerPackages.some((own) => name.startsWith(own)));
    expect(others).toEqual([]);
  });

  it('stays small without a logger of its own', async () => {
    const { bytes, used } = await bundle(`
      import { createHandler, on } from 'tavro/consumer';
      import { userClicksAvro } from './test/frozen/generated/topics.ts';
      export const handler = createHandler({ routes: [on(userClicksAvro, () => {})] });
    `);
    expect(used.filter((path) => path.startsWith('node_modules/'))).toEqual([]);
    // A bound against something large slipping in, well above what it is today.
    expect(bytes).toBeLessThan(72 * 1024);
  });
});
