/** What clients of others are asked to do with the topics of the shop. */
import type { KafkaRecordInput } from '../../../local/msk-event.js';
import type { OutgoingMessage } from '../../../producer/index.js';
import type { HexMessage, RegistryClient, RegistryTask } from '../registry-client.js';
import { asJson, SCHEMAS, type ShopEvent, TYPES, type TypeName, unionOf } from './events.js';
import { isLong, SHOP_TOPICS, type ShopMessage, type ShopTopic } from './topics.js';

export const FRAMINGS = ['prefix', 'header-guid'] as const;
export type Framing = (typeof FRAMINGS)[number];
export const SIDES = ['key', 'value'] as const;

/** A topic, and how the registry has its values: as one text, or as names of other subjects. */
export interface Row extends ShopTopic {
  readonly title: string;
  readonly isOfReferences?: true;
}

export const ROWS: readonly Row[] = [
  { title: 'one subject that is a union', ...SHOP_TOPICS.topic },
  { title: 'one union of references', ...SHOP_TOPICS.topic, isOfReferences: true },
  { title: 'a subject for each record', ...SHOP_TOPICS.record },
  { title: 'a subject for each record and topic', ...SHOP_TOPICS['topic-record'] },
];

type Written = Omit<Extract<RegistryTask, { do: 'write' }>, 'do'>;
type Value = Pick<Written, 'schema' | 'references' | 'value'>;
interface InHeader {
  readonly hex: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A value in the words of a task; a union has the types that are given. */
export function written(
  row: Row,
  { type, value }: OfType,
  types: readonly TypeName[] = TYPES,
): Value {
  if (row.strategy !== 'topic') return { schema: SCHEMAS[type], value };
  return { ...unionSchema(row, types), value: { [`shop.${type}`]: value } };
}

interface OfType {
  readonly type: TypeName;
  readonly value: unknown;
}

export function ofType({ case: type, value }: ShopEvent): OfType {
  return { type, value: asJson(value) };
}

function unionSchema(row: Row, types: readonly TypeName[]): Pick<Value, 'schema' | 'references'> {
  if (!row.isOfReferences) return { schema: unionOf(types) };
  const names = types.map((type) => `shop.${type}`);
  return {
    schema: JSON.stringify(names),
    references: names.map((name) => ({ name, subject: name, version: 1 })),
  };
}

/** What the topic's subjects hold before anything is written. */
export function registrations(row: Row, types: readonly TypeName[] = TYPES) {
  const register = (subject: string, schema: Pick<Value, 'schema' | 'references'>) =>
    ({ do: 'register', subject, ...schema }) as const;
  const prefix = row.strategy === 'topic-record' ? `${row.name}-` : '';
  const records = types.map((type) => register(`${prefix}shop.${type}`, { schema: SCHEMAS[type] }));
  return [
    register(`${row.name}-key`, { schema: row.keySchema }),
    ...(row.strategy !== 'topic' || row.isOfReferences ? records : []),
    ...(row.strategy === 'topic' ? [register(`${row.name}-value`, unionSchema(row, types))] : []),
  ];
}

/** A key in the words of a task. */
function given(row: Row, key: string): unknown {
  return isLong(row) ? { long: key } : key;
}

/** What a client answers of a message's sides. */
export function wantedOf(row: Row, message?: ShopMessage) {
  if (message === undefined) return undefined;
  const { key, event } = message;
  return { key: given(row, key), value: written(row, ofType(event)).value };
}

/** How one side of a message is read. */
export function reading(
  row: Row,
  part: 'key' | 'value',
  { headers, ...sides }: HexMessage,
): RegistryTask {
  return {
    ...{ do: 'read', topic: row.name, part, hex: sides[part], headers },
    strategy: part === 'key' ? 'topic' : row.strategy,
  };
}

/** A message that the client's serializers wrote. */
export async function messageOf(
  client: RegistryClient,
  row: Row,
  { key, value, framing }: { key: string; value: Value; framing: Framing },
): Promise<HexMessage> {
  const headers: Record<string, string> = {};
  const write = async (side: Written): Promise<string> => {
    if (framing === 'prefix') return String(await answer(client, { do: 'write', ...side }));
    // Safe: it is what the task answers.
    const inHeader = (await answer(client, { do: 'writeHeader', ...side })) as InHeader;
    Object.assign(headers, inHeader.headers);
    return inHeader.hex;
  };
  const side = { topic: row.name, strategy: row.strategy };
  const keys = { ...side, part: 'key', strategy: 'topic' } as const;
  return {
    key: await write({ ...keys, schema: row.keySchema, value: given(row, key) }),
    value: await write({ ...side, ...value }),
    headers,
  };
}

/** A message as a handler's event is made of it. */
export function recordOf({ name }: Row, { key, value, headers }: HexMessage): KafkaRecordInput {
  const pairs = Object.entries(headers).map(([header, hex]) => [header, bytes(hex)] as const);
  return { topic: name, key: bytes(key), value: bytes(value), headers: pairs };
}

/** What the client answers; an error is one of the test's. */
export async function answer(client: RegistryClient, task: RegistryTask): Promise<unknown> {
  const said = await client.ask(task);
  if ('error' in said) throw new Error(`${task.do}: ${JSON.stringify(said.error)}`);
  return said.answer;
}

/** A message as tasks have it. */
export function hexOf(message: OutgoingMessage): HexMessage {
  const headers = message.headers.map(([name, one]) => [name, hex(one)]);
  return {
    key: hex(message.key),
    value: hex(message.value),
    headers: Object.fromEntries(headers),
  };
}

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('hex');
