/** The function of `SchemaSubjects` against the dev registry, by CloudFormation's own protocol. */
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../../local/kafka/certificate.js';
import { startLoopback } from '../../runtime/registry/loopback.js';
import { startProxy } from '../registry/counting-proxy.js';
import { PASSWORD, SIGNATURE, type StackOptions, SubjectsStack } from './stack.js';

const ORDER = {
  type: 'record',
  name: 'Order',
  namespace: 'acme',
  fields: [{ name: 'id', type: 'long' }],
};
const NOTE = { name: 'note', type: 'string', default: '' };
const ORDER_2 = { ...ORDER, fields: [...ORDER.fields, NOTE] };
/** Without a default: data of before cannot be read. */
const ORDER_BROKEN = { ...ORDER, fields: [...ORDER.fields, { name: 'note', type: 'string' }] };
const CUSTOMER = { ...ORDER, name: 'Customer' };
const ORDERS = { value: 'acme.Order', compatibility: 'FULL' };
const CONFIG = { topics: { orders: ORDERS, customers: { value: 'acme.Customer' } } };
const FILES = { 'tavro.json': CONFIG, 'order.avsc': ORDER, 'customer.avsc': CUSTOMER };
const MAX_ANSWER_BYTES = 4_096;

const open: SubjectsStack[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) {
    // Whatever a test does: neither answers nor logs hold these.
    const told = [...one.logged, ...one.bucket.heard.map(({ body }) => body)].join('\n');
    expect(told).not.toContain(PASSWORD);
    expect(told).not.toContain(SIGNATURE);
    for (const { body } of one.bucket.heard)
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    await one.stop();
  }
});

async function setUp(options: Partial<StackOptions> = {}): Promise<SubjectsStack> {
  const stack = await SubjectsStack.create({ files: FILES, ...options });
  open.push(stack);
  return stack;
}

/** The stack as it is once a release was published, and so is in the lock. */
async function published(options: Partial<StackOptions> = {}): Promise<SubjectsStack> {
  const stack = await setUp(options);
  await stack.folder.run('publish', ['--registry', stack.registry.url]);
  return stack;
}

describe('create', () => {
  it('registers drafts and sets levels, and answers as CloudFormation wants it', async () => {
    const stack = await setUp();
    expect(await stack.create()).toEqual({
      Status: 'SUCCESS',
      Reason: [
        'orders-value: level FULL',
        'orders-value: v1 has id 1',
        'customers-value: v1 has id 2',
        'The lock does not know these ids: run `npx tavro publish` and commit it, before the schemas change again.',
      ].join('\n'),
      PhysicalResourceId: 'tavro-SubjectsA1B2',
      StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/Clicks/1',
      RequestId: 'request-1',
      LogicalResourceId: 'SubjectsA1B2',
    });
    expect(await stack.subjects.list()).toEqual(['customers-value', 'orders-value']);
    expect(await stack.subjects.level('orders-value')).toBe('FULL');
    const [{ method, headers } = { method: '', headers: {} }] = stack.bucket.heard;
    expect(method).toBe('PUT');
    // The URL is signed without a media type: with one S3 would refuse the answer.
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it('only reads the folder', async () => {
    const stack = await setUp();
    const files = (): readonly string[] =>
      readdirSync(stack.folder.root, { recursive: true, encoding: 'utf8' }).sort();
    const before = files();
    await stack.create();
    expect(files()).toEqual(before);
    expect(before).toEqual([
      'schemas',
      'schemas/customer.avsc',
      'schemas/order.avsc',
      'schemas/tavro.json',
    ]);
  });

  it('brings a new registry the whole history, oldest first', async () => {
    const stack = await published();
    await stack.folder.write('order.avsc', ORDER_2);
    await stack.folder.run('publish', ['--registry', stack.registry.url]);
    const other = await setUp({ env: { TAVRO_SCHEMAS: stack.folder.schemas } });
    expect(await other.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(await other.subjects.versions('orders-value')).toEqual([1, 2]);
    expect(JSON.parse((await other.subjects.version('orders-value', 1)).schema)).toEqual(ORDER);
  });

  it('registers types of other files first, and refers to them', async () => {
    const files = {
      'tavro.json': { ...CONFIG, registry: { references: true } },
      'order.avsc': { ...ORDER, fields: [{ name: 'by', type: 'acme.Customer' }] },
      'customer.avsc': CUSTOMER,
    };
    const stack = await setUp({ files });
    expect(await stack.create()).toMatchObject({ Status: 'SUCCESS' });
    const { references } = await stack.subjects.latest('orders-value');
    expect(references).toEqual([{ name: 'acme.Customer', subject: 'acme.Customer', version: 1 }]);
    expect(await stack.update()).toMatchObject({ Reason: 'The registry has everything.' });
  });

  it('registers the subjects that it is asked for', async () => {
    const stack = await setUp();
    expect(await stack.create({ Subjects: ['customers-value'] })).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(await stack.subjects.list()).toEqual(['customers-value']);
    const { Status, Reason } = await stack.update({ Subjects: ['orders-valeu'] });
    expect(Status).toBe('FAILED');
    expect(Reason).toContain(
      'has the subject orders-valeu; there is orders-value, customers-value.\nNothing was registered.',
    );
  });
});

describe('update', () => {
  it('does nothing the second time', async () => {
    const stack = await setUp();
    await stack.create();
    expect(await stack.update()).toMatchObject({
      Status: 'SUCCESS',
      Reason: 'The registry has everything.',
    });
    expect(await stack.subjects.versions('orders-value')).toEqual([1]);
  });

  it('registers a change as the next version, and sets a level that changed', async () => {
    const stack = await published();
    await stack.folder.write('order.avsc', ORDER_2);
    const topics = { ...CONFIG.topics, orders: { ...ORDERS, compatibility: 'BACKWARD' } };
    await stack.folder.write('tavro.json', { topics });
    expect(await stack.update()).toMatchObject({ Status: 'SUCCESS' });
    expect(await stack.subjects.versions('orders-value')).toEqual([1, 2]);
    expect(await stack.subjects.level('orders-value')).toBe('BACKWARD');
  });

  it('fails by the report of the gate, before anything is registered', async () => {
    const stack = await published();
    await stack.folder.write('order.avsc', ORDER_BROKEN);
    await stack.folder.write('customer.avsc', { ...CUSTOMER, fields: [...CUSTOMER.fields, NOTE] });
    const { Status, Reason } = await stack.update();
    const { out, code } = await stack.folder.run('publish', ['--registry', stack.registry.url]);
    expect(code).toBe(100);
    expect({ Status, Reason }).toEqual({
      Status: 'FAILED',
      Reason: `${out}\nNothing was registered.`,
    });
    expect(Reason).toMatch(/^error field-default-missing WIRE {2}orders-value {2}note\n/);
    expect(Reason).toContain('fix:');
    expect(await stack.subjects.versions('orders-value')).toEqual([1]);
    expect(await stack.subjects.versions('customers-value')).toEqual([1]);
  });

  it('cuts a long report off, and says where the rest is', async () => {
    const fields = Array.from({ length: 60 }, (_, i) => ({
      name: `f${i}`,
      type: 'string',
      doc: 'ähm',
    }));
    const stack = await published();
    await stack.folder.write('order.avsc', { ...ORDER, fields: [...ORDER.fields, ...fields] });
    const { Status, Reason } = await stack.update();
    expect(Status).toBe('FAILED');
    expect(Buffer.byteLength(stack.bucket.heard.at(-1)?.body ?? '')).toBeGreaterThan(4_000);
    expect(Reason).toMatch(
      /…\nThe rest is in the log group \/aws\/lambda\/subjects, stream 2026\/12\/01\/\[\$LATEST\]abc\.$/,
    );
    expect(stack.logged.join('\n').length).toBeGreaterThan(Reason.length);
  });

  it('refuses a change of what was deployed and is not in the lock, and says what to run', async () => {
    const stack = await setUp();
    await stack.folder.run('codegen');
    await stack.create();
    await stack.folder.write('order.avsc', ORDER_2);
    const { Status, Reason } = await stack.update();
    expect(Status).toBe('FAILED');
    expect(Reason).toContain('has version 1 of orders-value, and the lock does not.');
    expect(Reason).toContain('fix: Run `tavro pull`');
  });

  it('leaves it to publish to note the ids', async () => {
    const stack = await setUp();
    await stack.create();
    const { code, out } = await stack.folder.run('publish', ['--registry', stack.registry.url]);
    expect(code).toBe(0);
    expect(out).toContain('record id 1 for v1: the registry has it already');
    expect(out).not.toContain('register v');
    await stack.folder.write('order.avsc', ORDER_2);
    expect(await stack.update()).toMatchObject({ Status: 'SUCCESS' });
    expect(await stack.subjects.versions('orders-value')).toEqual([1, 2]);
  });

  it('fails where the schemas cannot be read, with the place', async () => {
    const stack = await published();
    await stack.folder.write('order.avsc', { ...ORDER, fields: [{ name: 'id', type: 'lnog' }] });
    const { Status, Reason } = await stack.update();
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(/order\.avsc:\d+:\d+/);
    expect(Reason).toMatch(/\nNothing was registered\.$/);
  });
});

describe('rollback', () => {
  it('comes back to what was registered, whatever came after, and to its level', async () => {
    const stack = await published();
    const before = await stack.folder.lockTexts();
    const topics = { ...CONFIG.topics, orders: { ...ORDERS, compatibility: 'BACKWARD' } };
    await stack.folder.write('order.avsc', ORDER_2);
    await stack.folder.write('tavro.json', { topics });
    await stack.update();
    await stack.folder.write('order.avsc', ORDER);
    await stack.folder.write('tavro.json', CONFIG);
    await stack.folder.restoreLock(before);
    expect(await stack.update()).toMatchObject({
      Status: 'SUCCESS',
      Reason: 'orders-value: level FULL',
    });
    expect(await stack.subjects.versions('orders-value')).toEqual([1, 2]);
  });

  it('comes back after a refused change', async () => {
    const stack = await published();
    await stack.folder.write('order.avsc', ORDER_BROKEN);
    expect(await stack.update()).toMatchObject({ Status: 'FAILED' });
    await stack.folder.write('order.avsc', ORDER);
    expect(await stack.update()).toMatchObject({ Status: 'SUCCESS' });
  });

  it('succeeds also where the function is not rolled back yet', async () => {
    const stack = await published({ env: { TAVRO_RELEASE: 'new' } });
    await stack.folder.write('order.avsc', ORDER_BROKEN);
    expect(await stack.update({ Release: 'old' }, { Release: 'new' })).toMatchObject({
      Status: 'SUCCESS',
      Reason: 'The release old was registered before new was.',
    });
    expect(await stack.update({ Release: 'other' }, { Release: 'old' })).toMatchObject({
      Status: 'FAILED',
      Reason: 'This function has the release new, and was asked for other. Nothing was registered.',
    });
  });
});

describe('delete', () => {
  it('deletes nothing, and needs no registry', async () => {
    const stack = await published({ secret: new Error('no secret any more') });
    expect(await stack.delete()).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'tavro-SubjectsA1B2',
    });
    expect(await stack.subjects.versions('orders-value')).toEqual([1]);
    await stack.registry.stop();
    expect(await stack.delete()).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('a registry that does not do it', () => {
  it('is asked a few times when it is down', async () => {
    const stack = await setUp();
    await stack.registry.stop();
    const { Status, Reason } = await stack.create();
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(/cannot be reached: .*ECONNREFUSED.*tried 3 times\)/);
    expect(Reason).toContain('A registry in a private network needs the `vpc` of SchemaSubjects.');
    expect(Reason).toContain('What was registered before stays registered; deploy again');
  });

  it('leaves what was registered before it failed, is gone on with, and the log tells of it', async () => {
    const stack = await setUp();
    // The second subject is in a mode in which nothing can be registered.
    const mode = async (said: string): Promise<unknown> =>
      fetch(`${stack.registry.url}/mode/customers-value`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ mode: said }),
      });
    await mode('READONLY');
    const { Status, Reason } = await stack.create();
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(/^customers-value: .*\nWhat was registered before stays registered/);
    expect(stack.logged).toContain('orders-value: v1 has id 1');
    await mode('READWRITE');
    expect(await stack.create()).toMatchObject({
      Status: 'SUCCESS',
      Reason: expect.stringMatching(/^customers-value: v1 has id 2\n/),
    });
  });

  it('is not waited for longer than the function may', async () => {
    const hanging = await startLoopback(() => ({ raw: () => undefined }));
    const env = { SCHEMA_REGISTRY_URL: hanging.url };
    const stack = await setUp({ remainingMs: 15_050, env });
    const { Status, Reason } = await stack.create();
    await hanging.stop();
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(/^The registry took too long\./);
  });

  it('is trusted by the authority that the function has a file of', async () => {
    const { certificate, privateKey } = await makeCertificate();
    let target = '';
    const proxy = await startProxy(() => target, { key: privateKey, cert: certificate });
    const env = { SCHEMA_REGISTRY_URL: proxy.url };
    const stack = await setUp({ env });
    target = stack.registry.url;
    const untrusted = await stack.create();
    await writeFile(join(stack.folder.root, 'ca.pem'), certificate);
    const ca = { SCHEMA_REGISTRY_CA_LOCATION: join(stack.folder.root, 'ca.pem') };
    const trusting = await setUp({ env: { ...env, ...ca, TAVRO_SCHEMAS: stack.folder.schemas } });
    const trusted = await trusting.create();
    await proxy.stop();
    expect(untrusted).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/certificate/),
    });
    expect(trusted).toMatchObject({ Status: 'SUCCESS' });
  });

  const asked = { auth: { username: 'key', password: PASSWORD } };

  it('gets the credentials of the secret', async () => {
    const secret = JSON.stringify({ username: 'key', password: PASSWORD });
    const stack = await setUp({ ...asked, secret });
    expect(await stack.create()).toMatchObject({ Status: 'SUCCESS' });
  });

  it.each([
    [
      'are wrong',
      JSON.stringify({ username: 'other', password: PASSWORD }),
      /answered 401[^\n]*\. Are username and password right in the secret arn:.*registry-AbCdEf/,
    ],
    [
      'were never filled in',
      JSON.stringify({ username: 'not-set', password: PASSWORD }),
      /^The secret arn:.* was made by the stack and is not filled in\. Put the API key/,
    ],
    ['are none', PASSWORD, /^The secret arn:.* is not JSON with "username" and "password"\./],
    [
      'cannot be read',
      Object.assign(new Error(PASSWORD), { name: 'AccessDeniedException' }),
      /^Cannot read the secret .*: AccessDeniedException\. May the function call/,
    ],
  ])('tells when its credentials %s', async (_, secret, told) => {
    const stack = await setUp({ ...asked, secret });
    const { Status, Reason } = await stack.create();
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(told);
  });
});

describe('the answer', () => {
  it('is put again when the bucket does not take it', async () => {
    const stack = await setUp({
      bucket: (count) => (count < 3 ? { status: 503, text: 'slow down' } : { text: '' }),
    });
    expect(await stack.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(stack.bucket.heard).toHaveLength(3);
  });

  it('fails the function when it is never taken, without a word of the URL', async () => {
    const stack = await setUp({ bucket: () => ({ status: 403, text: SIGNATURE }) });
    await expect(stack.create()).rejects.toThrow(
      /^CloudFormation did not take the answer: status 403\.$/,
    );
  });
});
