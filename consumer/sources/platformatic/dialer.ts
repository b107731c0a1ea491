import type { Buffer } from 'node:buffer';
import type { KafkaConnection } from '../../../producer/kafka-connection.js';
import { importPlatformatic, type Platformatic } from '../../../producer/platformatic/client.js';
import { Dialer as Connections } from '../../../producer/platformatic/connection.js';
import { classifyPlatformatic } from '../../../producer/platformatic/failure.js';
import type { Dialer, Link } from '../dialer.js';
import { AnswerReader, RequestWriter } from '../protocol/encoding.js';
import type { Codec } from '../protocol/record-batches.js';
import type { Request } from '../protocol/request.js';

type Opened = Awaited<ReturnType<Connections['open']>>;

/** Connects through @platformatic/kafka: its connections and logins, none of its consumer. */
export function platformaticDialer(connection: KafkaConnection): Dialer {
  return {
    async open(broker, { requestTimeoutMs }) {
      const kafka = await importPlatformatic();
      const opened = await new Connections(kafka, { ...connection, requestTimeoutMs }).open(broker);
      return linkOf(kafka, opened);
    },
    classify: classifyPlatformatic,
    async decompress(codec: Codec, bytes: Buffer) {
      const { compressionsAlgorithms } = await importPlatformatic();
      return compressionsAlgorithms[codec].decompressSync(bytes);
    },
  };
}

function linkOf(kafka: Platformatic, opened: Opened): Link {
  return {
    get isOpen() {
      return opened.isOpen;
    },
    call: (request) => call(kafka, opened, request),
    close: () => opened.destroy(),
  };
}

/** What the answer says is read past the client, which would take a refusal for trouble on the way. */
async function call<T>(
  { Writer }: Platformatic,
  opened: Opened,
  { apiKey, apiVersion, write, read }: Request<T>,
): Promise<T> {
  const ended = await opened.call({
    api: { key: apiKey, version: apiVersion },
    write: () => {
      const to = new RequestWriter();
      write(to);
      return Writer.create().append(to.done());
    },
    read: ({ buffer, position }) => {
      try {
        return { value: read(new AnswerReader(buffer.subarray(position).slice())) };
      } catch (error) {
        return { error };
      }
    },
  });
  if ('error' in ended) throw ended.error;
  return ended.value;
}
