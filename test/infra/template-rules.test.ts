import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkTemplate, type ExampleResources, templateRules } from '../../infra/index.js';

/** The ids of the rules that find something. */
function findings(Resources: ExampleResources): string[] {
  return checkTemplate(JSON.stringify({ Resources })).map(({ rule }) => rule);
}

describe('template rules', () => {
  it('are each a file of their name', () => {
    const files = readdirSync(new URL('../../infra/template/rules/', import.meta.url))
      .filter((file) => file !== 'index.ts')
      .map((file) => file.replace(/\.ts$/, ''));
    expect(templateRules.map(({ id }) => id).sort()).toEqual(files.sort());
  });

  it.each(templateRules)('$id: its example trips it and no other', ({ id, example }) => {
    expect(new Set(findings(example.refused))).toEqual(new Set([id]));
    expect(findings(example.accepted)).toEqual([]);
  });

  it.each(templateRules)('$id says what to do in whole sentences', ({ why, fix }) => {
    for (const text of [why, fix]) expect(text).toMatch(/^[A-Z`].*[.]$/s);
  });
});
