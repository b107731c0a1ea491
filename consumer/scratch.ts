import { base64Length, type NodeBytes, nodeBytes, writeBase64 } from './base64-bytes.js';

/** Memory to begin with, in bytes. */
const FIRST_BYTES = 65_536;
/** Memory that is not kept: of messages that are larger than most. */
const KEPT_BYTES = 2 ** 20;
/** Behind what is written, where {@link writeBase64} may write, too. */
const SLACK_BYTES = 2;

/**
 * Bytes one behind the other, for as long as they are being read: all messages use the same memory. A view of each, or
 * memory of its own, would cost more than decoding it.
 */
export class Scratch {
  bytes: NodeBytes = nodeBytes(0);
  /** Where the next bytes begin. */
  used = 0;

  /** Begins anew: what was read is not looked at any more. */
  clear(): void {
    this.used = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = nodeBytes(FIRST_BYTES);
  }

  /** False for text that is not base64: nothing is added then. */
  addBase64(base64: string): boolean {
    const length = base64Length(base64);
    this.reserve(length);
    if (!writeBase64(base64, this.bytes, this.used)) return false;
    this.used += length;
    return true;
  }

  add(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.used);
    this.used += bytes.length;
  }

  private reserve(length: number): void {
    const needed = this.used + length + SLACK_BYTES;
    const { bytes } = this;
    if (needed <= bytes.length) return;
    this.bytes = nodeBytes(Math.max(FIRST_BYTES, 2 * bytes.length, needed));
    this.bytes.set(bytes.subarray(0, this.used));
  }
}
