/** What is the same in every variant: the topic, and the function that reads it. */
import path from 'node:path';
import { contracts } from '../../generated/contracts.js';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

/** The function of `consumer/user-clicks.ts`. */
export const userClicksFunction = {
  entry: path.join(ROOT, 'consumer', 'user-clicks.ts'),
  projectRoot: ROOT,
  depsLockFilePath: path.join(ROOT, 'package-lock.json'),
} as const;

/** In this repository `tavro/*` is the source beside us. */
export const conditions = ['tavro-source'];

/** The same as props of a {@link PipelineStack}. */
export const userClicks = {
  topics: contracts.topics,
  schemas: path.join(ROOT, 'schemas'),
  conditions,
  // As consumer/user-clicks.ts has it.
  alarms: { metricsNamespace: 'UserClicks' },
  consumers: {
    UserClicks: {
      ...userClicksFunction,
      topic: 'user-clicks-avro',
      // As consumer/user-clicks.ts has it, by the default of createHandler.
      onFailure: 'fail',
      batchSize: 100,
    },
  },
} as const;
