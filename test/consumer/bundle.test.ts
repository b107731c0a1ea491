import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BUNDLES, bundle } from '../../bench/size/bundle.js';
import { boundOf } from '../../bench/size/table.js';

describe('the Lambda bundle of consumer/user-clicks.ts', () => {
  it('has the consumer, the runtime and its own schemas, and nothing else', async () => {
    const { files } = await bundle("export { handler } from './consumer/user-clicks.ts'");
    const ours = files.filter((path) => !path.startsWith('node_modules/'));
    const rooms = new Set(ours.map((path) => path.split('/')[0]));
    expect([...rooms].sort()).toEqual(['consumer', 'generated', 'runtime']);
    expect(ours).toContain('consumer/user-clicks.ts');
    expect(ours).toContain('generated/topics/user-clicks-avro.ts');
    expect(files.filter((path) => path.startsWith('node_modules/'))).toEqual([]);
  });

  it('is no larger without a logger of its own than bench/README.md says, and 5 %', async () => {
    const { name, code } = BUNDLES.consumer;
    const page = readFileSync(join(import.meta.dirname, '../../bench/README.md'), 'utf8');
    const [{ files, size }, bound] = [await bundle(code), boundOf(page, name)];
    expect(files.filter((path) => path.startsWith('node_modules/'))).toEqual([]);
    expect(size.minified).toBeLessThanOrEqual(bound.minified);
    expect(size.packed).toBeLessThanOrEqual(bound.packed);
  });
});
