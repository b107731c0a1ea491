/** The message that is rewritten: what passes over its values. State of the module, as of `wire/input.ts`. */
import type { Memory } from '../wire/memory.js';
import type { Program } from './rewrite-program.js';

/** Answered for messages that are left to others. */
export const GIVEN_UP = -1;

const NONE = /* @__PURE__ */ new Uint8Array();
export let bytes: Uint8Array = NONE;
export let view: DataView = /* @__PURE__ */ new DataView(NONE.buffer);
export let code: Int32Array = /* @__PURE__ */ new Int32Array();
export let constants: Uint8Array = NONE;
/** Where the message ends. */
export let end = 0;
/** A count or an index that {@link count} has read. */
export let counted = 0;

/** Says what the count of a block is that has a size. */
export function recount(count: number): void {
  counted = count;
}

/** Goes on with the first bytes of a memory. */
export function begin(memory: Memory, length: number, program: Program): void {
  ({ bytes, view } = memory);
  ({ code, constants } = program);
  end = length;
}

/** Reads a count, length or index of up to 28 bits into {@link counted}. */
export function count(at: number): number {
  let byte = bytes[at++] ?? 0;
  let zigzag = byte & 0x7f;
  for (let shift = 7; byte > 0x7f; shift += 7) {
    if (shift > 21) return GIVEN_UP;
    byte = bytes[at++] ?? 0;
    zigzag |= (byte & 0x7f) << shift;
  }
  counted = (zigzag >>> 1) ^ -(zigzag & 1);
  return at;
}

export function passText(at: number): number {
  const byte = bytes[at] ?? 0;
  if ((byte & 0x81) === 0) return at + 1 + (byte >> 1);
  const next = count(at);
  return next < 0 || counted < 0 ? GIVEN_UP : next + counted;
}

function passInt(at: number): number {
  return (bytes[at] ?? 0) < 0x80 ? at + 1 : passVarint(at, 5, 0x0f);
}

function passLong(at: number): number {
  return (bytes[at] ?? 0) < 0x80 ? at + 1 : passVarint(at, 10, 1);
}

function passBoolean(at: number): number {
  return (bytes[at] ?? 0) > 1 ? GIVEN_UP : at + 1;
}

/** Passes over at most `most` bytes, of which the last one that may be there holds up to `last`. */
export function passVarint(start: number, most: number, last: number): number {
  const memory = bytes;
  let at = start;
  let byte = memory[at++] ?? 0;
  while (byte > 0x7f) {
    if (at - start === most) return GIVEN_UP;
    byte = memory[at++] ?? 0;
  }
  return at - start === most && byte > last ? GIVEN_UP : at;
}

export function passTexts(pc: number, start: number): number {
  let at = start;
  for (let left = code[pc] ?? 0; left > 0 && at >= 0 && at <= end; left--) at = passText(at);
  return at;
}

/** Passes over numbers or booleans, as the operation before `pc` says. */
export function passMany(pc: number, start: number): number {
  const operation = code[pc - 1] ?? 0;
  let at = start;
  for (let left = code[pc] ?? 0; left > 0 && at >= 0 && at <= end; left--) {
    if (operation === 2) at = passInt(at);
    else at = operation === 3 ? passLong(at) : passBoolean(at);
  }
  return at;
}

/** Passes over unions of null and one thing, as the operation before `pc` says. */
export function passOptional(pc: number, start: number): number {
  const operation = code[pc - 1] ?? 0;
  const nothing = 2 * (code[pc] ?? 0);
  let at = start;
  for (let left = code[pc + 1] ?? 0; left > 0; left--) {
    const byte = bytes[at++] ?? 1;
    if (byte === nothing) continue;
    if (byte !== 2 - nothing) return GIVEN_UP;
    if (operation === 31) at = passText(at);
    else if (operation === 32) at = passInt(at);
    else at = operation === 33 ? passLong(at) : passBoolean(at);
    if (at < 0 || at > end) return GIVEN_UP;
  }
  return at;
}

export function passOptionalFixed(pc: number, start: number): number {
  const memory = bytes;
  const nothing = 2 * (code[pc] ?? 0);
  const size = code[pc + 1] ?? 0;
  let at = start;
  for (let left = code[pc + 2] ?? 0; left > 0; left--) {
    const byte = memory[at++] ?? 1;
    if (byte === nothing) continue;
    if (byte !== 2 - nothing || at > end) return GIVEN_UP;
    at += size;
  }
  return at;
}

/** A varint of at most seven bytes, zigzag undone. */
export function numberOf(at: number, next: number): number {
  let zigzag = 0;
  for (let i = next - 1; i >= at; i--) zigzag = zigzag * 0x80 + ((bytes[i] ?? 0) & 0x7f);
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

export function longOf(at: number, next: number): bigint {
  let zigzag = 0n;
  for (let i = next - 1; i >= at; i--) zigzag = (zigzag << 7n) | BigInt((bytes[i] ?? 0) & 0x7f);
  return BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n));
}
