import { describe, expect, it } from '@jest/globals';
import { fixedRegistry } from '../../../local/fixed-registry.js';
import {
  AvroError,
  decodeBatch,
  type Registry,
  typeDecoders,
  writerDecoders,
} from '../../../runtime/index.js';
import {
  CreatedCodec,
  customers,
  DELETED,
  DeletedCodec,
  MOVED,
  RemovedCodec,
  SCHEMAS,
  text8,
} from '../../consumer/customers.js';

const registry = fixedRegistry({ ...SCHEMAS, 41: `[${DELETED},"string"]` });
const deleted = DeletedCodec.encode({ id: 'a' });
const Deleted = { codec: DeletedCodec, subject: 's-ev.Deleted' };
const Removed = { codec: RemovedCodec, subject: 's-ev.Removed' };

/** What became of some work. */
const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fulfilled',
    (error: unknown) => error,
  );

/** The registry, and which ids it was asked for. */
function counted() {
  const asked: number[] = [];
  const counting: Registry = {
    ...registry,
    schemaById: (id) => {
      asked.push(id);
      return registry.schemaById(id);
    },
  };
  return { asked, counting };
}

it('the decoders of one type ask once, too', async () => {
  const { asked, counting } = counted();
  const decoders = writerDecoders(DeletedCodec, counting);
  const [one, other] = await Promise.all([decoders.load(12), decoders.load(12)]);
  expect([other, decoders.get(12), await decoders.load(12)]).toEqual([one, one, one]);
  expect(asked).toEqual([12]);
});

describe('typeDecoders', () => {
  it('asks for ids that no type knows, once', async () => {
    const { asked, counting } = counted();
    const decoders = typeDecoders(customers.types, counting);
    expect(decoders.get(12)).toBeUndefined();
    expect(decoders.get(21)?.(CreatedCodec.encode({ id: 'a', name: 'b' }))).toEqual({
      case: 'Created',
      value: { id: 'a', name: 'b' },
    });
    expect(asked).toEqual([]);
    await Promise.all([12, 12, 13, 12].map((id) => outcomeOf(decoders.load(id))));
    expect(asked).toEqual([12, 13]);
    expect((await decoders.load(12))(deleted)).toEqual({ case: 'Deleted', value: { id: 'a' } });
    expect(decoders.get(12)?.(deleted)).toEqual({ case: 'Deleted', value: { id: 'a' } });
    expect(asked).toEqual([12, 13]);
    // What failed is no answer for later.
    await outcomeOf(decoders.load(13));
    expect(asked).toEqual([12, 13, 13]);
  });

  it('decodes many at once, each with its own failure', async () => {
    const decode = await typeDecoders(customers.types, registry).load(12);
    const answers = decodeBatch(decode, [deleted, Uint8Array.of(9), deleted]);
    expect(answers).toEqual([
      { case: 'Deleted', value: { id: 'a' } },
      expect.any(AvroError),
      { case: 'Deleted', value: { id: 'a' } },
    ]);
  });

  it.each<{ name: string; types: Parameters<typeof typeDecoders>[0]; want: string }>([
    { name: 'the full name', types: { Deleted }, want: 'Deleted' },
    { name: 'an alias', types: { Removed }, want: 'Removed' },
    { name: 'the full name before an alias', types: { Removed, Deleted }, want: 'Deleted' },
  ])('knows a type by $name', async ({ types, want }) => {
    const decode = await typeDecoders(types, registry).load(12);
    expect(decode(deleted)).toEqual({ case: want, value: { id: 'a' } });
  });

  it.each<{ id: number; type: string }>([
    { id: 31, type: 'ev.Moved' },
    { id: 13, type: 'other.Created' },
    { id: 34, type: 'string' },
    { id: 41, type: 'union' },
  ])('says that it does not know $type', async ({ id, type }) => {
    const error = await outcomeOf(typeDecoders(customers.types, registry).load(id));
    expect(error).toMatchObject({
      code: 'AVRO_TYPE_UNKNOWN',
      schema: type,
      message: `The data is of type ${type}; known are ev.Created, ev.Deleted.`,
    });
  });

  it('tells no name at length, and few of many', async () => {
    const long = `${'x'.repeat(300)}`;
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `${i}`,
        { ...Deleted, codec: { ...DeletedCodec, name: `T${i}` } },
      ]),
    );
    const strange = fixedRegistry({ 1: MOVED.replace('ev.Moved', long) });
    const error = await outcomeOf(typeDecoders(many, strange).load(1));
    expect(error).toMatchObject({
      schema: `${'x'.repeat(256)}…`,
      expected: 'T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, …',
    });
  });

  it('passes on what the registry answers', async () => {
    const error = await outcomeOf(typeDecoders(customers.types, registry).load(404));
    expect(error).toMatchObject({ name: 'RegistryError', code: 'UNKNOWN_ID' });
  });

  it("leaves a type's own refusals as they are", async () => {
    // Created with a field less: its name is known, its data have no name.
    const shrunk = SCHEMAS[11].replace(',{"name":"name","type":"string"}', '');
    const decode = await typeDecoders(customers.types, fixedRegistry({ 1: shrunk })).load(1);
    expect(() => decode(text8('a'))).toThrow(expect.objectContaining({ code: 'AVRO_UNRESOLVED' }));
  });
});
