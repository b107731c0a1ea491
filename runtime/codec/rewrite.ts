/**
 * The fast rewriting of messages from one layout to another: a program (`rewrite-program.ts`) is run
 * over the bytes. It says nothing of what is wrong with a message: it gives up, and leaves those and
 * whatever is rare to the transcoder (`resolve.ts`), which says so. What it writes, that writes too.
 */
import { MAX_DEPTH } from '../limits.js';
import type { Plan } from '../schema/plan.js';
import { longToFloat } from '../schema/promotions.js';
import type { Rewrite } from '../wire/message.js';
import {
  begin,
  bytes,
  code,
  constants,
  count,
  counted,
  end,
  GIVEN_UP,
  longOf,
  numberOf,
  passMany,
  passOptional,
  passOptionalFixed,
  passText,
  passTexts,
  passVarint,
  recount,
  view,
} from './rewrite-input.js';
import { type Program, programOf } from './rewrite-program.js';

/** Places of records within records. */
const PLACES = 4_096;
/** Up to this many bytes are copied without a native call. */
const FEW_BYTES = 48;

const places = /* @__PURE__ */ new Int32Array(PLACES);
/** The places of the record that is rewritten begin here. */
let frame = 0;
/** Behind all places that are taken. */
let top = 0;
/** From here on, what was passed over is to be copied. */
let pending = 0;
/** Where the next byte is written. */
let to = 0;
let depth = 0;

/** What rewrites messages as a plan says, made when a message first comes. */
export function rewriter(plan: Plan): Rewrite {
  let program: Program | undefined;
  return (memory, length) => {
    program ??= programOf(plan);
    begin(memory, length, program);
    pending = 0;
    to = length;
    frame = 0;
    top = 0;
    // The root's program is not called.
    depth = 1;
    if (run(0, 0) !== end) return GIVEN_UP;
    flush(end);
    return to;
  };
}

/**
 * Runs a program from `pc` on over the bytes at `at`; answers where they end. The operations are those of
 * `OPS`, as literals: engines make a table of such cases, and a chain of comparisons of others.
 */
function run(pc: number, at: number): number {
  const ops = code;
  const memory = bytes;
  const last = end;
  for (;;) {
    switch (ops[pc++]) {
      case 0: // end
        return at;
      case 1: // text
        for (let left = ops[pc++] ?? 0; left > 0; left--) {
          const byte = memory[at] ?? 1;
          at = (byte & 0x81) === 0 ? at + 1 + (byte >> 1) : passText(at);
          if (at < 0 || at > last) return GIVEN_UP;
        }
        break;
      case 2: // int
      case 3: // long
      case 4: // boolean
        at = passMany(pc++, at);
        break;
      case 5: // fixed
        at += (ops[pc] ?? 0) * (ops[pc + 1] ?? 0);
        pc += 2;
        break;
      case 6: // index
        at = count(at);
        if (counted < 0 || counted >= (ops[pc++] ?? 0)) return GIVEN_UP;
        break;
      case 7: {
        // option
        const byte = memory[at++] ?? 1;
        if (byte !== 0 && byte !== 2) return GIVEN_UP;
        pc = byte >> 1 === ops[pc] ? (ops[pc + 1] ?? 0) : pc + 2;
        break;
      }
      case 8: // union
        at = count(at);
        if (counted < 0 || counted >= (ops[pc] ?? 0)) return GIVEN_UP;
        pc = ops[pc + 1 + counted] ?? 0;
        break;
      case 9: // jump
        pc = ops[pc] ?? 0;
        break;
      case 10: // items
        at = items(pc, at);
        pc = ops[pc + 1] ?? 0;
        break;
      case 11: // fixedItems
        at = passFixedItems(at, ops[pc++] ?? 0);
        break;
      case 12: // textItems
        at = passTextItems(at);
        break;
      case 13: // call
        if (++depth > MAX_DEPTH) return GIVEN_UP;
        at = run(ops[pc++] ?? 0, at);
        depth--;
        break;
      case 14: // flush
        flush(at);
        break;
      case 15: // leaveOut
        pending = at;
        break;
      case 16: // constant
        flush(at);
        writeConstant(ops[pc] ?? 0, ops[pc + 1] ?? 0);
        pc += 2;
        break;
      case 17: // intToFloat
      case 18: // intToDouble
      case 19: // longToFloat
      case 20: // longToDouble
      case 21: // floatToDouble
        at = convert(ops[pc - 1] ?? 0, at);
        break;
      case 22: // doubles
        at = widenItems(at);
        break;
      case 23: // symbol
        at = symbol(pc, at);
        pc += 1 + (ops[pc] ?? 0);
        break;
      case 24: // choose
        flush(at);
        at = count(at);
        pending = at;
        if (counted < 0 || counted >= (ops[pc] ?? 0)) return GIVEN_UP;
        pc = ops[pc + 1 + counted] ?? 0;
        break;
      case 26: // frame
        flush(at);
        if (!openFrame(ops[pc++] ?? 0)) return GIVEN_UP;
        break;
      case 27: // mark
        places[frame + (ops[pc++] ?? 0)] = at;
        break;
      case 28: // copy
        copyPlaces(pc);
        pc += 1 + 2 * (ops[pc] ?? 0);
        break;
      case 29: // seek
        at = places[frame + (ops[pc++] ?? 0)] ?? 0;
        pending = at;
        break;
      case 30: // unframe
        at = closeFrame(ops[pc++] ?? 0);
        pending = at;
        break;
      case 31: // optionalText
      case 32: // optionalInt
      case 33: // optionalLong
      case 34: // optionalBoolean
        at = passOptional(pc, at);
        pc += 2;
        break;
      case 35: // optionalFixed
        at = passOptionalFixed(pc, at);
        pc += 3;
        break;
      case 36: // markTexts
        at = markTexts(pc, at);
        pc += 2;
        break;
      case 37: // leaveOutTexts
        flush(at);
        at = passTexts(pc++, at);
        pending = at;
        break;
      default: // giveUp
        return GIVEN_UP;
    }
    if (at > last || at < 0) return GIVEN_UP;
  }
}

/** The header of a block: its count is in {@link counted}, 0 at the end of the blocks. */
function block(at: number, writes: boolean): number {
  const next = count(at);
  if (next < 0 || next > end || counted >= 0) return next;
  const items = -counted;
  if (writes) flush(at);
  const first = count(next);
  if (first < 0 || counted < 0) return GIVEN_UP;
  if (writes) {
    writeVarint(items * 2);
    pending = first;
  }
  recount(items);
  return first;
}

function items(pc: number, start: number): number {
  const writes = code[pc] === 1;
  for (let at = block(start, writes); ; at = block(at, writes)) {
    if (at < 0 || at > end) return GIVEN_UP;
    if (counted === 0) return at;
    for (let left = counted; left > 0; left--) {
      at = run(pc + 2, at);
      if (at < 0) return GIVEN_UP;
    }
  }
}

function passFixedItems(start: number, size: number): number {
  for (let at = block(start, false); ; at = block(at, false)) {
    if (at < 0 || at > end || counted === 0) return at;
    at += counted * size;
    if (at > end) return GIVEN_UP;
  }
}

function passTextItems(start: number): number {
  for (let at = block(start, false); ; at = block(at, false)) {
    if (at < 0 || at > end || counted === 0) return at;
    for (let left = counted; left > 0; left--) {
      at = passText(at);
      if (at < 0 || at > end) return GIVEN_UP;
    }
  }
}

function widenItems(start: number): number {
  for (let at = block(start, true); ; at = block(at, true)) {
    if (at < 0 || at > end || counted === 0) return at;
    flush(at);
    const next = at + counted * 4;
    if (next > end || to + counted * 8 > bytes.length) return GIVEN_UP;
    for (; at < next; at += 4, to += 8) view.setFloat64(to, view.getFloat32(at, true), true);
    pending = at;
  }
}

/** Writes a number as one of another kind. */
function convert(operation: number, start: number): number {
  flush(start);
  if (to + 8 > bytes.length) return GIVEN_UP;
  let [at, value] = [start, 0];
  if (operation === 21) {
    at += 4;
    if (at > end) return GIVEN_UP;
    value = view.getFloat32(start, true);
  } else {
    at = operation < 19 ? passVarint(start, 5, 0x0f) : passVarint(start, 10, 1);
    if (at < 0 || at > end) return GIVEN_UP;
    const exact = at - start > 7 ? longOf(start, at) : numberOf(start, at);
    value =
      typeof exact === 'number' ? exact : operation === 19 ? longToFloat(exact) : Number(exact);
  }
  if (operation === 17 || operation === 19) {
    view.setFloat32(to, value, true);
    to += 4;
  } else {
    view.setFloat64(to, value, true);
    to += 8;
  }
  pending = at;
  return at;
}

function symbol(pc: number, at: number): number {
  flush(at);
  const next = count(at);
  const into = counted < (code[pc] ?? 0) ? (code[pc + 1 + counted] ?? -1) : -1;
  if (next < 0 || counted < 0 || into < 0) return GIVEN_UP;
  writeVarint(into * 2);
  pending = next;
  return next;
}

/** Places of a record, behind which where those of the outer one begin. */
function openFrame(size: number): boolean {
  if (top + size >= PLACES) return false;
  places[top] = frame;
  frame = top + 1;
  top = frame + size;
  return true;
}

/** Passes over texts and notes where each begins. */
function markTexts(pc: number, start: number): number {
  let at = start;
  let place = frame + (code[pc + 1] ?? 0);
  for (let left = code[pc] ?? 0; left > 0 && at >= 0 && at <= end; left--) {
    places[place++] = at;
    at = passText(at);
  }
  return at;
}

function copyPlaces(pc: number): void {
  const past = pc + 1 + 2 * (code[pc] ?? 0);
  for (let pair = pc + 1; pair < past; pair += 2) {
    const from = places[frame + (code[pair] ?? 0)] ?? 0;
    copy(from, places[frame + (code[pair + 1] ?? 0)] ?? 0);
  }
}

/** The last place. */
function closeFrame(size: number): number {
  const last = places[frame + size - 1] ?? 0;
  top = frame - 1;
  frame = places[top] ?? 0;
  return last;
}

/** Copies what was passed over. */
function flush(at: number): void {
  if (at > pending) copy(pending, at);
  pending = at;
}

function copy(from: number, until: number): void {
  const start = to;
  to += until - from;
  // Four at a time, up to three too many: what is written next stands over those.
  if (until - from > FEW_BYTES || to + 4 > bytes.length) bytes.copyWithin(start, from, until);
  else
    for (let at = from, target = start; at < until; at += 4, target += 4)
      view.setInt32(target, view.getInt32(at, true), true);
}

function writeConstant(from: number, until: number): void {
  for (let at = from; at < until; at++) bytes[to++] = constants[at] ?? 0;
}

function writeVarint(zigzag: number): void {
  let rest = zigzag;
  for (; rest > 0x7f; rest >>>= 7) bytes[to++] = (rest & 0x7f) | 0x80;
  bytes[to++] = rest;
}
