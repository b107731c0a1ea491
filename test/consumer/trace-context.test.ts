/** Trace contexts as W3C writes them. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { producerSpan } from '../../consumer/trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

function spanOf(traceparent?: string, tracestate?: string) {
  const headers: Record<string, string | undefined> = { traceparent, tracestate };
  return producerSpan({ header: (name) => headers[name] });
}

describe('traceparent', () => {
  const span = { traceId: TRACE, spanId: SPAN, traceState: undefined };
  it.each([
    ['sampled', `00-${TRACE}-${SPAN}-01`, { ...span, traceFlags: 1 }],
    ['not sampled', `00-${TRACE}-${SPAN}-00`, { ...span, traceFlags: 0 }],
    ['with flags to come', `00-${TRACE}-${SPAN}-ff`, { ...span, traceFlags: 255 }],
    ['of a version to come', `cc-${TRACE}-${SPAN}-01`, { ...span, traceFlags: 1 }],
    ['of one with more', `cc-${TRACE}-${SPAN}-01-what-else`, { ...span, traceFlags: 1 }],
  ])('%s', (_, traceparent, want) => {
    expect(spanOf(traceparent)).toEqual(want);
  });

  it.each([
    ['none', undefined],
    ['empty', ''],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['version 00 with more', `00-${TRACE}-${SPAN}-01-more`],
    ['more without a dash', `cc-${TRACE}-${SPAN}-01more`],
    ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a digit short', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['no flags', `00-${TRACE}-${SPAN}`],
    ['spaces around', ` 00-${TRACE}-${SPAN}-01 `],
    ['a newline behind', `00-${TRACE}-${SPAN}-01\n`],
    ['too much', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(300)}`],
  ])('is none: %s', (_, traceparent) => {
    expect(spanOf(traceparent)).toBeUndefined();
  });

  it('of any bytes never throws, and what it says is what an id may be', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (traceparent, tracestate) => {
        const found = spanOf(traceparent, tracestate);
        if (found !== undefined) expect(found.traceId).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
    const hex = (length: number) =>
      fc.string({
        unit: fc.constantFrom(...'0123456789abcdef'),
        minLength: length,
        maxLength: length,
      });
    fc.assert(
      fc.property(hex(32), hex(16), (traceId, spanId) => {
        fc.pre(/[^0]/.test(traceId) && /[^0]/.test(spanId));
        expect(spanOf(`00-${traceId}-${spanId}-01`)).toMatchObject({ traceId, spanId });
      }),
    );
  });
});

describe('tracestate', () => {
  const parent = `00-${TRACE}-${SPAN}-01`;
  const members = (count: number) =>
    Array.from({ length: count }, (_, i) => `v${i}=${i}`).join(',');
  it.each([
    ['one vendor', 'rojo=00f067aa0ba902b7', 'rojo=00f067aa0ba902b7'],
    ['spaces and empty members', ' a=1 ,, fw529a3039@dt=2 ', 'a=1,fw529a3039@dt=2'],
    ['as many vendors as there may be', members(32), members(32)],
  ])('%s', (_, tracestate, want) => {
    expect(spanOf(parent, tracestate)?.traceState).toBe(want);
  });

  it.each([
    ['empty', ''],
    ['commas', ',,'],
    ['no value', 'a'],
    ['capitals', 'A=1'],
    ['two equals', 'a=1=2'],
    ['control characters', 'a=\u0007'],
    ['one vendor too many', members(33)],
    ['too long', `a=${'x'.repeat(200)},b=${'x'.repeat(200)},c=${'x'.repeat(200)}`],
  ])('is dropped, and the trace goes on: %s', (_, tracestate) => {
    expect(spanOf(parent, tracestate)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 1,
      traceState: undefined,
    });
  });
});
