import type { DeadLetterPolicy } from './dead-letter.js';
import { ConsumerError } from './errors.js';
import { type IncomingRecord, identityOf, recordId } from './incoming-record.js';

/** Gives a record to the dead-letter sink. @throws ConsumerError `DEAD_LETTER` when the sink does not take it */
export async function handOver(
  { sink }: DeadLetterPolicy,
  record: IncomingRecord,
  error: ConsumerError,
): Promise<void> {
  const id = recordId(record);
  try {
    await sink({ id, record: record.event(), error });
  } catch (cause) {
    const { schemaId, schemaGuid, writerVersion } = error;
    throw new ConsumerError(
      'DEAD_LETTER',
      `The dead-letter sink did not take ${id} (${error.code}): the batch fails and comes again.`,
      { ...identityOf(record), schemaId, schemaGuid, writerVersion, cause },
    );
  }
}
