import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkTemplate } from '../../infra/index.js';
import { unknowing } from './mutations.js';

/** Templates as other teams have them, after what AWS, SAM, CDK and Confluent document; written here. */
const FOLDER = new URL('foreign/', import.meta.url);

describe.each(readdirSync(FOLDER))('%s, which is valid,', (file) => {
  const json = readFileSync(new URL(file, FOLDER), 'utf8');

  it('is found no fault with', () => {
    expect(checkTemplate(json)).toEqual([]);
  });

  it('is found no fault with where more of it is known to the deployment only', () => {
    for (const [path, mutate] of unknowing(JSON.parse(json).Resources)) {
      const template = JSON.parse(json);
      mutate(template.Resources);
      expect([path, ...checkTemplate(JSON.stringify(template))]).toEqual([path]);
    }
  });
});
