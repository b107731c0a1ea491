/** What bytes are that carry no Confluent frame, as far as their beginning tells. */

/** First bytes of Avro's single-object encoding. Source: Avro 1.12 specification. */
export const SINGLE_OBJECT_MARKER = [0xc3, 0x01] as const;
/** First bytes of an Avro object container file: "Obj" and the version of the format. */
export const CONTAINER_MARKER = [0x4f, 0x62, 0x6a, 0x01] as const;
/**
 * AWS Glue's header version, then one byte for the compression (0 none, 5 zlib), then a UUID.
 * Source: AWS Glue Schema Registry serializers, `AWSSchemaRegistryConstants`.
 */
const GLUE_VERSION = 3;
const GLUE_COMPRESSIONS: readonly unknown[] = [0, 5];
const GLUE_BYTES = 18;
/** `{` and `[`, behind white space of JSON. */
const JSON_STARTS: readonly unknown[] = [0x7b, 0x5b];
const JSON_SPACES: readonly unknown[] = [0x20, 0x09, 0x0a, 0x0d];
/** White space that is looked through, in bytes. */
const MAX_SPACES = 64;

/** One sentence on what such a message seems to be, and what to do. Nothing of its contents. */
export function nameOfOthers(message: Uint8Array): string {
  if (begins(message, SINGLE_OBJECT_MARKER))
    return "It begins as a message in Avro's single-object encoding (C3 01): decodeSingleObject of tavro/avro reads it.";
  if (begins(message, CONTAINER_MARKER))
    return 'It begins as an Avro container file ("Obj"): readContainer of tavro/avro reads it.';
  if (isGlue(message))
    return "It begins as a message of the AWS Glue Schema Registry (3, a compression, a UUID), whose ids tavro does not look up: give its producers a Confluent-compatible registry, or read it with AWS's deserializer.";
  if (isJson(message))
    return 'It looks like JSON text: was it produced with a JSON serializer, for a topic that should carry Avro?';
  return 'Was it produced without a Schema Registry serializer?';
}

function begins(message: Uint8Array, marker: readonly number[]): boolean {
  return marker.every((byte, at) => message[at] === byte);
}

function isGlue(message: Uint8Array): boolean {
  return (
    message.length >= GLUE_BYTES &&
    message[0] === GLUE_VERSION &&
    GLUE_COMPRESSIONS.includes(message[1])
  );
}

/** Whether bytes begin as a JSON object or list does. */
function isJson(message: Uint8Array): boolean {
  let at = 0;
  while (at < MAX_SPACES && JSON_SPACES.includes(message[at])) at += 1;
  return JSON_STARTS.includes(message[at]);
}
