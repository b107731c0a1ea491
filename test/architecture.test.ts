/** Who may import whom (docs/architecture.md), and other habits that a machine can check. */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { ts } from 'ts-morph';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROOMS = [
  'runtime',
  'generated',
  'codegen',
  'producer',
  'consumer',
  'infra',
  'local',
] as const;
type Room = (typeof ROOMS)[number];

interface Rule {
  readonly rooms: readonly Room[];
  /** Packages, or folders of node: built-ins as `node:*`. */
  readonly packages: readonly string[];
}

/** The table of docs/architecture.md. */
const ALLOWED: Readonly<Record<Room, Rule>> = {
  runtime: { rooms: [], packages: ['node:*'] },
  generated: { rooms: ['runtime'], packages: [] },
  codegen: {
    rooms: ['runtime'],
    packages: [
      'node:*',
      'ts-morph',
      'jsonc-parser',
      'commander',
      'picocolors',
      'avsc',
      'snappyjs',
      'fzstd',
    ],
  },
  producer: { rooms: ['runtime'], packages: ['node:*', 'kafkajs'] },
  consumer: { rooms: ['runtime'], packages: ['node:*'] },
  infra: { rooms: [], packages: ['node:*', 'aws-cdk-lib', 'constructs'] },
  local: {
    rooms: ['runtime', 'generated', 'codegen', 'producer', 'consumer', 'infra'],
    packages: [
      'node:*',
      'kafkajs',
      'hono',
      '@hono/node-server',
      'selfsigned',
      'picocolors',
      'commander',
    ],
  },
};

/** One file only, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // Applications that join generated code with the SDKs; they are not part of the package.
  'consumer/user-clicks.ts': ['generated', '@aws-lambda-powertools/logger', 'producer'],
  // Only a Lambda that reads its registry credentials from Secrets Manager loads it.
  'consumer/registry-secret.ts': ['@aws-sdk/client-secrets-manager'],
  // Only a producer that reads its credentials from Secrets Manager loads it.
  'producer/aws-secret.ts': ['@aws-sdk/client-secrets-manager'],
  'producer/produce.ts': ['generated', 'commander', 'local'],
  'infra/app.ts': ['generated'],
  // The command that starts the dev registry; loaded on demand.
  'codegen/commands/registry.ts': ['local'],
  // The failure policies are one table, read by the handler and by the mapping that feeds it.
  'infra/kafka-subscription.ts': ['consumer'],
  // How a schema file is hashed is one function: codegen notes the hash, synth compares it.
  'infra/sources.ts': ['runtime'],
};

/** A package that only one file may use. */
const ONLY_IN: Readonly<Record<string, string>> = {
  'ts-morph': 'codegen/emit/syntax.ts',
  snappyjs: 'codegen/decode/block-codecs.ts',
  fzstd: 'codegen/decode/block-codecs.ts',
};

interface Import {
  readonly file: string;
  readonly line: number;
  readonly module: string;
}

function filesOf(room: string): string[] {
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => join(room, file).split('\\').join('/'))
    .sort();
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    file,
    line: text.slice(0, pos).split('\n').length,
    module: fileName,
  }));
}

/** The room or package that an import leads to. */
function targetOf({ file, module }: Import): string {
  if (module.startsWith('tavro/'))
    return module === 'tavro/testing' ? 'local' : module.slice('tavro/'.length);
  if (module.startsWith('.')) {
    return relative(ROOT, join(ROOT, dirname(file), module)).split(/[/\\]/)[0] ?? '';
  }
  if (isBuiltin(module)) return 'node:*';
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

function isAllowed(room: Room, line: Import): boolean {
  const target = targetOf(line);
  if (target === room) return true;
  if (EXCEPTIONS[line.file]?.includes(target)) return true;
  const only = ONLY_IN[target];
  if (only !== undefined && only !== line.file) return false;
  const { rooms, packages } = ALLOWED[room];
  return [...rooms, ...packages].some((allowed) => allowed === target);
}

it('imports only what the table allows', () => {
  const wrong = ROOMS.flatMap((room) =>
    filesOf(room)
      .flatMap(importsOf)
      .filter((line) => !isAllowed(room, line))
      .map(({ file, line, module }) => `${file}:${line} imports ${module}`),
  );
  expect(wrong).toEqual([]);
});

it('notices a planted import', () => {
  expect(
    isAllowed('consumer', { file: 'consumer/x.ts', line: 1, module: '../codegen/index.js' }),
  ).toBe(false);
  expect(isAllowed('runtime', { file: 'runtime/x.ts', line: 1, module: 'avsc' })).toBe(false);
  expect(isAllowed('codegen', { file: 'codegen/cli.ts', line: 1, module: 'ts-morph' })).toBe(false);
  expect(
    isAllowed('runtime', { file: 'runtime/x.ts', line: 1, module: '../producer/index.js' }),
  ).toBe(false);
});

it('keeps files to about 300 lines and free of grab-bag names', () => {
  const MAX_LINES = 360;
  const files = ROOMS.filter((room) => room !== 'generated').flatMap(filesOf);
  const long = files.flatMap((file) => {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
    return lines > MAX_LINES ? [`${file} has ${lines} lines`] : [];
  });
  const grabBags = files.filter((file) =>
    /(^|\/)(utils?|helpers?|common|types|misc)\.ts$/.test(file),
  );
  expect([...long, ...grabBags]).toEqual([]);
});

it('names no private path in a source', () => {
  // Spelled in two halves, so that this file does not find itself.
  const PRIVATE = new RegExp(['/wo', 'rk/|/ro', 'ot/|/ho', 'me/[a-z]'].join(''));
  const wrong = [...ROOMS, 'test', 'docs', 'bench'].flatMap(filesOf).flatMap((file) => {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
    return lines.flatMap((line, i) => (PRIVATE.test(line) ? [`${file}:${i + 1}`] : []));
  });
  expect(wrong).toEqual([]);
});
