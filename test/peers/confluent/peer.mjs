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
  /** Left to itself, the serializer would guess a schema from the value. */
  async write(client, { topic, schema, value }) {
    await client.register(`${topic}-value`, info({ schema }));
    const serializer = new AvroSerializer(client, SerdeType.VALUE, {
      autoRegisterSchemas: false,
      useLatestVersion: true,
    });
    return (await serializer.serialize(topic, value)).toString('hex');
  },
  async writeHeader(client, { topic, schema, value }) {
    await client.register(`${topic}-value`, info({ schema }));
    const serializer = new AvroSerializer(client, SerdeType.VALUE, {
      autoRegisterSchemas: false,
      useLatestVersion: true,
      schemaIdSerializer: HeaderSchemaIdSerializer,
    });
    const headers = {};
    const bytes = await serializer.serialize(topic, value, headers);
    const hex = Object.entries(headers).map(([name, one]) => [
      name,
      Buffer.from(one).toString('hex'),
    ]);
    return { hex: bytes.toString('hex'), headers: Object.fromEntries(hex) };
  },
  read(client, { topic, hex, headers = {} }) {
    const bytes = Object.entries(headers).map(([name, one]) => [name, Buffer.from(one, 'hex')]);
    return new AvroDeserializer(client, SerdeType.VALUE, {}).deserialize(
      topic,
      Buffer.from(hex, 'hex'),
      Object.fromEntries(bytes),
    );
  },
};

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
