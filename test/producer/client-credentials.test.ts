/** Tokens of an OAuth provider, which is played here. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { clientCredentialsToken } from '../../producer/index.js';
import {
  type ClientCredentialsOptions,
  keptClientToken,
} from '../../producer/login/client-credentials.js';
import { failureOf } from './clicks.js';
import { ManualClock } from './manual-clock.js';

const REQUEST = { broker: 'b:9096', refused: false };
const CLIENT = { clientId: 'cli:ent', clientSecret: 'hunter2/+' };

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;

/** Asks a provider that answers so for a token. */
async function withProvider<T>(answer: Answer, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => answer(response, request));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    return await work(`http://127.0.0.1:${port}/oauth/token?realm=hunter3`);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

const json = (status: number, body: unknown) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('a token is asked for', () => {
  it('as RFC 6749 has it, and comes with its end and its extensions', async () => {
    const seen: unknown[] = [];
    const clock = new ManualClock();
    const startMs = clock.now();
    const answer: Answer = async (response, request) => {
      seen.push(request.method, request.headers.authorization, await text(request));
      json(200, { access_token: 'abc', token_type: 'Bearer', expires_in: 300 })(response);
    };
    const options = { ...CLIENT, scope: 'a b', extensions: { logicalCluster: 'lkc-1' } };
    const token = await withProvider(answer, (tokenEndpointUrl) =>
      keptClientToken({ ...options, tokenEndpointUrl }, clock)(REQUEST),
    );
    expect(token).toEqual({
      token: 'abc',
      expiresAtMs: startMs + 300_000,
      extensions: { logicalCluster: 'lkc-1' },
    });
    expect(seen).toEqual([
      'POST',
      `Basic ${Buffer.from('cli%3Aent:hunter2%2F%2B').toString('base64')}`,
      'grant_type=client_credentials&scope=a+b',
    ]);
  });

  it('once for half of its life, and anew after a refusal', async () => {
    let made = 0;
    const clock = new ManualClock();
    const answer: Answer = (response) =>
      json(200, { access_token: `t${++made}`, expires_in: '60' })(response);
    await withProvider(answer, async (tokenEndpointUrl) => {
      const ask = keptClientToken({ ...CLIENT, tokenEndpointUrl }, clock);
      const next = async (refused = false) => (await ask({ ...REQUEST, refused })).token;
      expect([await next(), await next()]).toEqual(['t1', 't1']);
      await clock.advance(30_000);
      expect([await next(), await next(true), await next()]).toEqual(['t2', 't3', 't3']);
    });
  });
});

describe('what goes wrong is told without secrets', () => {
  const CASES: Readonly<Record<string, [Answer, boolean, RegExp]>> = {
    refused: [
      json(401, { error: 'invalid_client', error_description: 'hunter2 is wrong' }),
      false,
      /: it answered 401 \(invalid_client\)\. Check the URL, the client's id, secret and scope\.$/,
    ],
    'an echo for a code': [json(400, { error: 'hunter2' }), false, /: it answered 400\. /],
    down: [json(503, 'hunter2'), true, /: it answered 503\. /],
    busy: [json(429, {}), true, /: it answered 429\. /],
    'no token': [json(200, { token: 'hunter2' }), false, /: its answer has no access_token\. /],
    'no JSON': [(response) => response.end('<hunter2>'), false, /has no access_token\. /],
    cut: [(response) => response.destroy(), true, /: it could not be asked: other side closed\. /],
    elsewhere: [
      (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      true,
      /: it could not be asked: unexpected redirect\. /,
    ],
    endless: [
      (response) => response.end('x'.repeat(65_537)),
      true,
      /: it could not be asked: its answer is over 65536 bytes\. /,
    ],
    silent: [() => undefined, true, /: it could not be asked: .*timeout\. /],
  };

  it.each(Object.keys(CASES))('%s', async (name) => {
    const [answer, retriable, want] = CASES[name] ?? [];
    if (answer === undefined || want === undefined) throw new Error('no such case');
    // What answers is waited for, however busy the machine is.
    const timeoutMs = name === 'silent' ? 500 : 60_000;
    const error = await withProvider(answer, (tokenEndpointUrl) =>
      failureOf(clientCredentialsToken({ ...CLIENT, tokenEndpointUrl, timeoutMs })(REQUEST)),
    );
    expect(error).toMatchObject({ code: 'AUTHENTICATION', retriable, delivered: 'no' });
    expect(error.message).toMatch(/^No token came from http:\/\/127\.0\.0\.1:\d+\/oauth\/token: /);
    expect(error.message).toMatch(want);
    expect(error.message).not.toContain('hunter');
  });

  it.each(['login.example/token', 'https://me:hunter2@login.example', 'ftp://x/', 'https://'])(
    'a URL such as %s',
    (tokenEndpointUrl) => {
      const options: ClientCredentialsOptions = { ...CLIENT, tokenEndpointUrl };
      expect(() => clientCredentialsToken(options)).toThrow(
        'The URL of the token endpoint is none: write https://, host and path, and no user in it.',
      );
    },
  );
});
