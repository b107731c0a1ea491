import { ProducerError } from '../../producer/errors.js';
import { addressFromEnvironment } from './address.js';
import { type BrokerEngine, startBroker } from './broker.js';
import { newClassArchive } from './class-archive.js';
import { dockerEngine, findDocker } from './docker-engine.js';
import { KafkaLaunchError } from './errors.js';
import { KAFKA_VERSION, kafkaJars } from './jars.js';
import { findJava } from './java.js';
import { javaEngine } from './java-engine.js';
import type { KafkaAddresses, LaunchedKafka, Log } from './launched.js';
import { checkAddress } from './ready.js';

/** Starts a broker, or fails with a KafkaLaunchError that says what is missing. */
export type Starter = () => Promise<Omit<LaunchedKafka, 'kind' | 'reason'>>;

/** What the choice is made between; a test puts its own in. */
export interface Starters {
  readonly java: Starter;
  readonly docker: Starter;
  /** Rejects when the address does not answer. */
  readonly check: (addresses: KafkaAddresses) => Promise<void>;
}

export interface LaunchOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Is told of downloads, which Kafka was taken, and why. @default silence */
  readonly log?: Log;
  /** Shows how far a download is, each line in the place of the one before. @default silence */
  readonly status?: Log;
  /**
   * Whether it is measured what the broker can do: one that Java starts has Java's second compiler, too, which pays
   * off after minutes.
   * @default false
   */
  readonly measured?: boolean;
  /** @default the real ones */
  readonly starters?: Starters;
}

/**
 * Gets a Kafka, in this order: the address in TAVRO_KAFKA; a real Apache Kafka run with Java; the
 * same in Docker; the in-memory transport, for which the answer has no addresses. TAVRO_KAFKA may
 * also be `java`, `docker` or `memory`, and then it is that or an error.
 *
 * A started broker dies with this process, however it ends; `stop` ends it sooner.
 *
 * @throws KafkaLaunchError
 */
export async function launchKafka(options: LaunchOptions = {}): Promise<LaunchedKafka> {
  const { env = process.env, log = () => undefined } = options;
  const starters = options.starters ?? realStarters(env, { ...options, log });
  const launched = await choose(env.TAVRO_KAFKA?.trim() ?? '', { env, starters, log });
  log(`Kafka: ${launched.reason}`);
  return launched;
}

type Choice = Required<Pick<LaunchOptions, 'env' | 'starters' | 'log'>>;

async function choose(wanted: string, choice: Choice): Promise<LaunchedKafka> {
  switch (wanted) {
    case '':
      return firstThatWorks(choice);
    case 'memory':
      return inMemory('the in-memory transport, because TAVRO_KAFKA=memory');
    case 'java':
    case 'docker': {
      const broker = await choice.starters[wanted]();
      return { ...broker, kind: wanted, reason: `${title(wanted)}, because TAVRO_KAFKA=${wanted}` };
    }
    default:
      return atAddress(choice);
  }
}

async function firstThatWorks({ starters, log }: Choice): Promise<LaunchedKafka> {
  const missing: string[] = [];
  for (const kind of ['java', 'docker'] as const) {
    try {
      const broker = await starters[kind]();
      const reason = `${title(kind)}${missing.map((why) => `; ${why}`).join('')}`;
      return { ...broker, kind, reason };
    } catch (error) {
      if (!(error instanceof KafkaLaunchError)) throw error;
      log(`Kafka: not with ${kind}: ${error.message}`);
      missing.push(`not with ${kind} (${error.code})`);
    }
  }
  return inMemory(`the in-memory transport; ${missing.join('; ')}`);
}

async function atAddress({ env, starters }: Choice): Promise<LaunchedKafka> {
  const addresses = addressFromEnvironment(env);
  const { saslSsl } = addresses;
  const brokers = saslSsl?.brokers ?? addresses.plaintext;
  const how = saslSsl === undefined ? 'PLAINTEXT' : `SASL_SSL, user ${saslSsl.username}`;
  try {
    await starters.check(addresses);
  } catch (cause) {
    // The client is missing, which says nothing of the address.
    if (cause instanceof ProducerError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KafkaLaunchError(
      'KAFKA_UNREACHABLE',
      `Kafka at ${brokers} (TAVRO_KAFKA; ${how}) cannot be used: ${why}. Check the address, the ` +
        'listener and the credentials, or unset TAVRO_KAFKA to have a broker started.',
      { cause },
    );
  }
  const reason = `${brokers} (${how}), because TAVRO_KAFKA names it`;
  return { ...addresses, kind: 'address', reason, stop: nothingToStop };
}

function inMemory(reason: string): LaunchedKafka {
  return { kind: 'memory', reason, stop: nothingToStop };
}

const nothingToStop = async () => undefined;

function title(kind: 'java' | 'docker'): string {
  const name = { java: 'Java', docker: 'Docker' }[kind];
  return `Apache Kafka ${KAFKA_VERSION}, started with ${name}`;
}

function realStarters(
  env: NodeJS.ProcessEnv,
  { log, status, measured: isMeasured = false }: LaunchOptions & { readonly log: Log },
): Starters {
  const start = (engine: BrokerEngine) => {
    log(`Kafka: starting Apache Kafka ${engine.name} ...`);
    return startBroker(engine, env);
  };
  return {
    async java() {
      const java = await findJava(env);
      const jars = await kafkaJars({ env, log, status });
      const leaves = newClassArchive(java, jars);
      if (leaves.kept)
        log('Kafka: stopping it takes some seconds this once; later starts are faster for it');
      return start(javaEngine(java, jars, { isMeasured, leaves }));
    },
    docker: async () => start(dockerEngine(await findDocker(env, log, status))),
    check: checkAddress,
  };
}
