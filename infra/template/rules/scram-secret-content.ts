import { asJsonObject } from '../plain-secrets.js';
import { SECRET } from '../resource-types.js';
import type { TemplateRule, Violation } from '../rule.js';
import { associated, associates, logsIn } from '../scram-secrets.js';
import { at, type Resource } from '../template.js';
import { fillHoles, isUnknown, knownText, textOf } from '../values.js';

const TEMPLATE = 'GenerateSecretString.SecretStringTemplate';

const generated = (template: string): ReturnType<typeof associates> =>
  associates({
    Name: 'AmazonMSK_clicks',
    KmsKeyId: 'key-1',
    GenerateSecretString: { SecretStringTemplate: template, GenerateStringKey: 'password' },
  });

/** A secret of a Kafka user without the user's name, or without a password. */
export const scramSecretContent: TemplateRule = {
  id: 'scram-secret-content',
  why: 'A Kafka user is a secret { "username", "password" }: without either, brokers and pollers cannot use it.',
  fix: 'Give SecretStringTemplate {"username":"…"} and GenerateStringKey password.',
  types: [SECRET],
  example: {
    refused: generated('{"user":"clicks"}'),
    accepted: generated('{"username":"clicks"}'),
  },
  violation(secret, template) {
    const isUser = associated(secret, template) || logsIn(secret, template);
    return isUser ? missing(secret) : undefined;
  },
};

function missing({ properties }: Resource): Violation | undefined {
  const { SecretString: whole, GenerateSecretString: generated } = properties;
  if (whole !== undefined) {
    const entries = entriesOf(whole);
    const lacking = ['username', 'password'].find((name) => entries && !(name in entries));
    return lacking && { path: 'SecretString', detail: `There is no ${lacking}.` };
  }
  // One without a value is filled in later, by a person or a program.
  if (generated === undefined || isUnknown(generated)) return undefined;
  const written = at(generated, 'SecretStringTemplate');
  const entries = written === undefined ? {} : entriesOf(written);
  if (entries !== undefined && !('username' in entries)) {
    return { path: TEMPLATE, detail: 'There is no username.' };
  }
  const key = at(generated, 'GenerateStringKey');
  const isNamed = key === undefined || knownText(key) !== undefined;
  if (!isNamed || key === 'password' || (entries !== undefined && 'password' in entries)) {
    return undefined;
  }
  return { path: 'GenerateSecretString.GenerateStringKey', detail: 'There is no password.' };
}

/** What is known of a JSON text's entries; undefined where it may be anything. */
function entriesOf(written: unknown): Readonly<Record<string, unknown>> | undefined {
  const text = textOf(written);
  if (text.includes('{{resolve:')) return undefined;
  const object = asJsonObject(fillHoles(text, 'x'));
  return object ?? (knownText(written) === undefined ? undefined : {});
}
