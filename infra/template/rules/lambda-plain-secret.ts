import { resource } from '../example.js';
import { isPlainSecret } from '../plain-secrets.js';
import { FUNCTION } from '../resource-types.js';
import type { TemplateRule } from '../rule.js';
import { at, isDeployTime } from '../template.js';

const VARIABLES = 'Environment.Variables';

const variables = (values: Readonly<Record<string, string>>): ReturnType<typeof resource> =>
  resource(FUNCTION, { Environment: { Variables: values } });

/** A secret in a function's environment, and not the name of one. */
export const lambdaPlainSecret: TemplateRule = {
  id: 'lambda-plain-secret',
  why: 'The value of a secret is readable in the template and in the console.',
  fix: 'Put it into Secrets Manager and give the function its ARN.',
  types: [FUNCTION],
  example: {
    refused: { Function: variables({ DATABASE_URL: 'postgres://app:hunter2@db.internal/app' }) },
    accepted: { Function: variables({ DB_SECRET: 'prod/db', REQUIRE_API_KEY: 'true' }) },
  },
  violation({ properties }) {
    const written = at(properties, VARIABLES);
    if (typeof written !== 'object' || written === null || isDeployTime(written)) return undefined;
    const plain = Object.entries(written).find(([name, value]) => isPlainSecret(name, value));
    return plain && `${VARIABLES}.${plain[0]}`;
  },
};
