/** One partition of a broker, as far as it tells batches apart by their numbers. */

export interface Request {
  readonly name: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly count: number;
}

interface Known {
  readonly epoch: number;
  readonly next: number;
  /** The last five. */
  readonly batches: readonly { readonly sequence: number; readonly count: number }[];
}

/** For one producer. KIP-98, KAFKA-4675, KIP-360 */
export class SequenceBroker {
  /** Names of batches in the order stored. */
  readonly log: number[] = [];
  private known: Known | undefined;

  /** Stores a batch unless it has it; answers whether its number fits. */
  take({ name, epoch, sequence, count }: Request): boolean {
    const { known } = this;
    const held = known?.epoch === epoch ? known : undefined;
    if (held?.batches.some((one) => one.sequence === sequence && one.count === count)) return true;
    // Of a producer that it does not know it takes any number, of a newer epoch the first.
    const fits = known === undefined || (held?.next ?? 0) === sequence;
    if (!fits || epoch < (known?.epoch ?? epoch)) return false;
    const batches = [...(held?.batches ?? []), { sequence, count }].slice(-5);
    this.known = { epoch, next: (sequence + count) % 2 ** 31, batches };
    this.log.push(name);
    return true;
  }

  /** As when the topic is made anew, or a producer was idle for a day. */
  forget(): void {
    this.known = undefined;
  }
}
