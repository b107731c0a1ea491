import { describe, expect, it } from '@jest/globals';
import { differences, type Row } from './same.js';

/** A test for each row: its options given as `undefined` are not given. */
export function undefinedIsNotGiven(rows: Readonly<Record<string, Row>>): void {
  describe('undefined is not given', () => {
    it.each(Object.entries(rows))('%s', async (_, one) => {
      expect(await differences(one)).toEqual([]);
    });
  });
}
