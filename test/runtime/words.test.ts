/** Grammar of messages. */
import { expect, it } from '@jest/globals';
import { counted, withArticle } from '../../runtime/words.js';

it.each([
  [0, 'field', '0 fields'],
  [1, 'field', '1 field'],
  [2, 'field', '2 fields'],
  [1, 'more file', '1 more file'],
])('%d of %s', (count, one, expected) => expect(counted(count, one)).toBe(expected));

it('takes a plural that has no s', () => {
  expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});

it.each([
  'an acme.Order',
  'an Order',
  'an enum',
  'an int',
  'an array',
  'an Update',
  'an underscore',
  'a record',
  'a union',
  'a unit',
  'a UserClick',
  'a usage',
  'a uuid',
  'a Url',
  'a long',
])('%s', (expected) => {
  const [, word = ''] = expected.split(' ');
  expect(withArticle(word)).toBe(expected);
});
