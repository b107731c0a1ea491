/** The ways to run the sample, by the names that `npm run synth -- NAME` takes. */
import { express } from './express.js';
import { imported } from './imported.js';
import { sample } from './sample.js';
import { selfManaged } from './self-managed.js';
import { serverless } from './serverless.js';
import type { Variant } from './variant.js';
import { zookeeper } from './zookeeper.js';

export const variants: ReadonlyMap<string, Variant> = new Map([
  ['sample', sample],
  ['imported', imported],
  ['serverless', serverless],
  ['express', express],
  ['self-managed', selfManaged],
  ['zookeeper', zookeeper],
]);
