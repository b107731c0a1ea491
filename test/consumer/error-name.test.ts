/** What Lambda calls an error: it reports `name` as the errorType. */
import { describe, expect, it } from '@jest/globals';
import { ConsumerError, on } from '../../consumer/index.js';
import { mskEvent } from '../../local/msk-event.js';
import { clicks, framed, invocation } from './clicks.js';

class LateError extends Error {
  override readonly name = 'LateError';
}

const hostile = Object.defineProperty({}, 'name', {
  get: () => {
    throw new Error('no');
  },
});

describe('the name of an error', () => {
  it.each([
    ['a class', new TypeError('secret'), 'ConsumerError.HANDLER.TypeError'],
    ['a class of its own', new LateError('secret'), 'ConsumerError.HANDLER.LateError'],
    [
      'a code before its class',
      Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }),
      'ConsumerError.HANDLER.ECONNREFUSED',
    ],
    [
      'a code that is a number',
      Object.assign(new Error('secret'), { code: 11000 }),
      'ConsumerError.HANDLER.Error',
    ],
    ['our own', new ConsumerError('CONFIG', 'secret'), 'ConsumerError.HANDLER.CONFIG'],
    ['no cause', undefined, 'ConsumerError.HANDLER'],
    ['text', 'secret', 'ConsumerError.HANDLER'],
    ['null', null, 'ConsumerError.HANDLER'],
    ['a name that is a sentence', { name: 'secret of a b' }, 'ConsumerError.HANDLER'],
    ['a name with a newline', { name: 'a\nb' }, 'ConsumerError.HANDLER'],
    ['a name without end', { name: 'a'.repeat(65) }, 'ConsumerError.HANDLER'],
    ['what throws when it is looked at', hostile, 'ConsumerError.HANDLER'],
  ])('says what was thrown: %s', (_, cause, want) => {
    expect(new ConsumerError('HANDLER', 'no', { cause }).name).toBe(want);
  });

  it("is that of a handler's error, in the one class that there is", async () => {
    const route = on(clicks, () => {
      throw new RangeError('secret');
    });
    const { invoke } = invocation({ routes: [route] });
    const thrown = await invoke(mskEvent([{ topic: 'clicks', value: framed('u') }])).catch(
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(ConsumerError);
    expect(thrown).toMatchObject({ name: 'ConsumerError.HANDLER.RangeError', code: 'HANDLER' });
    // Lambda's client prints an error's own members with its JSON format, and the class for the type.
    expect(Object.keys(Object(thrown))).toContain('name');
  });

  it('is that of what the registry or the bytes were the cause of', async () => {
    const { invoke, registry } = invocation({ routes: [on(clicks, () => {})] });
    registry.down = true;
    const nameOf = (value: Uint8Array) =>
      invoke(mskEvent([{ topic: 'clicks', value }])).catch(({ name }) => name);
    expect(await nameOf(framed('u'))).toBe('ConsumerError.REGISTRY.UNREACHABLE');
    expect(await nameOf(framed('u', 70).subarray(0, 9))).toMatch(
      /^ConsumerError\.DECODE\.AVRO_\w+$/,
    );
  });
});
