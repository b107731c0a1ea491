import { PipelineStack } from '../index.js';
import { userClicks } from './user-clicks.js';
import type { Variant } from './variant.js';

/** The whole pipeline: network, standard brokers with KRaft, SCRAM users, topic, function. */
export const sample: Variant = (app, { stackName, ...settings }) => {
  new PipelineStack(app, stackName, { ...settings, ...userClicks });
};
