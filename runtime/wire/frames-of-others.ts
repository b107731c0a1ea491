/**
 * What bytes are that are no Avro behind a Confluent frame, where they tell beyond doubt. What cannot be told
 * from Avro is not named: Protobuf and MessagePack without a frame, and Protobuf behind one, of which the registry
 * knows better.
 */

/** First bytes of Avro's single-object encoding. Source: Avro 1.12 specification. */
export const SINGLE_OBJECT_MARKER = [0xc3, 0x01] as const;
/** First bytes of an Avro object container file: "Obj" and the version of the format. */
export const CONTAINER_MARKER = [0x4f, 0x62, 0x6a, 0x01] as const;

/** A kind of bytes. */
interface Kind {
  is(bytes: Uint8Array): boolean;
  /** What they are, and what to do: a sentence or two. */
  readonly says: string;
}

const COMPRESSED =
  'by the application: leave that to Kafka (compression.type of the producer), which undoes it for consumers.';

const UTF_16 =
  'It is text in UTF-16, as Windows and PowerShell write it: was it produced with a string serializer?';

/** Told by so much that chance does not bring it about: looked for behind a frame, too. */
const CERTAIN: readonly Kind[] = [
  {
    is: isJson,
    says: 'It looks like JSON text: was it produced with a JSON serializer, for a topic that should carry Avro?',
  },
  {
    is: (bytes) => begins(bytes, CONTAINER_MARKER),
    says: 'It begins as an Avro container file ("Obj"): readContainer of tavro/avro reads it.',
  },
  { is: isGzip, says: `It is compressed with gzip ${COMPRESSED}` },
  {
    is: (bytes) => begins(bytes, [0x28, 0xb5, 0x2f, 0xfd]),
    says: `It is compressed with zstd ${COMPRESSED}`,
  },
  {
    is: (bytes) => begins(bytes, [0x04, 0x22, 0x4d, 0x18]),
    says: `It is compressed with lz4 ${COMPRESSED}`,
  },
  {
    // Snappy's framing format, and the one of xerial's snappy-java.
    is: (bytes) => begins(bytes, 'ff060000734e61507059') || begins(bytes, '82534e4150505900'),
    says: `It is compressed with snappy ${COMPRESSED}`,
  },
  {
    is: isXml,
    says: 'It is XML text: was it produced for another topic?',
  },
];

/** Told where no frame begins the message: what follows one may well begin so. */
const BARE: readonly Kind[] = [
  {
    is: (bytes) => bytes.length >= SINGLE_OBJECT_BYTES && begins(bytes, SINGLE_OBJECT_MARKER),
    says: "It begins as a message in Avro's single-object encoding (C3 01): decodeSingleObject of tavro/avro reads it.",
  },
  {
    is: isGlue,
    says: "It begins as a message of the AWS Glue Schema Registry (3, a compression, a UUID), whose ids tavro does not look up: give its producers a Confluent-compatible registry, or read it with AWS's deserializer.",
  },
  {
    is: isUtf16,
    says: UTF_16,
  },
  {
    is: isFrameInBase64,
    says: 'It is base64 text of a message with a frame: it was encoded twice. Produce the bytes as they are.',
  },
  {
    is: isPlainText,
    says: 'It is readable text: was it produced with a string serializer, for a topic that should carry Avro?',
  },
];

/**
 * What a message is that carries no Confluent frame, and what to do: sentences that hold nothing of its contents.
 * `undefined` where that is not certain, such as for Avro without a frame.
 */
export function foreignFrame(message: Uint8Array): string | undefined {
  if (message[0] === 0) return isUtf16(message) ? UTF_16 : undefined;
  return nameIn(CERTAIN, message) ?? nameIn(BARE, message);
}

/** The same of what stands behind a frame and does not decode. */
export function foreignBody(body: Uint8Array): string | undefined {
  return nameIn(CERTAIN, body);
}

/** One or two sentences on what such a message seems to be, or the question that is left. */
export function nameOfOthers(message: Uint8Array): string {
  return foreignFrame(message) ?? 'Was it produced without a Schema Registry serializer?';
}

function nameIn(kinds: readonly Kind[], bytes: Uint8Array): string | undefined {
  return kinds.find(({ is }) => is(bytes))?.says;
}

/** @param marker bytes, or as hex */
function begins(bytes: Uint8Array, marker: readonly number[] | string): boolean {
  const wanted =
    typeof marker === 'string'
      ? Array.from(marker.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16))
      : marker;
  return wanted.every((byte, at) => bytes[at] === byte);
}

/** Marker and fingerprint. */
const SINGLE_OBJECT_BYTES = 10;
/** Longest message that is looked through as text, in bytes: what Kafka takes by default. */
const MAX_TEXT_BYTES = 1_048_576;
/** Shorter text may be anything. */
const MIN_TEXT_BYTES = 8;
/** A few zeros between other bytes are common in Avro. */
const MIN_BARE_UTF_16_BYTES = 16;

/** The message as text; empty where it is none, by UTF-8 or by characters that no text has. */
function textOf(bytes: Uint8Array): string {
  if (bytes.length > MAX_TEXT_BYTES) return '';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /(?![\t\r\n])\p{Cc}/u.test(text) ? '' : text;
  } catch {
    return '';
  }
}

/** The whole of it, as an object or a list: a brace alone may begin Avro. */
function isJson(bytes: Uint8Array): boolean {
  const text = textOf(bytes);
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Magic, the one method that there is, and flags of which three bits are free. Source: RFC 1952. */
function isGzip(bytes: Uint8Array): boolean {
  const [a, b, method, flags = 0xff] = bytes;
  return a === 0x1f && b === 0x8b && method === 8 && flags < 0x20 && bytes.length >= 18;
}

/** What begins as XML does, or ends with the element that it begins with. */
function isXml(bytes: Uint8Array): boolean {
  return /^\s*<(?:\?xml\s|([a-z][\w:.-]*)[\s>][\s\S]*<\/\1>\s*$)/i.test(textOf(bytes));
}

/** Behind a byte order mark, or characters of ASCII with zeros between them. */
function isUtf16(bytes: Uint8Array): boolean {
  const bigEndian = bytes[0] === 0 || bytes[0] === 0xfe;
  const isMarked = begins(bytes, bigEndian ? [0xfe, 0xff] : [0xff, 0xfe]);
  if (bytes.length > MAX_TEXT_BYTES || bytes.length % 2 !== 0) return false;
  if (bytes.length < (isMarked ? 4 : MIN_BARE_UTF_16_BYTES)) return false;
  const units = new Uint8Array(bytes);
  if (bigEndian) for (let at = 0; at < units.length; at += 2) units.subarray(at, at + 2).reverse();
  const text = new TextDecoder('utf-16le').decode(units);
  if (!isMarked) return /^[\t\r\n -~]+$/.test(text);
  // Two bytes come up by chance. No text is for long without a space, a digit or a letter of ASCII.
  return /[\n -~]/.test(text) && !/(?![\t\r\n])[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/u.test(text);
}

/** An id below 65,536 and a body: in base64 four `A`, and no word of a language. */
function isFrameInBase64(bytes: Uint8Array): boolean {
  return /^AAAA[A-Za-z0-9+/]{8,}={0,2}$/.test(textOf(bytes)) && bytes.length % 4 === 0;
}

/**
 * AWS Glue's header version, then one byte for the compression (0 none, 5 zlib), then a UUID.
 * Source: AWS Glue Schema Registry serializers, `AWSSchemaRegistryConstants`; RFC 9562 for the UUID.
 */
function isGlue(bytes: Uint8Array): boolean {
  const [header, compression] = bytes;
  const [version = 0, variant = 0] = [bytes[8], bytes[10]];
  const isUuid = version >>> 4 >= 1 && version >>> 4 <= 8 && variant >>> 6 === 2;
  return header === 3 && (compression === 0 || compression === 5) && bytes.length >= 18 && isUuid;
}

/** Avro of a string begins with its length, which may be a letter: what may be one is not called text. */
function isPlainText(bytes: Uint8Array): boolean {
  const [first = 0] = bytes;
  const mayBeLength = first % 2 === 0 && first / 2 < bytes.length;
  return !mayBeLength && bytes.length >= MIN_TEXT_BYTES && textOf(bytes) !== '';
}
