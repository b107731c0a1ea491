import { SECRET } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { associated, associates } from '../scram-secrets.js';
import { textOf } from '../values.js';

/** AWS's own key of Secrets Manager, by its name or as an ARN. */
const AWS_MANAGED = /(?:^|:)alias\/aws\/secretsmanager$/;

/** A secret that MSK does not take, for its key. */
export const scramSecretKey: TemplateRule = {
  id: 'scram-secret-key',
  why: 'MSK associates only secrets under a customer-managed key, and alias/aws/secretsmanager is none.',
  fix: 'Set KmsKeyId of the secret to the ARN or id of a key of your own.',
  types: [SECRET],
  example: {
    refused: associates({ Name: 'AmazonMSK_user', KmsKeyId: 'alias/aws/secretsmanager' }),
    accepted: associates({ Name: 'AmazonMSK_user', KmsKeyId: { 'Fn::ImportValue': 'KeyArn' } }),
  },
  violation(secret, template) {
    if (!associated(secret, template)) return undefined;
    const { KmsKeyId: key } = secret.properties;
    return key === undefined || AWS_MANAGED.test(textOf(key)) ? 'KmsKeyId' : undefined;
  },
};
