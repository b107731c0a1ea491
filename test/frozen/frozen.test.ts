/**
 * The sample's schemas as they once were, and the code made of them: for tests that need types, so
 * that the sample itself can be edited as the README's tour does. Nobody edits these.
 */
import { fileURLToPath } from 'node:url';
import { it } from '@jest/globals';
import { expectFreshCode } from '../codegen/fresh-code.js';

it('is what codegen makes of it now', () =>
  expectFreshCode(fileURLToPath(new URL('.', import.meta.url)), 1));
