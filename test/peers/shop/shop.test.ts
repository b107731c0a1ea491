/**
 * A project of topics as real registries have them: keys of any type, three types in one topic
 * under each strategy. Its code is what clients of others are held to.
 */
import { fileURLToPath } from 'node:url';
import { it } from '@jest/globals';
import { expectFreshCode } from '../../codegen/fresh-code.js';

it('is what codegen makes of it now', () =>
  expectFreshCode(fileURLToPath(new URL('.', import.meta.url)), 6));
