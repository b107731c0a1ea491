/** Who may import whom (docs/architecture.md), and other habits that a machine can check. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { circles, filesOf, type Import, importsOf, importsOfText, ROOT } from './imports.js';
import { EXCEPTIONS, GUARDED, ONLY_IN, ROOMS, roomOf, roomsTable } from './rooms.js';

const FOLDERS = ['runtime', 'generated', 'codegen', 'producer', 'consumer', 'infra', 'local'];
const FILES = FOLDERS.flatMap(filesOf);
const IMPORTS = FILES.flatMap(importsOf);

/** Whether a name of the table stands for what is imported. */
function covers(name: string, { target }: Import): boolean {
  if (name === 'node:*') return target.startsWith('node:') && !GUARDED.includes(target);
  return target === name || target.startsWith(`${name}/`);
}

function isOwn(line: Import): boolean {
  return roomOf(line.target) === roomOf(line.file) && roomOf(line.file) !== undefined;
}

function isInTable(line: Import): boolean {
  const only = ONLY_IN[line.target];
  if (only !== undefined) return only === line.file;
  const { may, types = [], packages } = ROOMS[roomOf(line.file) ?? ''] ?? { may: [], packages: [] };
  if (line.kind === 'type' && types.some((name) => covers(name, line))) return true;
  return [...may, ...packages].some((name) => covers(name, line));
}

function usesException(line: Import, name: string): boolean {
  return !isOwn(line) && !isInTable(line) && covers(name, line);
}

function violations(imports: readonly Import[]): string[] {
  return imports
    .filter((line) => !isOwn(line) && !isInTable(line))
    .filter((line) => !(EXCEPTIONS[line.file] ?? []).some((name) => covers(name, line)))
    .map(
      ({ file, line, module }) => `${file}:${line} imports ${module}: no row of ${roomOf(file)}`,
    );
}

describe('imports', () => {
  it('are those that the table allows', () => {
    expect(violations(IMPORTS)).toEqual([]);
  });

  it.each([
    ['codegen/model/x.ts', "import { y } from '../disk/y.js';"],
    ['codegen/emit/x.ts', "import { y } from '../check/walk-pair.js';"],
    ['codegen/emit/x.ts', "import { readFile } from 'node:fs/promises';"],
    ['codegen/check/x.ts', "import type { y } from '../history/lock.js';"],
    ['codegen/cli.ts', "import { ts } from 'ts-morph';"],
    ['consumer/x.ts', "const y = await import('../codegen/index.js');"],
    ['consumer/x.ts', "export { y } from 'tavro/producer';"],
    ['runtime/codec/x.ts', "import { type A, b } from '../registry/client.js';"],
    ['runtime/wire/x.ts', "import type { Codec } from '../codec/codec.js';"],
    ['runtime/wire/x.ts', "import avsc from 'avsc';"],
  ])('planted in %s are found: %s', (file, text) => {
    const found = violations(importsOfText(file, `\n${text}\n`));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${file}:2 imports .*: no row of `));
  });

  it.each([
    ['codegen/emit/x.ts', "import { type Rule } from '../check/rule.js';"],
    ['runtime/codec/x.ts', "import type { A } from '../registry/client.js';"],
    ['codegen/disk/x.ts', "import { readFile } from 'node:fs/promises';"],
  ])('of %s may be: %s', (file, text) => {
    expect(violations(importsOfText(file, text))).toEqual([]);
  });

  it('need every exception', () => {
    const unused = Object.entries(EXCEPTIONS).flatMap(([file, names]) =>
      names
        .filter((name) => !IMPORTS.some((line) => line.file === file && usesException(line, name)))
        .map((name) => `${file} does not need ${name}`),
    );
    const absent = Object.entries(ONLY_IN).flatMap(([name, file]) =>
      IMPORTS.some((line) => line.file === file && line.target === name)
        ? []
        : [`${file} does not use ${name}`],
    );
    expect([...unused, ...absent]).toEqual([]);
  });

  it('are the table that docs/architecture.md shows', () => {
    const path = join(ROOT, 'docs/architecture.md');
    const page = readFileSync(path, 'utf8');
    const between = /(<!-- rooms -->\n)[\s\S]*?(<!-- \/rooms -->)/;
    const printed = page.replace(between, (_, from, to) => `${from}${roomsTable()}\n${to}`);
    expect(page).toMatch(between);
    if (process.env.TAVRO_GOLDEN === 'update') writeFileSync(path, printed);
    else expect(page).toBe(printed);
  });
});

describe('circles', () => {
  const edges = (
    lines: readonly Import[],
    nodeOf: (file: string) => string,
  ): Map<string, Set<string>> => {
    const graph = new Map<string, Set<string>>();
    for (const { file, target } of lines) {
      const [from, to] = [nodeOf(file), nodeOf(target)];
      if (from === to || roomOf(target) === undefined) continue;
      graph.set(from, (graph.get(from) ?? new Set()).add(to));
    }
    return graph;
  };

  it('are found', () => {
    const graph = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c', 'd'])],
      ['c', new Set(['a'])],
      ['d', new Set(['c2'])],
    ]);
    expect(circles(graph)).toEqual([['a', 'b', 'c']]);
  });

  it('of files by what they load: none', () => {
    const loaded = IMPORTS.filter(({ kind }) => kind === 'value');
    expect(circles(edges(loaded, (file) => file))).toEqual([]);
  });

  it('of rooms: none', () => {
    const lines = IMPORTS.filter(({ kind }) => kind !== 'dynamic');
    expect(circles(edges(lines, (file) => roomOf(file) ?? dirname(file)))).toEqual([]);
  });
});

it('keeps files to about 300 lines and free of grab-bag names', () => {
  const MAX_LINES = 360;
  const files = FILES.filter((file) => !file.startsWith('generated/'));
  const long = files.flatMap((file) => {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
    return lines > MAX_LINES ? [`${file} has ${lines} lines`] : [];
  });
  const grabBags = files.filter((file) =>
    /(^|\/)(utils?|helpers?|common|types|misc)\.ts$/.test(file),
  );
  expect([...long, ...grabBags]).toEqual([]);
});

it('keeps members private by one word', () => {
  const hashed = [...FOLDERS, 'test', 'bench'].flatMap(filesOf).flatMap((file) => {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
    return lines.flatMap((line, i) => (/\bthis\.#\w/.test(line) ? [`${file}:${i + 1}`] : []));
  });
  expect(hashed).toEqual([]);
});

it('names no private path in a source', () => {
  // Spelled in two halves, so that this file does not find itself.
  const PRIVATE = new RegExp(['/wo', 'rk/|/ro', 'ot/|/ho', 'me/[a-z]'].join(''));
  const wrong = [...FOLDERS, 'test', 'docs', 'bench'].flatMap(filesOf).flatMap((file) => {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
    return lines.flatMap((line, i) => (PRIVATE.test(line) ? [`${file}:${i + 1}`] : []));
  });
  expect(wrong).toEqual([]);
});

it('keeps the sample free to be edited: tests have frozen types of their own', () => {
  // It tests what the sample's own producer script sends.
  const allowed = ['test/producer/produce.kafka.test.ts'];
  const wrong = filesOf('test')
    .filter((file) => !allowed.includes(file))
    .flatMap(importsOf)
    .filter(({ target }) => roomOf(target) === 'generated')
    .map(({ file, line, module }) => `${file}:${line} imports ${module}`);
  expect(wrong).toEqual([]);
});

it('knows each client of Kafka in the folders of its transport and its source alone', () => {
  const HOMES = {
    kafkajs: 'kafkajs/',
    '@platformatic/kafka': 'platformatic/',
    '@confluentinc/kafka-javascript': 'confluent/',
  };
  const rooms = ['producer/', 'consumer/'];
  const wrong = Object.entries(HOMES).flatMap(([client, home]) =>
    IMPORTS.filter(({ file, module }) => {
      const isClients = module === client || module.startsWith(`${client}/`);
      const homes = [`producer/${home}`, `consumer/sources/${home}`];
      const isOurs = rooms.some((room) => file.startsWith(room));
      return isClients && isOurs && !homes.some((one) => file.startsWith(one));
    }).map(({ file, line, module }) => `${file}:${line} imports ${module}`),
  );
  expect(wrong).toEqual([]);
});
