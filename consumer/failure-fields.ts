import type { ConsumerError } from './errors.js';
import type { LogFields } from './logger.js';

/** What log lines say of a failure: which record, as what it was written, and why. */
export function failureFields(error: ConsumerError): LogFields {
  const { code, topic, partition, offset, part, type, path, avroCode } = error;
  const { schemaId, schemaGuid, writerVersion } = error;
  const written = { schemaId, schemaGuid, writerVersion };
  const fields = { code, topic, partition, offset, part, ...written, type, path, avroCode };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
