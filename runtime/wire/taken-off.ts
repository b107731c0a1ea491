/**
 * What an event source mapping of Lambda says of a schema beside bytes that it took the frame off: a
 * registry in the mapping, record format SOURCE.
 */
export interface TakenOff {
  /** `AVRO`, `PROTOBUF` or `JSON`. @default 'AVRO' */
  readonly dataFormat?: string | undefined;
  /** `"7"` of Confluent, a UUID of AWS Glue. */
  readonly schemaId?: string | undefined;
}

const CONFLUENT_ID = /^\d{1,10}$/;
const GREATEST_ID = 2 ** 32 - 1;

/** Whether a schema id that the mapping gives as text is one of Confluent's. */
export function isConfluentId(schemaId: string): boolean {
  return CONFLUENT_ID.test(schemaId) && Number(schemaId) <= GREATEST_ID;
}

/**
 * The id of a Confluent frame of five bytes that the mapping took off; `undefined` where it took none, or
 * another's: of AWS Glue, or of Protobuf, where more stands before the body.
 */
export function idTakenOff({ dataFormat = 'AVRO', schemaId = '' }: TakenOff): number | undefined {
  const isFramed = isConfluentId(schemaId) && dataFormat.toUpperCase() !== 'PROTOBUF';
  return isFramed ? Number(schemaId) : undefined;
}
