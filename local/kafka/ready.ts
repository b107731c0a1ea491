import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONNECT_TIMEOUT_MS, kafkaConfig, quietClient, withAdmin } from './client.js';
import type { KafkaAddresses } from './launched.js';

const POLL_MS = 50;
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
  const { plaintext = '' } = addresses;
  // Asked without a client first: it costs next to nothing, and is seen at once.
  await repeatedly(wait, () => canConnect(plaintext));
  const first = await quietClient({ ...kafkaConfig(addresses, 'plaintext'), retry: SOON });
  await repeatedly(wait, () => meetCluster(first, clusterId));
  const saslSsl = await quietClient({ ...kafkaConfig(addresses, 'saslSsl'), retry: SOON });
  await repeatedly(wait, () => warmUp(saslSsl));
}

/** What is not there yet is there in a moment; after these it is begun anew. */
const SOON = { retries: 5, initialRetryTime: POLL_MS, maxRetryTime: 4 * POLL_MS };

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

function canConnect(address: string): Promise<void> {
  const colon = address.lastIndexOf(':');
  const place = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
  return new Promise((resolve, reject) => {
    const socket = connect({ ...place, timeout: CONNECT_TIMEOUT_MS });
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.once('connect', () => end(resolve));
    socket.once('error', (error) => end(() => reject(error)));
    socket.once('timeout', () => end(() => reject(new Error(`${address} does not answer`))));
  });
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
  const groups = withAdmin(client, (admin) => admin.fetchOffsets({ groupId: WARM_UP_GROUP }));
  await Promise.all([groups, connectProducer(client)]);
}

async function connectProducer(client: Client): Promise<void> {
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
