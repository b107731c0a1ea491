/** Java's answers, vector by vector; docs/avro-differences.md has the reason for each departure. */
import { beforeAll, expect, it } from '@jest/globals';
import { canonicalForm, fingerprintOf, readSchema, transcoder } from '../../runtime/avro.js';
import type { Json } from '../../runtime/json.js';
import { crc64 } from '../../runtime/schema/canonical.js';
import {
  type CorpusCodec,
  corpusCodecs,
  corpusRows,
  describeCorpus,
  fromTagged,
  isRecord,
  onlyField,
} from './corpus.js';

interface BinaryVector {
  readonly id: string;
  readonly schema: Json;
  readonly tagged: Json;
  readonly hex: string;
  readonly hex_blocked?: string;
  readonly read_only_hex?: string;
}

interface MalformedVector {
  readonly id: string;
  readonly what: string;
  readonly schema: Json;
  readonly hex: string;
  readonly java: 'ok' | 'error';
  readonly tagged?: Json;
}

interface ResolutionVector {
  readonly id: string;
  readonly writer: Json;
  readonly reader: Json;
  readonly hex: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly read?: Json;
  readonly hex_out?: string;
}

/** A value, in the record that its schema was put into. */
function wrapped(schema: Json, tagged: Json): Json {
  return isRecord(schema) ? tagged : { v: tagged };
}

const asPair = ({ schema }: { schema: Json }) => ({
  schema: isRecord(schema) ? schema : onlyField(schema),
});
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What a codec threw; another error is a fault of ours. */
function failureOf(run: () => unknown): Failure | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    // Not `instanceof`: bundled codecs have an AvroError of their own.
    const isCoded = typeof error === 'object' && error !== null && 'code' in error;
    if (!isCoded || !('message' in error)) throw error;
    return { code: String(error.code), message: String(error.message) };
  }
}

const codeOf = (run: () => unknown) => failureOf(run)?.code;

describeCorpus('values of the corpus (../shared/corpus/binary-vectors.jsonl)', () => {
  let vectors: readonly BinaryVector[] = [];
  let codecs: readonly CorpusCodec[] = [];
  beforeAll(async () => {
    vectors = corpusRows('binary-vectors.jsonl');
    codecs = await corpusCodecs('corpus-binary', vectors.map(asPair));
  }, 120_000);

  it('are read and written as Java does, bit by bit', () => {
    expect(codecs.length).toBeGreaterThan(300);
    for (const [i, { codec, root, generated }] of codecs.entries()) {
      const vector = vectors[i];
      if (vector === undefined) throw new Error('no vector');
      const { id, schema, tagged } = vector;
      const value = fromTagged(wrapped(schema, tagged), root, generated);
      const layouts = [vector.hex, vector.hex_blocked, vector.read_only_hex];
      for (const hex of layouts.filter((hex) => hex !== undefined)) {
        expect({ id, value: codec.decode(bytesOf(hex)) }).toEqual({ id, value });
      }
      // Of the same length: objects have keys that are whole numbers first, whatever their order.
      const ours = codec.encode(value);
      if (vector.read_only_hex === undefined)
        expect({ id, digits: hexOf(ours).length }).toEqual({ id, digits: vector.hex.length });
      expect({ id, value: codec.decode(ours) }).toEqual({ id, value });
    }
  });

  it('are read alike in a batch', () => {
    for (const [i, { codec }] of codecs.entries()) {
      const bytes = bytesOf(vectors[i]?.hex ?? '');
      const value = codec.decode(bytes);
      const cut = bytes.subarray(0, bytes.length - 1);
      const [first, second, third] = codec.decodeBatch([bytes, cut, bytes]);
      expect([first, third]).toEqual([value, value]);
      expect(codeOf(() => codec.decode(cut))).toBe(Object(second).code);
    }
  });
});

describeCorpus(
  'malformed messages of the corpus (../shared/corpus/malformed-vectors.jsonl)',
  () => {
    /** Where we refuse what Java takes: docs/avro-differences.md. */
    const STRICTER: Readonly<Record<string, string>> = {
      'utf8: invalid byte ff': 'AVRO_UTF8',
      'utf8: ascii then ff': 'AVRO_UTF8',
    };

    it('are refused with a code, or read as Java reads them', async () => {
      const vectors = corpusRows<MalformedVector>('malformed-vectors.jsonl');
      const codecs = await corpusCodecs('corpus-malformed', vectors.map(asPair));
      for (const [i, { codec, root, generated }] of codecs.entries()) {
        const vector = vectors[i];
        if (vector === undefined) throw new Error('no vector');
        const { id, what, schema, java, tagged } = vector;
        const bytes = bytesOf(vector.hex);
        const code = codeOf(() => codec.decode(bytes));
        const isRead = java === 'ok' && STRICTER[what] === undefined;
        expect({ id, what, isRead: code === undefined }).toEqual({ id, what, isRead });
        if (isRead && tagged !== undefined) {
          const value = fromTagged(wrapped(schema, tagged), root, generated);
          expect({ id, value: codec.decode(bytes) }).toEqual({ id, value });
        } else
          expect({ id, code }).toEqual({
            id,
            code: STRICTER[what] ?? expect.stringMatching(/^AVRO_/),
          });
      }
    });
  },
);

describeCorpus('data of other versions (../shared/corpus/resolution-vectors.jsonl)', () => {
  /** Where our answer is not Java's; docs/avro-differences.md says why. */
  function isDeliberate({ error }: ResolutionVector, failure: Failure | undefined): boolean {
    // Java throws for a reader's union that it builds itself ("Duplicate in union").
    if (failure === undefined) return error === 'AvroRuntimeException';
    // Java reads a record of another name where the fields fit; and bytes as text that are none.
    return (
      /no alias of the reader says so|record \S+ fits no branch/.test(failure.message) ||
      failure.code === 'AVRO_UTF8'
    );
  }

  it('is resolved as Java does', () => {
    const departures: string[] = [];
    let deliberate = 0;
    for (const vector of corpusRows<ResolutionVector>('resolution-vectors.jsonl')) {
      const { id, writer, reader, hex, ok, hex_out } = vector;
      const [from, to] = [writer, reader].map((schema) => readSchema(JSON.stringify(schema)));
      if (from === undefined || to === undefined) throw new Error('no schema');
      let out: string | undefined;
      const failure = failureOf(() => {
        out = hexOf(transcoder(from, to)(bytesOf(hex)));
      });
      if (ok ? out === hex_out : failure !== undefined) continue;
      if (isDeliberate(vector, failure)) deliberate++;
      else departures.push(`${id} ${failure?.message ?? 'was read'}`);
    }
    expect(departures).toEqual([]);
    expect(deliberate).toBeLessThan(25);
  });

  it('is read alike by the decoders that are generated for it', async () => {
    const vectors = corpusRows<ResolutionVector>('resolution-vectors.jsonl');
    const isWrapped = vectors.map(({ writer, reader }) => !(isRecord(writer) && isRecord(reader)));
    const codecs = await corpusCodecs(
      'corpus-resolution',
      vectors.map(({ writer, reader }, i) =>
        isWrapped[i]
          ? { schema: onlyField(reader), writer: onlyField(writer) }
          : { schema: reader, writer },
      ),
    );
    const departures: string[] = [];
    let compared = 0;
    for (const [i, { codec, root, generated }] of codecs.entries()) {
      const vector = vectors[i];
      if (vector === undefined) throw new Error('no vector');
      const { id, ok, read = null } = vector;
      const writer = isWrapped[i] ? onlyField(vector.writer) : vector.writer;
      const decode = codec.version(fingerprintOf(JSON.stringify(writer)));
      if (decode === undefined) throw new Error(`${id} has no decoder`);
      const bytes = bytesOf(vector.hex);
      const failure = failureOf(() => decode(bytes));
      if ((failure === undefined) !== ok) {
        if (!isDeliberate(vector, failure))
          departures.push(`${id} ${failure?.message ?? 'was read'}`);
      } else if (ok) {
        const value = fromTagged(isWrapped[i] ? { v: read } : read, root, generated);
        expect({ id, value: decode(bytes) }).toEqual({ id, value });
        compared++;
      }
    }
    expect(departures).toEqual([]);
    expect(compared).toBeGreaterThan(250);
  }, 120_000);
});

describeCorpus('canonical forms of the corpus (../shared/corpus/canonical.jsonl)', () => {
  it("are Java's, and so are their fingerprints", () => {
    const rows = corpusRows<{ schema: string; canonical: string; crc64_long: string }>(
      'canonical.jsonl',
    );
    expect(rows.length).toBeGreaterThan(30);
    for (const { schema, canonical, crc64_long } of rows) {
      const form = canonicalForm(readSchema(schema));
      expect(form).toBe(canonical);
      expect(BigInt.asIntN(64, BigInt(`0x${crc64(form)}`))).toBe(BigInt(crc64_long));
    }
  });
});
