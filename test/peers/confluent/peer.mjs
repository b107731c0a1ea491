/**
 * Does one line of JSON after the other with @confluentinc/schemaregistry, of which the first
 * argument is where it is installed. See registry-client.ts for what lines there are.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [directory = '.'] = process.argv.slice(2);
const {
  AvroDeserializer,
  AvroSerializer,
  HeaderSchemaIdSerializer,
  SchemaRegistryClient,
  SerdeType,
} = createRequire(join(directory, 'package.json'))('@confluentinc/schemaregistry');

const {
  SCHEMA_REGISTRY_URL: url = '',
  SCHEMA_REGISTRY_API_KEY: username,
  SCHEMA_REGISTRY_API_SECRET: password,
} = process.env;

/** A new one for each task, so that every answer is the registry's and none the cache's. */
const newClient = () =>
  new SchemaRegistryClient({
    baseURLs: [url],
    basicAuthCredentials: { credentialsSource: 'USER_INFO', userInfo: `${username}:${password}` },
  });

const SIDES = { key: SerdeType.KEY, value: SerdeType.VALUE };
const STRATEGIES = { topic: 'TOPIC', record: 'RECORD', 'topic-record': 'TOPIC_RECORD' };
const subjects = {
  topic: (topic, part) => `${topic}-${part}`,
  record: (_, __, { namespace, name }) => `${namespace}.${name}`,
  'topic-record': (topic, _, { namespace, name }) => `${topic}-${namespace}.${name}`,
};

const info = ({ schema, references = [] }) => ({ schemaType: 'AVRO', schema, references });
const placed = ({ id, version }) => ({ id, version });

const tasks = {
  register: async (client, task) => client.register(task.subject, info(task)),
  lookup: async (client, task) => client.getId(task.subject, info(task)),
  async schema(client, { subject, id }) {
    const { schema, references = [] } = await client.getBySubjectAndId(subject, id);
    return { schema, references };
  },
  latest: async (client, { subject }) => placed(await client.getLatestSchemaMetadata(subject)),
  version: async (client, { subject, version }) =>
    placed(await client.getSchemaMetadata(subject, version)),
  versions: (client, { subject }) => client.getAllVersions(subject),
  subjects: (client) => client.getAllSubjects(),
  compatible: (client, task) => client.testSubjectCompatibility(task.subject, info(task)),
  level: (client, { subject }) =>
    subject === undefined ? client.getDefaultCompatibility() : client.getCompatibility(subject),
  async setLevel(client, { subject, level }) {
    await client.updateCompatibility(subject, level);
    return null;
  },
  deleteVersion: (client, { subject, version, permanent }) =>
    client.deleteSubjectVersion(subject, version, permanent),
  deleteSubject: (client, { subject, permanent }) => client.deleteSubject(subject, permanent),
  async write(client, task) {
    const serializer = await serializerOf(client, task);
    return (await serializer.serialize(task.topic, given(task.value))).toString('hex');
  },
  async writeHeader(client, task) {
    const serializer = await serializerOf(client, task, HeaderSchemaIdSerializer);
    const headers = {};
    const bytes = await serializer.serialize(task.topic, given(task.value), headers);
    const hex = Object.entries(headers).map(([name, one]) => [
      name,
      Buffer.from(one).toString('hex'),
    ]);
    return { hex: bytes.toString('hex'), headers: Object.fromEntries(hex) };
  },
  async read(client, { topic, part, strategy, hex, headers = {} }) {
    const bytes = Object.entries(headers).map(([name, one]) => [name, Buffer.from(one, 'hex')]);
    const settings = strategy && { subjectNameStrategyType: STRATEGIES[strategy] };
    const deserializer = new AvroDeserializer(client, SIDES[part ?? 'value'], { ...settings });
    const value = await deserializer.deserialize(
      topic,
      Buffer.from(hex, 'hex'),
      Object.fromEntries(bytes),
    );
    return typeof value === 'number' ? { long: String(value) } : value;
  },
};

/** Left to itself, the serializer would guess a schema from the value. */
async function serializerOf(client, task, schemaIdSerializer) {
  const { topic, part = 'value', strategy = 'topic', schema } = task;
  const subject = subjects[strategy](topic, part, JSON.parse(schema));
  await client.register(subject, info(task));
  return new AvroSerializer(client, SIDES[part], {
    autoRegisterSchemas: false,
    useLatestVersion: true,
    ...(schemaIdSerializer && { schemaIdSerializer }),
    // Its own strategies are given no schema when it looks for the latest, and name '' then.
    ...(strategy !== 'topic' && { subjectNameStrategy: () => subject }),
  });
}

/** avsc has unions of records as they are given, and longs as numbers: it refuses greater ones. */
const given = (value) =>
  typeof value === 'object' && 'long' in value ? Number(value.long) : value;

for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line);
  let said;
  try {
    said = { answer: await tasks[task.do](newClient(), task) };
  } catch ({ status, errorCode, message }) {
    said = { error: { status, code: errorCode, message } };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
