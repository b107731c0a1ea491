/** Topics to measure with: made for one table's mode, counted, and removed with all that was sent. */
import type { Admin } from 'kafkajs';
import { createTopics, kafkaConfig, quietClient, withAdmin } from '../../local/kafka/client.js';
import type { LaunchedKafka } from '../../local/kafka/launched.js';
import type { RegistryServer } from '../../local/registry/server.js';
import { createRegistry } from '../../runtime/index.js';
import { UserClickCodec } from '../../test/frozen/generated/com/mycompany/events/UserClick.js';

export interface Servers {
  readonly kafka: LaunchedKafka;
  readonly registry: RegistryServer;
}

export interface BenchTopic {
  readonly name: string;
  /** Messages that the broker has. */
  stored(): Promise<number>;
}

let made = 0;

export async function withTopic<Result>(
  { kafka, registry }: Servers,
  partitions: number,
  use: (topic: BenchTopic) => Promise<Result>,
): Promise<Result> {
  const name = `bench-${process.pid}-${++made}`;
  await createTopics(kafka, [{ name, partitions }]);
  await createRegistry({ url: registry.url }).register(`${name}-value`, UserClickCodec.schema);
  const admin = <Answer>(ask: (admin: Admin) => Promise<Answer>): Promise<Answer> =>
    quietClient(kafkaConfig(kafka)).then((client) => withAdmin(client, ask));
  try {
    return await use({
      name,
      async stored() {
        const offsets = await admin((one) => one.fetchTopicOffsets(name));
        return offsets.reduce((sum, { high }) => sum + Number(high), 0);
      },
    });
  } finally {
    await admin((one) => one.deleteTopics({ topics: [name] }));
  }
}
