/** One partition of a broker, as far as it tells batches apart by their numbers. */

export interface Request {
  readonly name: number;
  readonly producerId: bigint;
  readonly sequence: number;
  readonly count: number;
}

interface Known {
  next: number;
  /** The last five. */
  readonly batches: { readonly sequence: number; readonly count: number }[];
}

/** https://kafka.apache.org/documentation/#upgrade_11_message_format, KIP-98, KAFKA-4675 */
export class SequenceBroker {
  /** Names of batches in the order stored. */
  readonly log: number[] = [];
  private readonly known = new Map<bigint, Known>();

  /** Stores a batch unless it has it; answers whether its number fits. */
  take({ name, producerId, sequence, count }: Request): boolean {
    const known = this.known.get(producerId);
    if (known?.batches.some((one) => one.sequence === sequence && one.count === count)) return true;
    // Of a producer that it does not know it takes any number.
    if (known !== undefined && known.next !== sequence) return false;
    const batches = [...(known?.batches ?? []), { sequence, count }].slice(-5);
    this.known.set(producerId, { next: (sequence + count) % 2 ** 31, batches });
    this.log.push(name);
    return true;
  }

  /** As when the topic is made anew, or a producer was idle for a day. */
  forget(): void {
    this.known.clear();
  }
}
