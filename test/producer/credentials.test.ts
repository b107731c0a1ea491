/** How credentials are asked for, kept and asked for again. */
import { describe, expect, it } from '@jest/globals';
import type { KafkaSasl, LoginRequest } from '../../producer/index.js';
import { AskedLogins, credentialsOf, type Login } from '../../producer/login/credentials.js';
import { keepToken } from '../../producer/login/kept-token.js';
import { rotatingCredentials } from '../../producer/login/secret-credentials.js';
import { failureOf } from './clicks.js';
import { ManualClock } from './manual-clock.js';

const BROKER = 'b-1.example:9096';
const plain: LoginRequest = { broker: BROKER, refused: false };
const again: LoginRequest = { broker: BROKER, refused: true };
const password = (text: string) => ({ username: 'u', password: text });

/** Gives one answer after another, and keeps what it was asked. */
function script<T>(answers: readonly T[]) {
  const left = [...answers];
  const asked: boolean[] = [];
  const give = async ({ refused }: LoginRequest) => {
    asked.push(refused);
    const next = left.shift();
    if (next === undefined) throw new Error('asked too often');
    return next;
  };
  return { give, asked };
}

const loginsOf = (give: (request: LoginRequest) => Promise<Login>, clock = new ManualClock()) =>
  new AskedLogins('sasl.credentials', give, clock);

describe('after a refusal', () => {
  it('the function is told, once for all connections that were refused', async () => {
    const { give, asked } = script([password('old'), password('old'), password('new')]);
    const logins = loginsOf(give);
    const [one, two] = [await logins.login(BROKER), await logins.login(BROKER)];
    expect([logins.refused(one), logins.refused(two)]).toEqual([true, true]);
    const renewed = await Promise.all([logins.login(BROKER), logins.login(BROKER)]);
    expect(renewed).toEqual([password('new'), password('new')]);
    expect(asked).toEqual([false, false, true]);
  });

  it('of what is replaced already it is asked as ever', async () => {
    const { give, asked } = script(['old', 'old', 'new', 'new'].map(password));
    const logins = loginsOf(give);
    const [one, late] = [await logins.login(BROKER), await logins.login(BROKER)];
    expect(logins.refused(one)).toBe(true);
    await logins.login(BROKER);
    expect(logins.refused(late)).toBe(true);
    await logins.login(BROKER);
    expect(asked).toEqual([false, false, true, false]);
  });

  it('a cache that did not learn of it is passed over before the broker is bothered', async () => {
    const { give, asked } = script(['old', 'new', 'old', 'new'].map(password));
    const logins = loginsOf(give);
    expect(logins.refused(await logins.login(BROKER))).toBe(true);
    expect(await logins.login(BROKER)).toEqual(password('new'));
    expect(await logins.login(BROKER)).toEqual(password('new'));
    expect(asked).toEqual([false, true, false, true]);
  });

  it.each([
    ['the same again', ['old', 'old'], [true, false]],
    ['another, and that again', ['old', 'early', 'early'], [true, true, false]],
    ['ever another', ['old', 'two', 'three'], [true, true, false]],
  ])('a refusal of %s is final', async (_, answers, want) => {
    const logins = loginsOf(script(answers.map(password)).give);
    const said: boolean[] = [];
    while (said.length < answers.length) said.push(logins.refused(await logins.login(BROKER)));
    expect(said).toEqual(want);
  });

  it('that is final, the next login passes over caches too', async () => {
    const { give, asked } = script(['old', 'old', 'new', 'new'].map(password));
    const logins = loginsOf(give);
    logins.refused(await logins.login(BROKER));
    expect(logins.refused(await logins.login(BROKER))).toBe(false);
    await logins.login(BROKER);
    await logins.login(BROKER);
    expect(asked).toEqual([false, true, true, false]);
  });

  it('nothing is asked of what is written down', async () => {
    const credentials = credentialsOf({ mechanism: 'plain', ...password('p') });
    const login = await credentials.login(BROKER);
    if ('token' in login || credentials.mechanism === 'oauthbearer') throw new Error('no token');
    expect(credentials.refused(login)).toBe(false);
  });
});

describe('a function', () => {
  it('that does not answer is given up', async () => {
    const clock = new ManualClock();
    const failed = failureOf(loginsOf(() => new Promise(() => undefined), clock).login(BROKER));
    await clock.advance(30_000);
    expect(await failed).toMatchObject({
      code: 'AUTHENTICATION',
      retriable: true,
      cause: new Error('no answer within 30 s'),
    });
  });

  const ask = (sasl: unknown) =>
    // Not what its type says, as from JavaScript.
    failureOf(Promise.resolve(credentialsOf(sasl as KafkaSasl).login(BROKER)));

  it.each([[undefined], [{ username: 'u' }], ['hunter2']])(
    'that answers %j for a password is told what to answer',
    async (answer) => {
      const error = await ask({ mechanism: 'plain', credentials: async () => answer });
      expect([error.code, error.message]).toEqual([
        'CONFIG',
        'The function given as `sasl.credentials` must answer { username, password }, both of them text.',
      ]);
    },
  );

  it.each([[undefined], [''], ['two words'], [{ token: 7 }], ['bad\u0001token']])(
    'that answers %j for a token is told what to answer',
    async (answer) => {
      const error = await ask({ mechanism: 'oauthbearer', token: async () => answer });
      expect([error.code, error.message]).toEqual([
        'CONFIG',
        'The function given as `sasl.token` must answer a token of visible ASCII characters, or ' +
          '{ token, expiresAtMs, extensions }.',
      ]);
    },
  );

  it.each([{ auth: 'x' }, { 'a b': 'x' }, { pool: '' }, { pool: 'x\u0001y' }])(
    'that gives the extensions %j is told what cannot be sent',
    async (extensions) => {
      const token = async () => ({ token: 'hunter2', extensions });
      const error = await ask({ mechanism: 'oauthbearer', token });
      expect([error.code, error.message]).toEqual([
        'CONFIG',
        `The extension "${Object.keys(extensions)[0]}" of a token cannot be sent: a name has letters ` +
          'only, and is not "auth"; a value has printable ASCII characters.',
      ]);
    },
  );
});

it('clients that share a sasl share its logins', () => {
  const sasl = { mechanism: 'plain', ...password('p') } as const;
  expect(credentialsOf(sasl)).toBe(credentialsOf(sasl));
  expect(credentialsOf(sasl)).not.toBe(credentialsOf({ ...sasl }));
});

describe('a token', () => {
  it('is kept until half of its life is gone, or it was refused', async () => {
    const clock = new ManualClock();
    let made = 0;
    const token = keepToken(async () => {
      return { token: `t${++made}`, expiresAtMs: clock.now() + 10_000 };
    }, clock);
    const texts = async (requests: readonly LoginRequest[]) =>
      (await Promise.all(requests.map(token))).map(({ token: text }) => text);
    expect(await texts([plain, plain])).toEqual(['t1', 't1']);
    await clock.advance(4_999);
    expect(await texts([plain])).toEqual(['t1']);
    await clock.advance(1);
    expect(await texts([plain])).toEqual(['t2']);
    expect(await texts([again, again])).toEqual(['t3', 't3']);
    expect(await texts([plain])).toEqual(['t3']);
  });

  it('whose end is not known is taken once', async () => {
    let made = 0;
    const token = keepToken(async () => ({ token: `t${++made}` }), new ManualClock());
    expect([await token(plain), await token(plain)]).toEqual([{ token: 't1' }, { token: 't2' }]);
  });
});

describe('a secret of Secrets Manager', () => {
  /** What the versions of a secret say. */
  function secretOf(versions: { current: string; previous?: string }) {
    const clock = new ManualClock();
    const reads: string[] = [];
    const readSecret = async (_: string, stage: string = 'AWSCURRENT') => {
      reads.push(stage);
      const text = stage === 'AWSPREVIOUS' ? versions.previous : versions.current;
      if (text === undefined) throw new Error('ResourceNotFoundException');
      return JSON.stringify(password(text));
    };
    const give = rotatingCredentials({ arn: 'arn:msk' }, { readSecret, clock });
    const ask = async (request: LoginRequest) => (await give(request)).password;
    return { ask, reads, versions, clock };
  }

  it('is read anew at once where what it said was refused', async () => {
    const { ask, reads, versions } = secretOf({ current: 'p1' });
    expect(await ask(plain)).toBe('p1');
    Object.assign(versions, { current: 'p2', previous: 'p1' });
    expect(await ask(plain)).toBe('p1');
    expect([await ask(again), await ask(plain)]).toEqual(['p2', 'p2']);
    expect(reads).toEqual(['AWSCURRENT', 'AWSCURRENT']);
  });

  it('gives its previous version while brokers do not know the current one', async () => {
    const { ask, clock } = secretOf({ current: 'p2', previous: 'p1' });
    expect([await ask(plain), await ask(again), await ask(plain)]).toEqual(['p2', 'p1', 'p1']);
    // They do now.
    expect(await ask(again)).toBe('p2');
    await clock.advance(60_000);
    expect(await ask(plain)).toBe('p2');
  });

  it('gives the current version again where there is no other', async () => {
    const { ask } = secretOf({ current: 'p1' });
    expect([await ask(plain), await ask(again)]).toEqual(['p1', 'p1']);
  });

  it('gives what it said last where it cannot be read, unless that was refused', async () => {
    const clock = new ManualClock();
    let isUp = true;
    const readSecret = async () => {
      if (isUp) return JSON.stringify(password('p1'));
      throw Object.assign(new Error('busy'), { name: 'ThrottlingException', $fault: 'client' });
    };
    const give = rotatingCredentials({ arn: 'arn:msk' }, { readSecret, clock });
    await give(plain);
    isUp = false;
    await clock.advance(60_000);
    expect(await give(plain)).toEqual(password('p1'));
    const error = await failureOf(give(again));
    expect(error).toMatchObject({ code: 'CONFIG', retriable: true });
    expect(error.message).toBe(
      'The secret arn:msk cannot be read: ThrottlingException: busy. Needed are ' +
        'secretsmanager:GetSecretValue on it and kms:Decrypt on its key.',
    );
  });

  it.each([
    [{ name: 'AccessDeniedException', $fault: 'client' }, false],
    [{ name: 'InternalServiceError', $fault: 'server' }, true],
    [{ name: 'TimeoutError' }, true],
    [{ code: 'ERR_MODULE_NOT_FOUND' }, true],
    [
      {
        code: 'ERR_MODULE_NOT_FOUND',
        message: "Cannot find package '@aws-sdk/client-secrets-manager' imported from a.js",
      },
      false,
    ],
  ])('that fails with %j may be had later: %p', async (fields, retriable) => {
    const readSecret = () => Promise.reject(Object.assign(new Error('no'), fields));
    const give = rotatingCredentials({ arn: 'arn:msk' }, { readSecret, clock: new ManualClock() });
    expect(await failureOf(give(plain))).toMatchObject({ code: 'CONFIG', retriable });
  });
});
