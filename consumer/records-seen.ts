/** Records as telemetry sees them. */
import type { Consumed } from './consumed.js';
import type { IncomingRecord } from './incoming-record.js';
import { headerText } from './record.js';
import type { DecodedRecordSeen, RecordSeen } from './telemetry.js';

export function recordSeen(record: IncomingRecord): RecordSeen {
  const { topic, partition, offset } = record;
  return { topic, partition, offset, header: (name) => textOf(() => record.headers(), name) };
}

export function decodedRecordSeen(record: Consumed): DecodedRecordSeen {
  const { topic, partition, offset, schemaId, schemaGuid, writerVersion } = record;
  const header = (name: string) => textOf(() => record.headers, name);
  return { topic, partition, offset, schemaId, schemaGuid, writerVersion, header };
}

/** Headers that cannot be read are none. */
function textOf(headers: () => Parameters<typeof headerText>[0], name: string): string | undefined {
  try {
    return headerText(headers(), name);
  } catch {
    return undefined;
  }
}
