/**
 * The sample's schemas as they once were, and the code made of them: for tests that need types, so
 * that the sample itself can be edited as the README's tour does. Nobody edits these.
 */
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { readLock } from '../../codegen/disk/lock-file.js';
import { expectFreshCode } from '../codegen/fresh-code.js';

it('is what codegen makes of it now', () =>
  expectFreshCode(fileURLToPath(new URL('.', import.meta.url)), 1));

it('is version 1 of the sample, which is released: the gate has something to keep', async () => {
  const firsts = ['../../schemas', 'schemas'].map(async (folder) => {
    const { subjects } = await readLock(fileURLToPath(new URL(folder, import.meta.url)));
    return subjects.get('user-clicks-avro-value')?.versions[0];
  });
  const [sample, frozen] = await Promise.all(firsts);
  expect(frozen).toMatchObject({ version: 1, state: 'released', ids: {} });
  expect(sample).toMatchObject({ version: 1, state: 'released', identity: frozen?.identity });
});
