/** A producer for tests: into a broker in this process, with a registry in this process. */
import { createProducer, type Producer, type ProducerOptions } from '../producer/index.js';
import { given } from '../runtime/given.js';
import { type Registry, RegistryError } from '../runtime/index.js';
import { type MemoryBroker, memoryTransport } from './memory/index.js';

/** All options of a producer but its transport. */
export interface TestProducerOptions extends Partial<Omit<ProducerOptions, 'transport'>> {}

export interface TestProducer extends Producer {
  /** Where its schemas are: for the handler under test. */
  readonly registry: Registry;
}

/**
 * A producer into a broker in memory. It does not wait for company, registers what it sends, and
 * refuses values with fields that their schema does not have (`strictFields: false` lets them be).
 * @param options `registry` is by default one of its own, which takes any schema
 * @example const producer = testProducer(broker); // and createHandler({ registry: producer.registry, … })
 */
export function testProducer(
  broker: MemoryBroker,
  options: TestProducerOptions = {},
): TestProducer {
  const settings = {
    registry: options.registry ?? memoryRegistry(),
    register: 'allowed' as const,
    strictFields: true,
    lingerMs: 0,
    ...given(options),
  };
  const producer = createProducer({ ...settings, transport: memoryTransport(broker) });
  return { ...producer, registry: settings.registry };
}

const URL = 'http://registry.test';

/** What its GUIDs begin with; the id follows. */
const GUID_START = '00000000-0000-4000-8000-';

function hexOf(id: number): string {
  return id.toString(16).padStart(12, '0');
}

/** Takes any schema, and gives ids from 1. */
function memoryRegistry(): Registry {
  const schemas: string[] = [];
  const add = async (_subject: string, schema: string): Promise<number> => {
    if (!schemas.includes(schema)) schemas.push(schema);
    return schemas.indexOf(schema) + 1;
  };
  const schemaById: Registry['schemaById'] = async (id) => {
    const schema = schemas[id - 1];
    if (schema !== undefined) return { id, schema, references: [] };
    throw new RegistryError('UNKNOWN_ID', `There is no schema of id ${id}.`, { id, url: URL });
  };
  return {
    url: URL,
    register: add,
    lookup: add,
    schemaById,
    guid: async (subject, schema) => GUID_START + hexOf(await add(subject, schema)),
    schemaByGuid: (guid) => schemaById(Number.parseInt(guid.slice(GUID_START.length), 16)),
  };
}
