/** What commands say of a registry that refuses, is not there, or cannot be trusted: to the letter. */
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Certificate, makeCertificate } from '../../../local/kafka/certificate.js';
import { deadUrl, loopbacks, type Reaction } from '../../runtime/registry/loopback.js';
import { type Answer, DemoRepository, EXIT } from '../baseline/demo-repository.js';

const KEY = 'SCHEMA_REGISTRY_API_KEY';
const SECRET = 'SCHEMA_REGISTRY_API_SECRET';

const demo = DemoRepository.create();
let pem: Certificate;
let ca: string;
beforeAll(async () => {
  pem = await makeCertificate();
  demo.write('pem/ca.pem', pem.certificate);
  demo.write('pem/key.pem', pem.privateKey);
  ca = join(demo.folder, 'pem/ca.pem');
});
afterAll(() => demo.remove());

const serve = loopbacks();

type Env = Readonly<Record<string, string>>;

/** Runs each command that asks a registry; `<url>` stands for its address. */
const COMMANDS: Readonly<Record<string, (url: string, env: Env) => Promise<Answer>>> = {
  check: (url, env) => demo.tavroWith({ env }, 'check', '--against', `registry:${url}`),
  publish: (url, env) => demo.tavroWith({ env }, 'publish', '--registry', url),
  pull: (url, env) => demo.tavroWith({ env }, 'pull', '--registry', url),
};

async function said(
  command: string,
  { url, env = {} }: { readonly url: string; readonly env?: Env },
): Promise<string> {
  const { exit, out, err } = (await COMMANDS[command]?.(url, env)) ?? {};
  expect([exit, out]).toEqual([EXIT.failure, '']);
  const bare = url.replace(/\/\/[^/]*@/, '//');
  return `${err}`.replaceAll(bare, '<url>').replace(/(\((?:GET|POST)) \S*(?=\)|;)/, '$1 …');
}

const refusing = (status: number) => (): Reaction => ({
  status,
  json: { error_code: status, message: 'no' },
});

describe.each(Object.keys(COMMANDS))('%s', (command) => {
  it.each<[number, Env, string, string]>([
    [401, {}, '', `No credentials were given: set ${KEY} and ${SECRET}.`],
    [403, {}, '', `No credentials were given: set ${KEY} and ${SECRET}.`],
    [401, { [KEY]: 'me-7f3a' }, '', `No credentials were sent: ${KEY} is set, ${SECRET} is not.`],
    [
      401,
      { [SECRET]: 'pa-7f3a' },
      '',
      `No credentials were sent: ${SECRET} is set, ${KEY} is not.`,
    ],
    [
      401,
      { [KEY]: 'me-7f3a', [SECRET]: 'pa-7f3a' },
      '',
      `Credentials were given by ${KEY} and ${SECRET}: are they right?`,
    ],
    [
      403,
      { [KEY]: 'me-7f3a', [SECRET]: 'pa-7f3a' },
      '',
      `Credentials were given by ${KEY} and ${SECRET}: may they do this?`,
    ],
    [
      401,
      { [KEY]: 'me-7f3a', [SECRET]: 'pa-7f3a' },
      'me-7f3a:pa-7f3a@',
      `Credentials were given in the URL, and ${KEY} and ${SECRET} were left aside: are they right?`,
    ],
  ])('that is answered %i with %j and %j in the URL', async (status, env, user, advice) => {
    const { url } = await serve(refusing(status));
    const text = await said(command, { url: url.replace('//', `//${user}`), env });
    expect(text).toBe(`Schema Registry <url>: answered ${status}: no (GET …). ${advice}`);
  });

  it('that nobody answers', async () => {
    const url = await deadUrl();
    const address = url.replace('http://', '');
    expect(await said(command, { url })).toBe(
      `Schema Registry <url>: cannot be reached: connect ECONNREFUSED ${address} (GET …; tried 4 times). ` +
        '`npx tavro registry` starts one for development.',
    );
  });

  it('whose host does not exist', async () => {
    const url = 'http://registry.invalid';
    expect(await said(command, { url })).toMatch(
      /^Schema Registry <url>: cannot be reached: getaddrinfo (ENOTFOUND|EAI_AGAIN) registry\.invalid \(GET …; tried 4 times\)$/,
    );
  });

  it('whose authority nobody knows, until it is given', async () => {
    const { url } = await serve(refusing(401), { key: pem.privateKey, cert: pem.certificate });
    expect(await said(command, { url })).toBe(
      'Schema Registry <url>: cannot be reached: DEPTH_ZERO_SELF_SIGNED_CERT self-signed certificate. ' +
        'Nobody here trusts who signed its certificate: give that authority in PEM as tls.ca, ' +
        'or a file of it as SCHEMA_REGISTRY_CA_LOCATION (GET …; tried 4 times)',
    );
    const env = { SCHEMA_REGISTRY_CA_LOCATION: ca };
    expect(await said(command, { url, env })).toMatch(/^Schema Registry <url>: answered 401/);
  });

  it('that asks for a client certificate', async () => {
    const { url } = await serve(refusing(401), {
      ...{ key: pem.privateKey, cert: pem.certificate, ca: pem.certificate },
      ...{ requestCert: true, rejectUnauthorized: true },
    });
    const env = { SCHEMA_REGISTRY_CA_LOCATION: ca };
    expect(await said(command, { url, env })).toMatch(
      /Does it want a client certificate\? Give tls\.cert and tls\.key, or SCHEMA_REGISTRY_CERTIFICATE_LOCATION and SCHEMA_REGISTRY_KEY_LOCATION \(GET …; tried 4 times\)$/,
    );
    const key = join(demo.folder, 'pem/key.pem');
    const shown = { SCHEMA_REGISTRY_CERTIFICATE_LOCATION: ca, SCHEMA_REGISTRY_KEY_LOCATION: key };
    expect(await said(command, { url, env: { ...env, ...shown } })).toMatch(
      /^Schema Registry <url>: answered 401/,
    );
  });
});

it('asks with a client certificate whose key is encrypted', async () => {
  const passphrase = 'pass-7f3a';
  const form = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
  demo.write('pem/locked.pem', String(createPrivateKey(pem.privateKey).export(form)));
  const { url } = await serve(
    ({ path }) => ({ json: path === '/subjects' ? [] : { compatibilityLevel: 'BACKWARD' } }),
    {
      ...{ key: pem.privateKey, cert: pem.certificate, ca: pem.certificate },
      ...{ requestCert: true, rejectUnauthorized: true },
    },
  );
  const env = {
    SCHEMA_REGISTRY_URL: url,
    SCHEMA_REGISTRY_CA_LOCATION: ca,
    SCHEMA_REGISTRY_CERTIFICATE_LOCATION: ca,
    SCHEMA_REGISTRY_KEY_LOCATION: join(demo.folder, 'pem/locked.pem'),
    SCHEMA_REGISTRY_KEY_PASSWORD: passphrase,
  };
  expect(await demo.tavroWith({ env }, 'pull')).toEqual({
    exit: EXIT.clean,
    out: '',
    err: `Nothing changed: looked at 0 subjects of ${url}. Run \`npx tavro codegen --schemas "<repo>/schemas"\` next.`,
  });
  const wrong = { ...env, SCHEMA_REGISTRY_KEY_PASSWORD: 'other' };
  expect(await demo.tavroWith({ env: wrong }, 'pull')).toEqual({
    exit: EXIT.usage,
    out: '',
    err: 'SCHEMA_REGISTRY_KEY_LOCATION or SCHEMA_REGISTRY_KEY_PASSWORD cannot be used: is it PEM, and all of it?',
  });
});

describe('a wrong command line', () => {
  const usage = async (env: Env, ...argv: string[]): Promise<string> => {
    const { exit, err } = await demo.tavroWith({ env }, ...argv);
    expect(exit).toBe(EXIT.usage);
    return err;
  };

  it.each([
    ['localhost:8081', 'has no scheme: write http://localhost:8081'],
    ['registry.example.com', 'has no scheme: write https://registry.example.com'],
    ['me:pa55word@registry', 'is not an http(s) URL.'],
  ])('%s as a URL', async (url, what) => {
    expect(await usage({}, 'pull', '--registry', url)).toBe(`The Schema Registry URL ${what}`);
    expect(await usage({}, 'check', '--against', `registry:${url}`)).toBe(
      `The Schema Registry URL ${what}`,
    );
    expect(await usage({ SCHEMA_REGISTRY_URL: url }, 'publish')).toBe(
      `The Schema Registry URL ${what} (SCHEMA_REGISTRY_URL)`,
    );
  });

  it('a PEM file that is not there, unless the registry is asked without TLS', async () => {
    const env = { SCHEMA_REGISTRY_CA_LOCATION: join(demo.folder, 'none.pem') };
    expect(await usage(env, 'pull', '--registry', 'https://registry.invalid')).toBe(
      'SCHEMA_REGISTRY_CA_LOCATION: <repo>/none.pem cannot be read: it does not exist.',
    );
    const { exit } = await demo.tavroWith({ env }, 'pull', '--registry', await deadUrl());
    expect(exit).toBe(EXIT.failure);
  });
});

it('says where a URL is from that was not typed', async () => {
  const { url } = await serve(() => ({ text: '<html>' }));
  const { err } = await demo.tavroWith({ env: { SCHEMA_REGISTRY_URL: url } }, 'pull');
  expect(err).toBe(
    `Schema Registry ${url}: answered, not as a Schema Registry; is the URL right? (GET /subjects). The URL is from SCHEMA_REGISTRY_URL.`,
  );
});
