import { cluster } from '../example.js';
import { CLUSTER, SERVERLESS, TOPIC } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';

const KEPT = ['Retain', 'RetainExceptOnCreate'];

/**
 * Data that goes with its stack. Where that is meant, as in a trial, it is acknowledged:
 * `Validations.of(stack).acknowledge({ id: 'tavro::msk-deletion', reason: '…' })`.
 */
export const mskDeletion: TemplateRule = {
  id: 'msk-deletion',
  why: 'Whoever deletes the stack, or takes this out of it, deletes its records: CloudFormation keeps only what the template says to.',
  fix: 'Set DeletionPolicy to RetainExceptOnCreate, and UpdateReplacePolicy to Retain; or acknowledge tavro::msk-deletion where the data is not worth it.',
  types: [CLUSTER, SERVERLESS, TOPIC],
  example: {
    refused: { Cluster: { ...cluster(), DeletionPolicy: 'Delete' } },
    accepted: { Cluster: { ...cluster(), DeletionPolicy: 'RetainExceptOnCreate' } },
  },
  violation({ deletionPolicy = 'Delete' }) {
    const isLost = typeof deletionPolicy === 'string' && !KEPT.includes(deletionPolicy);
    return isLost ? 'DeletionPolicy' : undefined;
  },
};
