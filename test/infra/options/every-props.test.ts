/** A prop given as `undefined` is a prop not given: rows for all props of `tavro/infra`, none left out. */
import { expect, it } from '@jest/globals';
import { optionsObjects } from '../../options/discover.js';
import type { Row } from '../../options/same.js';
import { accessRows } from './access.js';
import { clusterRows } from './cluster.js';
import { consumerRows } from './consumer.js';
import { contractRows } from './contract.js';
import { pipelineRows } from './pipeline.js';
import { rolloutRows } from './rollout.js';
import { subjectsRows } from './subjects.js';
import { watchRows } from './watch.js';

const ROWS: Readonly<Record<string, Row>> = {
  ...accessRows,
  ...clusterRows,
  ...consumerRows,
  ...contractRows,
  ...pipelineRows,
  ...rolloutRows,
  ...subjectsRows,
  ...watchRows,
};

/**
 * Members of props whose type is the standard library's, so that no declaration of ours is found; and
 * what props extend, which only a function within the room takes by itself.
 */
const BY_HAND = [
  'infra SubscriptionSettings.onFailure',
  'infra ReaderVersions',
  'infra ReaderVersions.reads',
];

it('has a row for every props object, and a value for each of its props', () => {
  const found = Object.fromEntries(optionsObjects(['infra']));
  const have = Object.entries(ROWS)
    .filter(([key]) => !BY_HAND.includes(key))
    .map(([key, { given }]) => [key, Object.keys(given).sort()]);
  expect(Object.fromEntries(have)).toEqual(found);
}, 240_000);
