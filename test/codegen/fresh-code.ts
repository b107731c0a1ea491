import { join } from 'node:path';
import { expect } from '@jest/globals';
import { run } from '../../codegen/program.js';
import { refuseBadSyntaxIn } from './syntax.js';

/** Whether `generated/` of a folder is what codegen makes of its `schemas/`. `npm run golden:update` writes it. */
export async function expectFreshCode(folder: string, types: number): Promise<void> {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const folders = ['--schemas', join(folder, 'schemas'), '--out', join(folder, 'generated')];
  const check = process.env.TAVRO_GOLDEN === 'update' ? [] : ['--check'];
  const { signal } = new AbortController();
  const code = await run(['codegen', ...folders, ...check], {
    out: say,
    err: say,
    env: {},
    signal,
  });
  const expected = expect.stringMatching(new RegExp(`up to date|${types} types`));
  refuseBadSyntaxIn(join(folder, 'generated'));
  expect({ code, said }).toEqual({ code: 0, said: [expected] });
}
