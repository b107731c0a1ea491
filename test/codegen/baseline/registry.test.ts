import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startRegistry } from '../../../local/registry/server.js';
import type { Json } from '../../../runtime/json.js';
import { createRegistry, type SchemaReference } from '../../../runtime/registry/client.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import {
  type Answer,
  DemoRepository,
  EXIT,
  ORDER,
  ORDER_FIELDS,
  order,
  rulesOf,
} from './demo-repository.js';

let demo: DemoRepository;
let server: Awaited<ReturnType<typeof startRegistry>>;
beforeEach(async () => {
  demo = DemoRepository.create();
  demo.write('schemas/tavro.json', '{"topics": {"orders": {"value": "com.acme.shop.Order"}}}');
  server = await startRegistry({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  await server.stop();
  demo.remove();
});

const check = (...more: string[]): Promise<Answer> =>
  demo.tavro('check', '--against', `registry:${server.url}`, '--format', 'json', ...more);

const register = (
  schema: string,
  options: { subject?: string; references?: readonly SchemaReference[] } = {},
): Promise<number> =>
  createRegistry({ url: server.url }).register(options.subject ?? 'orders-value', schema, options);

const withField = (field: Json): string => order([...ORDER_FIELDS, field]);
const f2 = { name: 'f2', type: 'int' };

describe('check --against registry', () => {
  it('lets a new subject in', async () => {
    const answer = await check();
    expect([answer.exit, answer.err, rulesOf(answer)]).toEqual([EXIT.clean, '', []]);
  });

  it('looks at all versions where the registry does, and names each that breaks', async () => {
    await createSubjects(createRegistry({ url: server.url })).setLevel(
      'BACKWARD_TRANSITIVE',
      'orders-value',
    );
    await register(order(ORDER_FIELDS));
    await register(withField({ ...f2, default: 1 }));
    demo.write(ORDER, withField(f2));
    const answer = await check();
    expect([answer.exit, rulesOf(answer, 'WIRE')]).toEqual([
      EXIT.findings,
      ['field-default-missing f2'],
    ]);
    expect(answer.out).toMatch('"writer":"v1"');
    expect(answer.out).not.toMatch(/"field-default-missing"[^}]*"writer":"v2"/);
    expect(answer.out).toMatch('"order":"producers-first","from":"v1, v2","to":"v3 (draft)"');
  });

  it('takes the level of tavro.json where that says one, and tells the difference', async () => {
    demo.write(
      'schemas/tavro.json',
      '{"topics": {"orders": {"value": "com.acme.shop.Order", "compatibility": "FORWARD"}}}',
    );
    await register(order(ORDER_FIELDS));
    demo.write(ORDER, withField(f2));
    const answer = await check();
    expect([answer.exit, rulesOf(answer, 'WIRE')]).toEqual([
      EXIT.clean,
      ['registry-level-differs'],
    ]);
  });

  it('looks at soft-deleted versions: their data may still be there', async () => {
    await register(withField({ ...f2, default: 1 }));
    await register(order(ORDER_FIELDS));
    await fetch(`${server.url}/subjects/orders-value/versions/2`, { method: 'DELETE' });
    demo.write(ORDER, withField(f2));
    const answer = await check();
    expect([answer.exit, rulesOf(answer, 'WIRE').includes('field-default-missing f2')]).toEqual([
      EXIT.findings,
      true,
    ]);
    expect(answer.out).toMatch('"writer":"v2 (deleted)"');
  });

  it('asks about a changed doc too: to a registry it is another version', async () => {
    const subjects = createSubjects(createRegistry({ url: server.url }));
    await subjects.setLevel('NONE', 'orders-value');
    await register(order(ORDER_FIELDS));
    await register(withField(f2));
    demo.write(ORDER, withField(f2));
    expect((await check()).exit).toBe(EXIT.clean);
    // The history breaks the level that the subject has now: what is there may stay, and no more.
    await subjects.setLevel('FULL_TRANSITIVE', 'orders-value');
    expect(rulesOf(await check())).not.toContain('registry-disagrees');
    demo.write(ORDER, withField({ ...f2, doc: 'Two.' }));
    const answer = await check();
    expect(answer.out).toMatch(
      /"registry-disagrees".*the registry refuses it: .*READER_FIELD_MISSING/,
    );
  });

  it('resolves references', async () => {
    const status = {
      type: 'enum',
      name: 'Status',
      namespace: 'com.acme.shop',
      symbols: ['OPEN', 'PAID'],
    };
    await register(JSON.stringify(status), { subject: 'status' });
    const fields = ORDER_FIELDS.map((field) =>
      (field as { name: string }).name === 'status'
        ? { name: 'status', type: 'com.acme.shop.Status' }
        : field,
    );
    await register(order(fields), {
      references: [{ name: 'com.acme.shop.Status', subject: 'status', version: 1 }],
    });
    const answer = await check();
    expect([answer.exit, answer.err, rulesOf(answer, 'WIRE')]).toEqual([EXIT.clean, '', []]);
  });

  it('checks several baselines at once', async () => {
    await register(order(ORDER_FIELDS));
    demo.write(ORDER, withField(f2));
    const answer = await demo.tavro(
      'check',
      '--against',
      'lock',
      'git',
      `registry:${server.url}`,
      '--format',
      'json',
    );
    expect(answer.exit).toBe(EXIT.findings);
    expect(answer.out).toMatch('"writer":"v1"');
    expect(answer.out).toMatch('"writer":"main (0000000)"');
  });

  it('says when the registry is not there, or not named', async () => {
    const gone = await demo.tavro('check', '--against', 'registry:http://127.0.0.1:9');
    expect([gone.exit, gone.err]).toEqual([EXIT.failure, expect.stringMatching(/127\.0\.0\.1:9/)]);
    expect(gone.err).not.toMatch(/ at .*\.ts/);
    const unnamed = await demo.tavro('check', '--against', 'registry');
    expect([unnamed.exit, unnamed.err]).toEqual([
      EXIT.usage,
      expect.stringMatching(/SCHEMA_REGISTRY_URL/),
    ]);
  });
});
