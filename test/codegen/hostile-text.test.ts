/** A stranger's text on its way to a terminal, a report of each format, and generated code. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../codegen/check/finding.js';
import { FORMAT_NAMES, FORMATS } from '../../codegen/check/report/index.js';
import type { Report } from '../../codegen/check/report/report.js';
import { parseSchema } from '../../codegen/model/parse-schema.js';
import { SourceText } from '../../codegen/model/source-text.js';
import { run } from '../../codegen/program.js';
import { fingerprintOf } from '../../runtime/avro.js';
import type { Json } from '../../runtime/json.js';
import { printable } from '../../runtime/printable.js';
import { ALL_HOSTILE, HOSTILE, harmIn } from '../hostile-text.js';
import { startLoopback } from '../runtime/registry/loopback.js';
import { byName } from './by-name.js';
import { generate, importCodecs } from './generated-project.js';
import { SchemasFolder } from './schemas-folder.js';

/** A finding in which every text is a stranger's. */
function findingOf(text: string, severity: 'error' | 'warning'): Finding {
  const at = { file: `${text}.avsc`, line: 1, column: 3 };
  return {
    rule: 'field-renamed',
    category: 'WIRE',
    severity,
    subject: text,
    reader: text,
    writer: text,
    path: text,
    at,
    readerAt: at,
    writerAt: { ...at, file: text },
    message: text,
    fix: text,
    witness: { datum: { [text]: text }, bytes: '00', part: text, error: text },
  };
}

function reportOf(text: string): Report {
  return {
    findings: [findingOf(text, 'error'), findingOf(text, 'warning')],
    waived: [],
    subjects: [text, 'orders-value'],
    rollouts: [{ subject: text, order: 'any', from: text, to: text, steps: [text] }],
    sourceOf: (file) => new SourceText(file, `{"${text.replaceAll('\n', '')}": 1}`),
    color: false,
  };
}

/** The elements of an XML text, each with its attributes. @throws Error where it is none */
function elementsOf(xml: string): { name: string; attributes: Map<string, string> }[] {
  // https://www.w3.org/TR/xml/#charsets
  const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(xml);
  if (illegal !== null) throw new Error(`U+${illegal[0].codePointAt(0)?.toString(16)} in XML`);
  const TEXT = '(?:[^<&>]|&(?:amp|lt|gt|quot|#10);)*';
  const TOKEN = new RegExp(
    `<\\?xml [^<>]*\\?>|<(/?)([a-z-]+)((?: [a-z]+="${TEXT.replace('>', '>"')}")*)(/?)>|${TEXT}`,
    'uy',
  );
  const elements: { name: string; attributes: Map<string, string> }[] = [];
  const open: string[] = [];
  while (TOKEN.lastIndex < xml.length) {
    const [token, end, name, attributes = '', empty] = TOKEN.exec(xml) ?? [''];
    if (token === '') throw new Error(`no XML at ${TOKEN.lastIndex}`);
    if (name === undefined) continue;
    if (end === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)];
    elements.push({
      name,
      attributes: new Map(pairs.map(([, key = '', value = '']) => [key, value])),
    });
    if (empty !== '/') open.push(name);
  }
  if (open.length > 0) throw new Error(`${open.join()} stays open`);
  return elements;
}

const SET = Object.entries({ ...HOSTILE, 'all of it': ALL_HOSTILE });

describe.each(SET)('a report of %s', (_, text) => {
  it.each(FORMAT_NAMES)('as %s holds nothing that acts', (format) => {
    const commands = format === 'github';
    const printed = printable(FORMATS[format](reportOf(text)), { commands });
    expect(harmIn(printed, { commands })).toEqual([]);
  });

  it('as text has the lines of its layout only', () => {
    const lines = FORMATS.text(reportOf(text)).split('\n');
    expect(lines).toHaveLength(FORMATS.text(reportOf('x')).split('\n').length);
  });

  it('as lines for editors has one for each finding', () => {
    const lines = FORMATS.compact(reportOf(text)).split('\n');
    const levels = lines.map((line) => /:1:3: (error|warning) field-renamed: /.exec(line)?.[1]);
    expect(levels).toEqual(['error', 'warning']);
  });

  it('as JSON says the text as it is', () => {
    const { findings } = JSON.parse(printable(FORMATS.json(reportOf(text))));
    expect(findings).toEqual(JSON.parse(JSON.stringify(reportOf(text).findings)));
  });

  it('as SARIF and for GitLab is JSON of its shape, without links', () => {
    const { runs } = JSON.parse(printable(FORMATS.sarif(reportOf(text))));
    expect(runs[0].results).toHaveLength(2);
    for (const { message, locations } of runs[0].results) {
      expect(message.text).not.toMatch(/\]\(/);
      const { uri } = locations[0].physicalLocation.artifactLocation;
      expect(uri).toMatch(/^[\x21-\x7e]+$/);
    }
    const entries = JSON.parse(printable(FORMATS.gitlab(reportOf(text))));
    expect(entries).toHaveLength(2);
  });

  it('for GitHub is one command for each finding', () => {
    const lines = FORMATS.github(reportOf(text)).split('\n');
    expect(lines).toHaveLength(2);
    const command = /^::(error|warning) file=([^,:]+),line=1,col=3,title=tavro field-renamed::/;
    expect(lines.map((line) => command.exec(line)?.[1])).toEqual(['error', 'warning']);
  });

  it('as Markdown is a table of five cells a row, with no markup of its own and nobody called', () => {
    const rows = FORMATS.markdown(reportOf(text)).split('\n').slice(4, 6);
    expect(rows.map((row) => row.split(/(?<!\\)\|/).length)).toEqual([7, 7]);
    expect(rows.join('')).not.toMatch(/(?<!\\)[`*[<](?!!-- -->)|@(?!<!-- -->)/);
  });

  it('as JUnit is XML with the elements that it should have', () => {
    const elements = elementsOf(printable(FORMATS.junit(reportOf(text))));
    expect(elements.map(({ name }) => name)).toEqual([
      ...['testsuites', 'testsuite', 'testcase', 'failure', 'testcase', 'system-out'],
      ...['testsuite', 'testcase'],
    ]);
    expect([...(elements[2]?.attributes.keys() ?? [])]).toEqual([
      'classname',
      'name',
      'file',
      'line',
    ]);
  });
});

it('puts the mark of a code frame below its character, whatever stands before', () => {
  const source = new SourceText('a.avsc', '\t"\u202e\u0000": oops');
  const column = source.text.indexOf('oops') + 1;
  const finding = { ...findingOf('x', 'error'), readerAt: { file: 'a.avsc', line: 1, column } };
  const text = FORMATS.text({ ...reportOf('x'), findings: [finding], sourceOf: () => source });
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes('oops'));
  expect(lines[at + 1]?.indexOf('^')).toBe(lines[at]?.indexOf('oops'));
});

describe('generated code', () => {
  const schema = (text: string) => ({
    type: 'record',
    name: 'Hostile',
    doc: text,
    deprecated: text,
    fields: [
      { name: 's', type: 'string', default: text, doc: `${text}\n${text}` },
      { name: 'm', type: { type: 'map', values: 'string' }, default: { [text]: text } },
      { name: 'd', type: 'int', deprecated: text, doc: text, default: 1 },
      { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A'], doc: text } },
    ],
  });

  it.each(SET)('shows as what it is: %s', (_, text) => {
    for (const { text: code } of generate([schema(text)]).files) {
      expect(harmIn(code, { commands: true })).toEqual([]);
      // Within a comment nothing ends it but its end.
      const comments = code.split('\n').filter((line) => /^\s*(\/\*\*|\*)/.test(line));
      for (const line of comments) expect(line.replace(/\*\/$/, '')).not.toContain('*/');
    }
  });

  it('keeps the values: defaults that an older version reads', async () => {
    // A string of Avro has no lone surrogates.
    const text = ALL_HOSTILE.replace(/\p{Cs}/gu, '');
    const old: Json = { type: 'record', name: 'Hostile', fields: [] };
    const versions = byName([['Hostile', [parseSchema(old, { role: 'history' }).schema]]]);
    const now = schema(text);
    const generated = generate([{ ...now, fields: now.fields.slice(0, 2) }], { versions });
    for (const { text } of generated.files) expect(harmIn(text, { commands: true })).toEqual([]);
    const codec = (await importCodecs('hostile', generated)).get('Hostile');
    const decode = codec?.version(fingerprintOf(JSON.stringify(old)));
    expect(decode?.(new Uint8Array())).toEqual({
      s: text,
      m: { [text]: text },
    });
  });
});

describe('the commands', () => {
  // Names that a file system takes.
  const NAMES = Object.values(HOSTILE).map((text) =>
    text.replaceAll('/', '').replaceAll('\u0000', '').slice(0, 60),
  );
  const broken = (text: string): string =>
    JSON.stringify({
      type: 'record',
      name: text,
      fields: [{ name: text, type: text, [text]: text }],
    });

  let folder: SchemasFolder;
  let sound: SchemasFolder;
  beforeAll(async () => {
    folder = await SchemasFolder.create();
    sound = await SchemasFolder.create({
      'order.avsc': { type: 'record', name: 'a.Order', fields: [{ name: 'id', type: 'long' }] },
      'tavro.json': { topics: { orders: { value: 'a.Order' } } },
    });
    for (const [i, name] of NAMES.entries()) {
      const inner = join(folder.schemas, name);
      await mkdir(inner, { recursive: true });
      await writeFile(join(inner, `${i}${name}.avsc`), broken(Object.values(HOSTILE)[i] ?? ''));
    }
  });
  afterAll(async () => {
    await folder.remove();
    await sound.remove();
  });

  /** What a command printed, all of it. */
  async function printedBy(argv: readonly string[], env = {}): Promise<string> {
    const printed: string[] = [];
    await run(argv, {
      out: (text) => printed.push(text),
      err: (text) => printed.push(text),
      env,
      signal: new AbortController().signal,
    });
    const text = printed.join('\n');
    expect(text).not.toBe('');
    return text;
  }

  it.each([
    ['codegen'],
    ['codegen', '--check'],
    ['plan'],
    ...FORMAT_NAMES.map((format) => ['check', '--format', format]),
    ['decode', '--type', ALL_HOSTILE, '--hex', '00'],
    ['decode', ALL_HOSTILE.replaceAll('\u0000', '')],
    ['compare', '--reader', ALL_HOSTILE, '--writer', ALL_HOSTILE],
    ['check', '--against', ALL_HOSTILE],
    ['publish', '--registry', ALL_HOSTILE],
  ])('tell nothing that acts of files and names: tavro %s (%#)', async (...argv) => {
    const out = argv[0] === 'codegen' ? ['--out', folder.generated] : [];
    const schemas = argv[0] === 'compare' ? [] : ['--schemas', folder.schemas];
    expect(harmIn(await printedBy([...argv, ...schemas, ...out]))).toEqual([]);
  });

  it.each(SET)('tell nothing that acts of settings, options and commands: %s', async (_, text) => {
    const argument = text.replaceAll('\u0000', '');
    await sound.write('tavro.json', {
      [text]: 1,
      topics: { [text]: { value: text, [text]: text } },
    });
    for (const argv of [
      ['codegen', '--schemas', sound.schemas, '--out', sound.generated],
      ['check', '--schemas', sound.schemas, '--format', argument],
      [argument],
      ['check', `--${argument}`],
    ])
      expect(harmIn(await printedBy(argv))).toEqual([]);
  });

  it.each(SET)('tell nothing that acts of a registry: %s', async (_, text) => {
    const json = broken(text);
    const registry = await startLoopback(({ path }) => {
      if (path === '/subjects') return { json: [text, `${text}-value`, 'union-value'] };
      if (path.endsWith('/versions')) return { json: [1] };
      if (path.includes('/versions/'))
        return {
          json: {
            subject: text,
            version: 1,
            id: 1,
            schema: path.includes('union') ? '["int"]' : json,
            schemaType: path.includes('union') ? 'AVRO' : text,
          },
        };
      return { status: 422, json: { error_code: 42201, message: text } };
    });
    try {
      for (const command of ['pull', 'publish', 'check']) {
        const into = await SchemasFolder.create({
          'order.avsc': { type: 'record', name: 'a.Order', fields: [{ name: 'id', type: 'long' }] },
          'tavro.json': { topics: { orders: { value: 'a.Order' } } },
        });
        const from =
          command === 'check'
            ? ['--against', `registry:${registry.url}`]
            : ['--registry', registry.url];
        const { out, err } = await into.run(command, from);
        expect(harmIn(`${out}\n${err}`)).toEqual([]);
        expect(`${out}${err}`).not.toBe('');
        await into.remove();
      }
    } finally {
      await registry.stop();
    }
  });
});
