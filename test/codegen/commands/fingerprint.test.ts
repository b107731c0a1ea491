/** `tavro fingerprint`, with the fingerprints of Avro's own tests (`lang/java/avro/src/test`) as want. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../codegen/context.js';
import { run } from '../../../codegen/program.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tavro-fingerprint-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function tavro(...argv: string[]): Promise<{ exit: number; out: string[]; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const exit = await run(['fingerprint', ...argv], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    env: {},
    signal: new AbortController().signal,
  });
  return { exit, out, err: err.join('\n') };
}

describe('tavro fingerprint', () => {
  it.each([
    [[], '7275d51a3f395c8f'],
    [['--algorithm', 'MD5'], 'ef524ea1b91e73173d938ade36c1db32'],
    [
      ['--algorithm', 'SHA-256'],
      '3f2b87a9fe7cc9b13835598c3981cd45e3e355309e5090aa0933d7becb6fba45',
    ],
  ])('prints a line for each file: %j', async (options, print) => {
    const one = file('int.avsc', '"int"');
    const same = file('typed.avsc', '{"type": "int", "logicalType": "date"} // days');
    expect(await tavro(one, same, ...options)).toEqual({
      exit: EXIT.clean,
      out: [`${print}  ${one}`, `${print}  ${same}`],
      err: '',
    });
  });

  it('prints what the fingerprint is of', async () => {
    const schema = file('e.avsc', '{"symbols":["A"],"doc":"","type":"enum","name":"n.E"}');
    expect((await tavro(schema, '--canonical')).out).toEqual([
      '{"name":"n.E","type":"enum","symbols":["A"]}',
    ]);
  });

  it('takes types of other files', async () => {
    const type = file('type.avsc', '{"type":"fixed","name":"n.F","size":2}');
    const schema = file('array.avsc', '{"type":"array","items":"n.F"}');
    const alone = await tavro(schema);
    expect(alone.exit).toBe(EXIT.failure);
    expect(alone.err).toBe(`${schema}: The schema uses the type n.F, which nothing defines.`);
    expect((await tavro(schema, '--canonical', '--reference', type)).out).toEqual([
      '{"type":"array","items":{"name":"n.F","type":"fixed","size":2}}',
    ]);
  });

  it('needs a file, and one that is a schema', async () => {
    expect((await tavro()).exit).toBe(EXIT.usage);
    const none = await tavro(join(folder, 'none.avsc'));
    expect([none.exit, none.err]).toEqual([EXIT.failure, expect.stringContaining('none.avsc')]);
    const broken = await tavro(file('broken.avsc', '{'));
    expect([broken.exit, broken.err]).toEqual([
      EXIT.failure,
      expect.stringContaining('broken.avsc: '),
    ]);
  });
});
