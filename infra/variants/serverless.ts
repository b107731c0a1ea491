import { PipelineStack, ServerlessCluster } from '../index.js';
import { userClicks } from './user-clicks.js';
import type { Variant } from './variant.js';

/**
 * MSK Serverless: no brokers to choose, and IAM in place of users with passwords. CloudFormation makes no topics
 * of it: make the topic from inside the VPC, before the function is deployed.
 */
export const serverless: Variant = (app, { stackName, ...settings }) => {
  new PipelineStack(app, stackName, {
    ...settings,
    ...userClicks,
    cluster: (stack, place) => new ServerlessCluster(stack, 'Cluster', place),
  });
};
