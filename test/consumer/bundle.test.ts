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

  it.each([BUNDLES.consumer, BUNDLES.consumerStart, BUNDLES.sample, BUNDLES.sampleStart])(
    '$name is no larger than bench/README.md says, and 5 %',
    async (one) => {
      const { name, code, counts, ...how } = one;
      const page = readFileSync(join(import.meta.dirname, '../../bench/README.md'), 'utf8');
      const [{ size, start }, bound] = [await bundle(code, how), boundOf(page, name)];
      const counted = counts === 'start' ? start : size;
      expect(counted.minified).toBeLessThanOrEqual(bound.minified);
      expect(counted.packed).toBeLessThanOrEqual(bound.packed);
    },
  );
});
