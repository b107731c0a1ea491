import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaConfig, quietClient, withAdmin } from './client.js';
import type { KafkaAddresses } from './launched.js';

const POLL_MS = 200;
/** Any name will do: asking for it makes the broker set its group coordinator up. */
const WARM_UP_GROUP = 'tavro-warm-up';
/** Set-up of the coordinators takes about a second; kafkajs waits longer between tries. */
const WARM_UP_RETRIES = 8;

/**
 * Waits until the broker of this cluster answers. It asks for the cluster's id, because the port
 * may have been taken by another broker since we found it free.
 *
 * @param signal ends the wait, with its reason.
 */
export async function untilReady(
  addresses: KafkaAddresses,
  clusterId: string,
  signal: AbortSignal,
): Promise<void> {
  const client = await quietClient({
    ...kafkaConfig(addresses, 'plaintext'),
    retry: { retries: 0 },
  });
  while ((await clusterIdOf(client)) !== clusterId) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
  await warmUp(addresses);
}

type Client = Awaited<ReturnType<typeof quietClient>>;

async function clusterIdOf(client: Client): Promise<string | undefined> {
  try {
    return await withAdmin(client, async (admin) => (await admin.describeCluster()).clusterId);
  } catch {
    return undefined;
  }
}

/**
 * Signs in over SASL_SSL and touches the coordinators. A fresh broker creates these on first use
 * and answers errors meanwhile, which would otherwise be the first thing that a user sees.
 */
async function warmUp(addresses: KafkaAddresses): Promise<void> {
  const client = await quietClient({
    ...kafkaConfig(addresses, 'saslSsl'),
    retry: { retries: WARM_UP_RETRIES },
  });
  await withAdmin(client, (admin) => admin.fetchOffsets({ groupId: WARM_UP_GROUP }));
  const producer = client.producer({ idempotent: true });
  try {
    await producer.connect();
  } finally {
    await producer.disconnect();
  }
}

/**
 * Signs in at a given address once.
 *
 * @throws what kafkajs throws.
 */
export async function checkAddress(addresses: KafkaAddresses): Promise<void> {
  const client = await quietClient({ ...kafkaConfig(addresses), retry: { retries: 1 } });
  await withAdmin(client, (admin) => admin.describeCluster());
}
