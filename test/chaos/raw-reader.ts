/** Reads a topic as it is, by addresses that no fault touches and without what is tested. */
import { readWhole } from '../kafka-reader.js';
import { FOREIGN, type Stored } from './accounting.js';

/** Each value ends with the number of its message. */
const NUMBER = /page\/(\d+)$/;

/** The number in each message, by partition and offset. */
export async function readRaw(direct: string, topic: string): Promise<Stored> {
  const stored: number[][] = [];
  const put = (partition: number, offset: number, message: number): void => {
    const messages = stored[partition] ?? [];
    stored[partition] = messages;
    while (messages.length < offset) messages.push(FOREIGN);
    messages[offset] = message;
  };
  const partitions = await readWhole({ topic, brokers: direct }, (partition, { offset, value }) =>
    put(partition, Number(offset), numberOf(value)),
  );
  return Array.from({ length: partitions }, (_, partition) => stored[partition] ?? []);
}

function numberOf(value: Buffer | null): number {
  const [, digits] = NUMBER.exec(value?.toString('latin1') ?? '') ?? [];
  return digits === undefined ? FOREIGN : Number(digits);
}
