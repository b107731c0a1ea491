/**
 * What the types keep out and JavaScript lets in: each is one error that says what is to be given,
 * before anything is done with it.
 */
import { hasMethods, isObject, MAX_TIMER_MS, wordFor } from '../runtime/misuse.js';
import { ConsumerError } from './errors.js';

/** @throws ConsumerError `CONFIG` unless `fits` */
export function expect(fits: boolean, what: string, value: unknown, expected: string): void {
  if (fits) return;
  throw new ConsumerError('CONFIG', `${what} must be ${expected}; it is ${wordFor(value)}.`);
}

/** @throws ConsumerError `CONFIG` for what is no whole number from `least` on */
export function checkNumber(name: string, value: unknown, least: number): void {
  const isTime = name.endsWith('Ms');
  const most = isTime ? MAX_TIMER_MS : Number.MAX_SAFE_INTEGER;
  const fits = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  expect(fits, name, value, `a whole number from ${least}${isTime ? ` to ${most}` : ''}`);
}

/** @throws ConsumerError `CONFIG` */
export function checkFunction(what: string, value: unknown, expected = 'a function'): void {
  expect(typeof value === 'function', what, value, expected);
}

/** @throws ConsumerError `CONFIG` */
export function checkTopic(call: string, topic: unknown): void {
  const { name, key, value, types }: Partial<Record<string, unknown>> = Object(topic);
  const isNamed = typeof name === 'string' && name !== '' && key !== undefined;
  const fits = isNamed && (isObject(value) || isObject(types));
  expect(fits, `${call}: the topic`, topic, 'one of the generated code');
}

/**
 * What `createHandler` and `runConsumer` both take, but for the failure policies.
 * @throws ConsumerError `CONFIG`
 */
export function checkShared(call: string, options: unknown): void {
  expect(isObject(options), `What ${call} is given`, options, '{ routes, … }');
  const given: Partial<Record<string, unknown>> = Object(options);
  const { routes, registry, logger, telemetry } = given;
  expect(Array.isArray(routes), 'routes', routes, 'a list of on(topic, handler)');
  // Safe: it is an array, by the line above.
  for (const [index, route] of (routes as readonly unknown[]).entries()) {
    // Not a function, whose `bind` is another.
    const isRoute = isObject(route) && hasMethods(route, 'bind');
    expect(isRoute, `routes[${index}]`, route, 'of on(topic, handler)');
  }
  const isRegistry = typeof registry === 'function' || hasMethods(registry, 'schemaById');
  const expected = 'createRegistry({ url }), or a function that gives it';
  expect(registry === undefined || isRegistry, 'registry', registry, expected);
  const isLogger = logger === undefined || hasMethods(logger, 'debug', 'info', 'warn', 'error');
  expect(isLogger, 'logger', logger, 'an object with debug, info, warn and error');
  for (const one of [telemetry].flat()) {
    const hears = one === undefined || (isObject(one) && !hasMethods(one, 'then'));
    expect(
      hears,
      'telemetry',
      one,
      'an object with onBatch, such as embeddedMetrics(…), or a list of them',
    );
  }
}
