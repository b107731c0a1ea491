import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { checkTemplate } from '../../infra/index.js';

/** Templates as other teams have them, after what AWS, SAM, CDK and Confluent document; written here. */
const FOLDER = new URL('foreign/', import.meta.url);

it.each(readdirSync(FOLDER))('finds nothing in %s, which is valid', (file) => {
  expect(checkTemplate(readFileSync(new URL(file, FOLDER), 'utf8'))).toEqual([]);
});
