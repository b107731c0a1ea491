import { mapping, resource, scram } from '../example.js';
import { readsKafka, roleOf } from '../mappings.js';
import { lacks, mayName } from '../permissions.js';
import { FUNCTION, MAPPING, SECRET } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { at, type Resource, type Template } from '../template.js';
import { knownList, knownText, referredTo } from '../values.js';

const READ = 'secretsmanager:GetSecretValue';
const DECRYPT = 'kms:Decrypt';

const role = (...actions: readonly string[]): ExampleResources => ({
  Key: resource('AWS::KMS::Key'),
  Secret: resource(SECRET, { KmsKeyId: { Ref: 'Key' } }),
  Role: resource('AWS::IAM::Role', {
    Policies: [
      { PolicyDocument: { Statement: { Effect: 'Allow', Action: actions, Resource: '*' } } },
    ],
  }),
  Function: resource(FUNCTION, { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
  Mapping: mapping({
    SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['broker:9096'] } },
    ...scram({ Ref: 'Secret' }),
  }),
});

/** A poller that may not read its own password. */
export const kafkaRoleSecret: TemplateRule = {
  id: 'kafka-role-secret',
  why: 'The poller reads the secret as the role of the function, which is not allowed to: the mapping cannot log in.',
  fix: `Allow the role ${READ} on the secret, and ${DECRYPT} on its key.`,
  types: [MAPPING],
  example: { refused: role(READ), accepted: role(READ, DECRYPT) },
  violation(found, template) {
    const role = readsKafka(found) ? roleOf(found, template) : undefined;
    if (role === undefined) return undefined;
    const given = SECRETS.map((path) => ({ path, uris: urisAt(found, path) }));
    for (const { path, uris } of given) {
      const missing = uris.flatMap((uri) => unread(uri, role, template));
      if (missing.length > 0) return { path, detail: `${role.name} lacks ${missing.join(', ')}.` };
    }
    return undefined;
  },
};

/** Those of the brokers, and those of a registry. */
const SECRETS = [
  'SourceAccessConfigurations',
  'AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig.AccessConfigs',
  'SelfManagedKafkaEventSourceConfig.SchemaRegistryConfig.AccessConfigs',
];

function urisAt({ properties }: Resource, path: string): readonly unknown[] {
  return (knownList(at(properties, path)) ?? []).map((entry) => at(entry, 'URI'));
}

/** What is lacking to read a secret that is known: of this template, or by its whole ARN. */
function unread(uri: unknown, role: Resource, template: Template): readonly string[] {
  const secret = referredTo(uri, template);
  if (secret === undefined) {
    const arn = knownText(uri);
    return arn?.startsWith('arn:') && arn.includes(':secretsmanager:')
      ? lacks(role, [READ], { on: uri, template })
      : [];
  }
  if (secret.type !== SECRET) return [];
  return [
    ...lacks(role, [READ], { on: uri, template }),
    ...undeciphered(secret.properties.KmsKeyId, role, template),
  ];
}

/** AWS's own key needs no grant; one of another stack may have it in its own policy. */
function undeciphered(id: unknown, role: Resource, template: Template): readonly string[] {
  const named = referredTo(id, template);
  const key =
    named?.type === 'AWS::KMS::Alias' ? referredTo(named.properties.TargetKeyId, template) : named;
  if (key?.type !== 'AWS::KMS::Key') return [];
  const letsIn = mayName(key.properties.KeyPolicy, role, template);
  return letsIn ? [] : lacks(role, [DECRYPT], { on: { Ref: key.id }, template });
}
