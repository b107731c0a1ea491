import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaConfig, quietClient, withAdmin } from './client.js';
import type { KafkaAddresses } from './launched.js';

const POLL_MS = 200;
/** Any name will do: asking for it makes the broker set its group coordinator up. */
const WARM_UP_GROUP = 'tavro-warm-up';

/** How the wait goes on, and who may end it. */
export interface Wait {
  /** Ends the wait, with its reason. */
  readonly signal: AbortSignal;
  /** Told why the broker cannot be used yet. */
  readonly notYet: (error: unknown) => void;
}

/**
 * Waits until the broker of this cluster takes messages from a user who signs in.
 *
 * @throws what kafkajs throws for credentials that are refused; no waiting helps there.
 */
export async function untilReady(
  addresses: KafkaAddresses,
  clusterId: string,
  wait: Wait,
): Promise<void> {
  const plaintext = await quietClient({ ...kafkaConfig(addresses, 'plaintext'), retry: ONCE });
  await repeatedly(wait, () => meetCluster(plaintext, clusterId));
  const saslSsl = await quietClient({ ...kafkaConfig(addresses, 'saslSsl'), retry: ONCE });
  await repeatedly(wait, () => warmUp(saslSsl));
}

/** We do the repeating. kafkajs wants one retry at least from an idempotent producer. */
const ONCE = { retries: 1, initialRetryTime: POLL_MS };

type Client = Awaited<ReturnType<typeof quietClient>>;

async function repeatedly(wait: Wait, attempt: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Object(error).name === 'KafkaJSSASLAuthenticationError') throw error;
      wait.notYet(error);
    }
    await sleep(POLL_MS);
    wait.signal.throwIfAborted();
  }
}

/** The port may have been taken by another broker since we found it free, hence the id. */
async function meetCluster(client: Client, expected: string): Promise<void> {
  const { clusterId } = await withAdmin(client, (admin) => admin.describeCluster());
  if (clusterId !== expected) throw new Error(`The port answers for cluster ${clusterId}`);
}

/**
 * Touches the coordinators. A fresh broker creates these on first use and answers errors
 * meanwhile, which would otherwise be the first thing that a user sees.
 */
async function warmUp(client: Client): Promise<void> {
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
