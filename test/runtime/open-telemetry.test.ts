/** OpenTelemetry's package, where it is installed and where it is not. */
import { expect, it } from '@jest/globals';
import * as api from '@opentelemetry/api';
import { importOpenTelemetry, isOpenTelemetry } from '../../runtime/open-telemetry.js';

it('is loaded by its name', async () => {
  const found = await importOpenTelemetry();
  expect(found?.trace.getTracer).toEqual(expect.any(Function));
  expect(isOpenTelemetry(found)).toBe(true);
});

it('is none where it is not installed', async () => {
  const message = "Cannot find package '@opentelemetry/api' imported from /app/a.js";
  const missing = Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
  expect(await importOpenTelemetry(() => Promise.reject(missing))).toBeUndefined();
});

it('is not called missing where it is broken', async () => {
  const broken = new Error('no such syntax');
  await expect(importOpenTelemetry(() => Promise.reject(broken))).rejects.toBe(broken);
});

it.each([
  ['the package', api, true],
  ['nothing', undefined, false],
  ['null', null, false],
  ['traces alone', { trace: api.trace }, false],
  ['an object of other members', { trace: {}, metrics: {} }, false],
])('is told from others: %s', (_, given, want) => {
  expect(isOpenTelemetry(given)).toBe(want);
});
