/** An option given as `undefined` is an option not given, in every options object of every entry. */
import { expect, it } from '@jest/globals';
import { codegenRows, containerRows, runtimeRows } from './data-rows.js';
import { entries, optionsObjects } from './discover.js';
import { consumerRows, producerRows } from './kafka-rows.js';
import { undefinedIsNotGiven } from './not-given.js';
import { runnerRows } from './runner-rows.js';
import { differences, type Row, row } from './same.js';
import { sourceRows } from './source-rows.js';
import { testingRows } from './testing-rows.js';

const ROWS: Readonly<Record<string, Row>> = {
  ...codegenRows,
  ...runtimeRows,
  ...containerRows,
  ...producerRows,
  ...consumerRows,
  ...sourceRows,
  ...runnerRows,
  ...testingRows,
};

/** Taken, and no options: what tavro itself made, and is given back or told, and what others implement. */
const ANSWERS = [
  'codegen Finding',
  'codegen Problem',
  'codegen Witness',
  'sources KafkaLogEntry',
  'consumer SourceState',
  'consumer DynamoDbDelete',
  'consumer DynamoDbPut',
  'consumer DynamoDbUpdate',
  'consumer SqsMessage',
  'producer Delivered',
  'producer KafkaLogEntry',
  'testing Transport',
];

/** Members of options whose type is the standard library's, so that no declaration of ours is found. */
const BY_HAND = ['consumer HandlerOptions.onFailure'];

it('has a row for every options object, and a value for each of its options', () => {
  // `infra` has its own, beside its tests.
  const found = optionsObjects(entries().filter((entry) => entry !== 'infra'));
  const want = [...found].filter(([key]) => !ANSWERS.includes(key));
  const have = Object.entries(ROWS).filter(([key]) => !BY_HAND.includes(key));
  expect(
    Object.fromEntries(have.map(([key, { given }]) => [key, Object.keys(given).sort()])),
  ).toEqual(Object.fromEntries(want));
}, 240_000);

undefinedIsNotGiven(ROWS);

it('sees an option that is pushed out by undefined', async () => {
  const run = (options: object) => ({ size: 1, ...options });
  expect(await differences(row({ size: 2 }, run))).not.toEqual([]);
});
