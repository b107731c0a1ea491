import { SCRAM_SECRET_PREFIX } from '../../access/scram-users.js';
import { SECRET } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { associated, associates } from '../scram-secrets.js';
import { literalStart } from '../template.js';
import { isUnknown } from '../values.js';

/** A secret that MSK does not take, for its name. */
export const scramSecretName: TemplateRule = {
  id: 'scram-secret-name',
  why: `MSK associates only secrets whose name begins with ${SCRAM_SECRET_PREFIX}.`,
  fix: `Begin the secret's name with ${SCRAM_SECRET_PREFIX}.`,
  types: [SECRET],
  example: {
    refused: associates({ Name: 'kafka-user', KmsKeyId: 'key-1' }),
    accepted: associates({ Name: `${SCRAM_SECRET_PREFIX}user`, KmsKeyId: 'key-1' }),
  },
  violation(secret, template) {
    if (!associated(secret, template)) return undefined;
    const { Name: name } = secret.properties;
    // CloudFormation gives one that is never MSK's.
    if (name === undefined) return 'Name';
    const start = literalStart(name);
    if (start === undefined) return undefined;
    const length = Math.min(start.length, SCRAM_SECRET_PREFIX.length);
    const fits = isUnknown(name)
      ? SCRAM_SECRET_PREFIX.slice(0, length) === start.slice(0, length)
      : start.startsWith(SCRAM_SECRET_PREFIX);
    return fits ? undefined : 'Name';
  },
};
