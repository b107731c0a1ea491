/** What waivers hide, and what the rules say of them. */
import { expect, it } from '@jest/globals';
import { Severities } from '../../../codegen/check/severity.js';
import { applyWaivers } from '../../../codegen/check/waivers.js';
import { SourceText } from '../../../codegen/model/source-text.js';

const waiver = {
  rule: 'field-default-missing',
  subject: 'orders-value',
  path: 'note',
  reason: 'The topic is empty.',
  expires: '2030-06-15',
  origin: { source: new SourceText('tavro.json', '{}\n  {}'), offset: 5, length: 2 },
};
const unused = {
  rule: 'waiver-unused',
  category: 'LINT',
  subject: 'orders-value',
  path: 'note',
  at: { file: 'tavro.json', line: 2, column: 3 },
  message: 'The waiver of field-default-missing hides nothing.',
  fix: 'Remove it from tavro.json.',
};
const off = new Map([['waiver-unused', 'off' as const]]);
const warning = new Map([['waiver-unused', 'warning' as const]]);

it.each([
  ['as the rule says', new Map(), new Map(), [{ ...unused, severity: 'error' }]],
  ['as the project says', warning, new Map(), [{ ...unused, severity: 'warning' }]],
  ['off for the subject', warning, new Map([['orders-value', off]]), []],
  ['off for another', new Map(), new Map([['other', off]]), [{ ...unused, severity: 'error' }]],
])('an unused waiver counts %s', (_, rules, subjects, findings) => {
  const applied = applyWaivers([], [waiver], {
    today: '2030-06-15',
    severities: new Severities({ rules, subjects }),
    isLookedFor: () => true,
  });
  expect(applied).toEqual({ findings, waived: [] });
});
