/**
 * The trace that a record belongs to, by its headers.
 * Source: W3C Trace Context, https://www.w3.org/TR/trace-context/
 */
import type { RecordSeen } from './telemetry.js';

/** The span that produced a record. */
export interface ProducerSpan {
  /** 32 hexadecimal digits, not all 0. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all 0. */
  readonly spanId: string;
  /** One byte; 1 is "sampled". */
  readonly traceFlags: number;
  /** What vendors say of the trace; undefined where nothing is said, or nothing that is valid. */
  readonly traceState: string | undefined;
}

/** Longest `traceparent`, in characters: 55 in version 00, and later ones may have more behind that. */
const MAX_TRACEPARENT = 256;
/** Longest `tracestate`, in characters: as much as everybody hands on. */
const MAX_TRACESTATE = 512;
/** Most vendors in a `tracestate`. */
const MAX_MEMBERS = 32;

const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const NO_VERSION = 'ff';
const ZEROS = /^0+$/;

/** Undefined for a record without a trace, or with a `traceparent` that is none. */
export function producerSpan({ header }: Pick<RecordSeen, 'header'>): ProducerSpan | undefined {
  const parent = header('traceparent');
  if (parent === undefined || parent.length > MAX_TRACEPARENT) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = PARENT.exec(parent) ?? [];
  if (version === undefined || version === NO_VERSION) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined;
  const traceFlags = Number.parseInt(flags, 16);
  return { traceId, spanId, traceFlags, traceState: stateOf(header('tracestate')) };
}

/** What is not valid is dropped as a whole, and the trace goes on without it. */
function stateOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_TRACESTATE) return undefined;
  const members = text.split(',').map((member) => member.trim());
  const given = members.filter((member) => member !== '');
  const isValid = given.length <= MAX_MEMBERS && given.every((member) => MEMBER.test(member));
  return isValid && given.length > 0 ? given.join(',') : undefined;
}
