import type { Sockets } from './sockets.js';

/** What a broker knows an idempotent producer by. */
export interface ProducerIdAndEpoch {
  readonly producerId: string | number;
  readonly producerEpoch: number;
}

type Ask = () => Promise<ProducerIdAndEpoch>;
/** Answers the id of one session, which asks the broker where there is none to take over. */
type TakeProducerId = (ask: Ask) => Promise<ProducerIdAndEpoch>;

/** An epoch is 16 bits; the last is Kafka's own, to fence with. */
const LAST_EPOCH = 32_766;

/**
 * The producer id that the sessions of a transport hand on, each with a higher epoch than the one
 * before. A partition's leader that has stored a batch of the higher epoch refuses those of the lower
 * (KIP-360): a message that was reported `unknown` cannot arrive after one that was sent later and
 * acknowledged, whatever queue it waits in. With an id of its own for each session it could.
 */
export class ProducerIds {
  private last: ProducerIdAndEpoch | undefined;
  private opened = 0;

  /** For the next session; the one before is given up. */
  next(): TakeProducerId {
    const turn = ++this.opened;
    const { last } = this;
    this.last =
      last === undefined || last.producerEpoch >= LAST_EPOCH
        ? undefined
        : { ...last, producerEpoch: last.producerEpoch + 1 };
    const own = this.last;
    return async (ask) => {
      if (own !== undefined) return own;
      const asked = await ask();
      // The next one could not know this id: what it sends would not fence what this one sends.
      if (turn !== this.opened) throw new Superseded();
      this.last = asked;
      return asked;
    };
  }
}

/** Of a session that was given up before it had a producer id. Named as brokers do. */
class Superseded extends Error {
  readonly type = 'UNKNOWN_PRODUCER_ID';
  readonly retriable = false;

  constructor() {
    super('this session was given up before it had a producer id');
  }
}

/** By what kafkajs opens the sockets of a session's brokers with. */
const takers = new WeakMap<Sockets['open'], TakeProducerId>();

/** Lets the kafkajs client of these sockets take its producer id from there. */
export function ownProducerId(sockets: Sockets, take: TakeProducerId): void {
  takers.set(sockets.open, take);
}

interface Broker {
  readonly connectionPool: { readonly socketFactory: Sockets['open'] };
}

const patched = new WeakSet<object>();

/** kafkajs cannot be given a producer id: it asks a broker for a new one. */
export async function handOnProducerIds(): Promise<void> {
  // @ts-expect-error Not in kafkajs's types.
  const { default: Broker } = await import('kafkajs/src/broker/index.js');
  const { prototype } = Broker;
  const original = prototype.initProducerId;
  if (typeof original !== 'function' || patched.has(prototype)) return;
  patched.add(prototype);
  prototype.initProducerId = function (this: Broker, request: object) {
    const ask: Ask = () => original.call(this, request);
    return takers.get(this.connectionPool.socketFactory)?.(ask) ?? ask();
  };
}
