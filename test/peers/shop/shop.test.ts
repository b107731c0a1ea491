/**
 * A project of topics as real registries have them: keys of any type, three types in one topic
 * under each strategy. Its code is what clients of others are held to.
 */
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { run } from '../../../codegen/program.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));

it('is what codegen makes of it now', async () => {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const folders = ['--schemas', `${HERE}schemas`, '--out', `${HERE}generated`];
  // `npm run golden:update` writes it.
  const check = process.env.TAVRO_GOLDEN === 'update' ? [] : ['--check'];
  const { signal } = new AbortController();
  const code = await run(['codegen', ...folders, ...check], {
    out: say,
    err: say,
    env: {},
    signal,
  });
  expect({ code, said }).toEqual({ code: 0, said: [expect.stringMatching(/up to date|6 types/)] });
});
