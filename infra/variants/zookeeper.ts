import { PipelineStack } from '../index.js';
import { userClicks } from './user-clicks.js';
import type { Variant } from './variant.js';

/** The brokers of the tutorial, the cheapest: `kafka.t3.small`, which cannot run KRaft. For trials. */
export const zookeeper: Variant = (app, { stackName, ...settings }) => {
  new PipelineStack(app, stackName, {
    ...settings,
    ...userClicks,
    kafkaVersion: '3.8.x',
    instanceType: 'kafka.t3.small',
  });
};
