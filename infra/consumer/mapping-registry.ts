import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { SchemaRegistry } from '../schema-registry.js';
import type { RecordSide } from './event-filter.js';

/**
 * A Schema Registry that Lambda asks by itself, as whoever its credentials name.
 *
 * Records come in their own format (`SOURCE`): a handler of `tavro/consumer` then decodes them into the version
 * that it was generated from, where JSON is of the version that wrote it. What has no schema there, or
 * does not decode, never reaches the function: it goes to the destination.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-consume-kafka-events.html
 */
export interface MappingSchemaRegistry {
  readonly registry: SchemaRegistry;

  /**
   * What Lambda looks up and decodes; those that filters look at must be among them.
   *
   * @default ['value']
   */
  readonly validates?: readonly [RecordSide, ...RecordSide[]];
}

const VALIDATES_DEFAULT: readonly RecordSide[] = ['value'];

/** What is looked up; undefined of a registry of the library's, which does not tell. */
export function validatedSides(
  config: MappingSchemaRegistry | lambda.ISchemaRegistry,
): readonly RecordSide[] | undefined {
  return 'bind' in config ? undefined : (config.validates ?? VALIDATES_DEFAULT);
}

/** As the library's mapping takes it. The secret is granted to the function's role alone. */
export function librarysRegistry(
  config: MappingSchemaRegistry | lambda.ISchemaRegistry,
): lambda.ISchemaRegistry {
  if ('bind' in config) return config;
  const { registry } = config;
  return {
    bind: (_mapping, target) => {
      registry.grantRead(target);
      return {
        schemaRegistryUri: registry.url,
        eventRecordFormat: lambda.EventRecordFormat.SOURCE,
        ...(registry.credentials && {
          accessConfigs: [
            {
              type: lambda.KafkaSchemaRegistryAccessConfigType.BASIC_AUTH,
              uri: registry.credentials.secretArn,
            },
          ],
        }),
        schemaValidationConfigs: (config.validates ?? VALIDATES_DEFAULT).map((side) => ({
          attribute:
            side === 'key'
              ? lambda.KafkaSchemaValidationAttribute.KEY
              : lambda.KafkaSchemaValidationAttribute.VALUE,
        })),
      };
    },
  };
}
