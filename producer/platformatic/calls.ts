import { stampBatch } from '../record-batch.js';
import type { Stored } from '../session.js';
import type { Platformatic } from './client.js';
import type { Call } from './connection.js';
import { Answered } from './failure.js';
import type { ProduceRequest } from './partition-sender.js';
import type { Identity } from './partition-sequence.js';

/** A topic as a broker tells of it. */
export interface TopicMetadata {
  /** Brokers by their numbers, as `host:port`. */
  readonly brokers: ReadonlyMap<number, string>;
  /** Leaders by partition; undefined where it has none now. */
  readonly leaders: ReadonlyMap<number, number | undefined>;
}

/** How long a leader waits for its followers, of the time that a request has. */
const ACKS_SHARE = 0.6;

/**
 * The requests of a producer, in versions that brokers from 2.4 to 4 have. Produce is written here:
 * the client's own makes each record of many small buffers, and fails a whole answer for one error.
 */
export class Calls {
  private readonly kafka: Platformatic;
  private readonly acksTimeoutMs: number;

  constructor(kafka: Platformatic, requestTimeoutMs: number) {
    this.kafka = kafka;
    this.acksTimeoutMs = Math.max(1, Math.floor(requestTimeoutMs * ACKS_SHARE));
  }

  /** https://kafka.apache.org/protocol.html#The_Messages_Produce (version 8) */
  produce({ topic, partition, batch, by, sequence }: ProduceRequest): Call<Stored> {
    const { Writer, crc32c } = this.kafka;
    stampBatch(batch, { ...by, sequence }, crc32c);
    return {
      api: { key: 0, version: 8 },
      sends: true,
      write: () =>
        Writer.create()
          .appendString(null, false)
          .appendInt16(ALL_REPLICAS)
          .appendInt32(this.acksTimeoutMs)
          .appendInt32(1)
          .appendString(topic, false)
          .appendInt32(1)
          .appendInt32(partition)
          .appendInt32(batch.length)
          .append(batch),
      read: (answer) => {
        // One topic with one partition.
        answer.readInt32();
        answer.readString(false);
        answer.readInt32();
        answer.readInt32();
        const code = answer.readInt16();
        const offset = answer.readInt64();
        const appendedMs = Number(answer.readInt64());
        answer.readInt64();
        const reasons = answer.readArray(
          (each) => {
            each.readInt32();
            return each.readNullableString(false);
          },
          false,
          false,
        );
        const said = answer.readNullableString(false) ?? reasons?.find((one) => one !== null);
        if (code !== 0) throw this.refusal(code, said);
        return { offset, ...(appendedMs >= 0 && { appendedMs }) };
      },
    };
  }

  /** https://kafka.apache.org/protocol.html#The_Messages_Metadata (version 7) */
  metadata(topic: string | undefined): Call<TopicMetadata> {
    const { createRequest } = this.kafka.metadataV7;
    return {
      api: this.kafka.metadataV7.api,
      write: () => createRequest(topic === undefined ? [] : [topic], false),
      read: (answer) => this.readMetadata(answer),
    };
  }

  /** https://kafka.apache.org/protocol.html#The_Messages_InitProducerId (version 1) */
  initProducerId(): Call<Identity> {
    const { Writer } = this.kafka;
    return {
      api: { key: 22, version: 1 },
      write: () => Writer.create().appendString(null, false).appendInt32(0),
      read: (answer) => {
        answer.readInt32();
        const code = answer.readInt16();
        if (code !== 0) throw this.refusal(code, null);
        return { producerId: answer.readInt64(), epoch: answer.readInt16() };
      },
    };
  }

  /** The client's own reader throws for one partition without a leader. */
  private readMetadata(answer: InstanceType<Platformatic['Reader']>): TopicMetadata {
    const brokers = new Map<number, string>();
    const leaders = new Map<number, number | undefined>();
    answer.readInt32();
    for (let count = answer.readInt32(); count > 0; count--) {
      const id = answer.readInt32();
      brokers.set(id, `${answer.readString(false)}:${answer.readInt32()}`);
      answer.readNullableString(false);
    }
    // The cluster's id and its controller.
    answer.readNullableString(false);
    answer.readInt32();
    for (let count = answer.readInt32(); count > 0; count--) {
      const code = answer.readInt16();
      answer.readString(false);
      answer.readBoolean();
      if (code !== 0) throw this.refusal(code, null);
      for (let left = answer.readInt32(); left > 0; left--) {
        answer.readInt16();
        const id = answer.readInt32();
        const leader = answer.readInt32();
        leaders.set(id, leader < 0 ? undefined : leader);
        // Its epoch; replicas, those in sync, those offline.
        answer.readInt32();
        for (let list = 0; list < 3; list++) {
          for (let one = answer.readInt32(); one > 0; one--) answer.readInt32();
        }
      }
    }
    return { brokers, leaders };
  }

  private refusal(code: number, said: string | null | undefined): Answered {
    const { protocolErrors, protocolErrorsCodesById } = this.kafka;
    // The tables have more keys than their types.
    const ids: Readonly<Record<number, string>> = protocolErrorsCodesById;
    const errors: Readonly<Record<string, { message: string; canRetry: boolean }>> = protocolErrors;
    const id = ids[code] ?? `error ${code}`;
    const { message = 'an error that the client does not know', canRetry = false } =
      errors[id] ?? {};
    return new Answered(id, said ?? message, canRetry);
  }
}

const ALL_REPLICAS = -1;
