import { ExpressCluster, IamCredentials, PipelineStack } from '../index.js';
import { userClicks } from './user-clicks.js';
import type { Variant } from './variant.js';

/** Express brokers, which are always in three zones, and IAM in place of users with passwords. */
export const express: Variant = (app, { stackName, ...settings }) => {
  new PipelineStack(app, stackName, {
    ...settings,
    ...userClicks,
    cluster: (stack, place) => new ExpressCluster(stack, 'Cluster', place),
    zones: 3,
    users: false,
    credentials: new IamCredentials(),
  });
};
