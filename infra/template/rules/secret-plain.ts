import { resource } from '../example.js';
import { asJsonObject, holdsPassword, isPlaceholder } from '../plain-secrets.js';
import { SECRET } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { fillHoles, knownText, textOf } from '../values.js';

/** A secret whose value is in the template. */
export const secretPlain: TemplateRule = {
  id: 'secret-plain',
  why: 'Whoever can read the template, or its history in version control, can read the secret.',
  fix: 'Use GenerateSecretString, or put the value in after the deployment, by put-secret-value.',
  types: [SECRET],
  example: {
    refused: {
      Secret: resource(SECRET, { SecretString: '{"username":"clicks","password":"hunter2"}' }),
    },
    accepted: {
      Secret: resource(SECRET, {
        SecretString: {
          'Fn::Join': ['', ['{"username":"clicks","password":"', { Ref: 'P' }, '"}']],
        },
      }),
    },
  },
  violation({ properties }) {
    const { SecretString: written } = properties;
    if (written === undefined) return undefined;
    const known = knownText(written);
    const isWhole =
      known !== undefined && asJsonObject(known) === undefined && !isPlaceholder(known.trim());
    return isWhole || holdsPassword(fillHoles(textOf(written), '<unknown>'))
      ? 'SecretString'
      : undefined;
  },
};
