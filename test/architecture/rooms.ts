/** The rooms and who may import whom: the table of docs/architecture.md, which is printed from here. */

export interface Row {
  /** What the room may import besides itself: other rows, or a folder with all that is in it. */
  readonly may: readonly string[];
  /** Of these rooms, types only. */
  readonly types?: readonly string[];
  /** Outside packages. `node:*` is every built-in but those that have a name of their own below. */
  readonly packages: readonly string[];
}

/** Built-ins that reach beyond the process: a room has them by name only. */
export const GUARDED = ['node:fs', 'node:child_process'];

/** What every file may know: how things are told, and what bounds them. */
const TOLD = ['codegen/error.ts', 'runtime'];

/**
 * A row is a top folder, a folder within it, or a single file. A file belongs to the longest row that
 * holds it, so that the files at the top of codegen are a room of their own. An arrow goes down the
 * table, never up.
 */
export const ROOMS: Readonly<Record<string, Row>> = {
  'runtime/limits.ts': { may: [], packages: [] },
  'runtime/errors.ts': { may: [], packages: [] },
  'runtime/json.ts': { may: ['runtime/errors.ts', 'runtime/limits.ts'], packages: [] },
  'runtime/nearest-name.ts': { may: [], packages: [] },
  'runtime/printable.ts': { may: [], packages: [] },
  'runtime/words.ts': { may: [], packages: [] },
  'runtime/missing-package.ts': { may: [], packages: [] },
  'runtime/open-telemetry.ts': {
    may: ['runtime/missing-package.ts'],
    packages: ['@opentelemetry/api'],
  },
  'runtime/tls.ts': { may: [], packages: [] },
  'runtime/secret.ts': { may: ['runtime/missing-package.ts'], packages: [] },
  'runtime/source-hash.ts': { may: ['runtime/json.ts'], packages: ['node:*'] },
  'runtime/wire': {
    may: ['runtime/errors.ts', 'runtime/json.ts', 'runtime/limits.ts'],
    packages: [],
  },
  'runtime/registry': {
    may: ['runtime/errors.ts', 'runtime/json.ts', 'runtime/limits.ts', 'runtime/tls.ts'],
    packages: ['node:*'],
  },
  'runtime/schema': {
    may: ['runtime/errors.ts', 'runtime/json.ts', 'runtime/limits.ts', 'runtime/wire'],
    packages: [],
  },
  'runtime/codec': {
    may: [
      'runtime/errors.ts',
      'runtime/json.ts',
      'runtime/limits.ts',
      'runtime/nearest-name.ts',
      'runtime/schema',
      'runtime/wire',
    ],
    types: ['runtime/registry'],
    packages: [],
  },
  // Stands in for entries of the package, by a condition.
  'runtime/decode-only': { may: ['runtime/codec', 'runtime/generated-code.ts'], packages: [] },
  'runtime/avro-json': {
    may: [
      'runtime/errors.ts',
      'runtime/json.ts',
      'runtime/limits.ts',
      'runtime/schema',
      'runtime/wire',
    ],
    packages: [],
  },
  'runtime/container': {
    may: [
      'runtime/codec',
      'runtime/errors.ts',
      'runtime/json.ts',
      'runtime/limits.ts',
      'runtime/schema',
      'runtime/wire',
    ],
    packages: ['node:*'],
  },
  'runtime/dead-letter': {
    may: ['runtime/wire', 'runtime/words.ts'],
    packages: [],
  },
  'runtime/fingerprint.ts': { may: ['runtime/schema'], packages: ['node:*'] },
  runtime: { may: ['runtime'], packages: [] },
  // Its own entries, and nothing that applications use.
  generated: {
    may: ['runtime/generated-code.ts', 'runtime/wire/read.ts', 'runtime/wire/write.ts'],
    packages: [],
  },
  'codegen/error.ts': { may: [], packages: [] },
  'codegen/model': {
    may: [
      'codegen/error.ts',
      'runtime/errors.ts',
      'runtime/json.ts',
      'runtime/limits.ts',
      'runtime/nearest-name.ts',
      'runtime/printable.ts',
      'runtime/schema',
      'runtime/words.ts',
    ],
    packages: ['jsonc-parser', 'node:*'],
  },
  'codegen/history': { may: [...TOLD, 'codegen/model'], packages: [] },
  'codegen/check': {
    may: [...TOLD, 'codegen/model'],
    packages: ['jsonc-parser', 'node:*', 'picocolors'],
  },
  'codegen/emit': {
    may: [...TOLD, 'codegen/history', 'codegen/model'],
    types: ['codegen/check'],
    packages: ['node:*'],
  },
  'codegen/disk': {
    may: [...TOLD, 'codegen/emit', 'codegen/history', 'codegen/model'],
    packages: ['jsonc-parser', 'node:*', ...GUARDED],
  },
  'codegen/project': {
    may: [
      ...TOLD,
      'codegen/check',
      'codegen/disk',
      'codegen/emit',
      'codegen/history',
      'codegen/model',
    ],
    packages: ['node:*'],
  },
  'codegen/context.ts': { may: ['runtime/printable.ts'], packages: ['node:*'] },
  'codegen/progress.ts': { may: ['runtime/words.ts'], types: ['codegen/context.ts'], packages: [] },
  'codegen/registry': {
    may: [
      ...TOLD,
      'codegen/check',
      'codegen/context.ts',
      'codegen/disk',
      'codegen/history',
      'codegen/model',
      'codegen/progress.ts',
      'codegen/project',
    ],
    packages: ['jsonc-parser', 'node:*'],
  },
  'codegen/decode': {
    may: [
      ...TOLD,
      'codegen/check',
      'codegen/context.ts',
      'codegen/disk',
      'codegen/history',
      'codegen/model',
      'codegen/project',
    ],
    packages: ['node:*'],
  },
  'codegen/cache': {
    may: [...TOLD, 'codegen/disk', 'codegen/history', 'codegen/model', 'codegen/project'],
    packages: ['node:*', ...GUARDED],
  },
  'codegen/baseline': {
    may: [
      ...TOLD,
      'codegen/cache',
      'codegen/check',
      'codegen/context.ts',
      'codegen/disk',
      'codegen/history',
      'codegen/model',
      'codegen/progress.ts',
      'codegen/project',
      'codegen/registry',
    ],
    packages: ['node:*'],
  },
  'codegen/publication': {
    may: [
      ...TOLD,
      'codegen/baseline',
      'codegen/check',
      'codegen/context.ts',
      'codegen/history',
      'codegen/model',
      'codegen/progress.ts',
      'codegen/registry',
    ],
    packages: [],
  },
  // What Lambda runs at deploy: no command line.
  'codegen/deploy': {
    may: [
      ...TOLD,
      'codegen/baseline',
      'codegen/context.ts',
      'codegen/disk',
      'codegen/progress.ts',
      'codegen/project',
      'codegen/publication',
      'codegen/registry',
    ],
    packages: [],
  },
  'codegen/completion': { may: [], packages: ['commander'] },
  'codegen/command-line.ts': {
    may: ['codegen/error.ts'],
    types: ['codegen/context.ts'],
    packages: ['commander'],
  },
  'codegen/editor': {
    may: [...TOLD, 'codegen/command-line.ts', 'codegen/model', 'codegen/project'],
    packages: [],
  },
  'codegen/scaffold': {
    may: [...TOLD, 'codegen/disk', 'codegen/editor', 'codegen/emit'],
    packages: ['jsonc-parser', 'node:*'],
  },
  'codegen/generation': {
    may: [
      ...TOLD,
      'codegen/baseline',
      'codegen/cache',
      'codegen/check',
      'codegen/command-line.ts',
      'codegen/context.ts',
      'codegen/disk',
      'codegen/emit',
      'codegen/history',
      'codegen/model',
      'codegen/progress.ts',
      'codegen/project',
    ],
    packages: ['node:*'],
  },
  'codegen/person.ts': { may: ['codegen/context.ts', 'codegen/error.ts'], packages: ['node:*'] },
  'codegen/commands': {
    may: [
      ...TOLD,
      'codegen/baseline',
      'codegen/cache',
      'codegen/check',
      'codegen/command-line.ts',
      'codegen/completion',
      'codegen/context.ts',
      'codegen/decode',
      'codegen/disk',
      'codegen/editor',
      'codegen/emit',
      'codegen/generation',
      'codegen/history',
      'codegen/model',
      'codegen/person.ts',
      'codegen/progress.ts',
      'codegen/project',
      'codegen/publication',
      'codegen/registry',
      'codegen/scaffold',
    ],
    packages: ['commander', 'node:*', 'picocolors', ...GUARDED],
  },
  codegen: { may: ['codegen', 'runtime'], packages: ['commander', 'node:*'] },
  producer: {
    may: ['runtime'],
    packages: [
      '@confluentinc/kafka-javascript',
      '@platformatic/kafka',
      'kafkajs',
      'node:*',
      ...GUARDED,
    ],
  },
  'consumer/thrown.ts': { may: [], packages: [] },
  'consumer/errors.ts': { may: ['consumer/thrown.ts', 'runtime'], packages: [] },
  'consumer/event.ts': { may: [], packages: [] },
  'consumer/source.ts': { may: ['consumer/event.ts'], packages: [] },
  // How brokers are reached is the producer's (docs/adr/0013): connections, logins, what fails of them.
  'consumer/sources': {
    may: [
      'consumer/errors.ts',
      'consumer/event.ts',
      'consumer/source.ts',
      'producer/attempts.ts',
      'producer/broker-error.ts',
      'producer/confluent/failure.ts',
      'producer/confluent/logins.ts',
      'producer/confluent/package.ts',
      'producer/confluent/settings.ts',
      'producer/confluent/troubles.ts',
      'producer/environment.ts',
      'producer/errors.ts',
      'producer/kafka-connection.ts',
      'producer/kafka-errors.ts',
      'producer/kafkajs/client.ts',
      'producer/kafkajs/failure.ts',
      'producer/kafkajs/insides.ts',
      'producer/kafkajs/signals.ts',
      'producer/kafkajs/sockets.ts',
      'producer/misuse.ts',
      'producer/platformatic/client.ts',
      'producer/platformatic/connection.ts',
      'producer/platformatic/failure.ts',
      'producer/session.ts',
      'runtime',
    ],
    packages: ['kafkajs', 'node:*'],
  },
  consumer: {
    may: [
      'consumer/errors.ts',
      'consumer/event.ts',
      'consumer/source.ts',
      'consumer/thrown.ts',
      'runtime',
    ],
    packages: ['node:*', ...GUARDED],
  },
  infra: { may: [], packages: ['aws-cdk-lib', 'constructs', 'node:*', ...GUARDED] },
  local: {
    may: ['runtime', 'generated', 'codegen', 'producer', 'consumer', 'infra'],
    packages: [
      '@hono/node-server',
      'commander',
      'hono',
      'kafkajs',
      'node:*',
      'picocolors',
      'selfsigned',
      ...GUARDED,
    ],
  },
};

/** One file only, each with its reason. One that nothing uses fails the test. */
export const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // Applications that join generated code with the SDKs; they are not part of the package.
  'consumer/user-clicks.ts': ['generated'],
  'producer/produce.ts': ['generated', 'commander'],
  'infra/app.ts': ['runtime/closed-pipe.ts', 'runtime/printable.ts'],
  'infra/variants/imported.ts': ['generated'],
  'infra/variants/self-managed.ts': ['generated'],
  'infra/variants/user-clicks.ts': ['generated'],
  // The command that starts the dev registry; loaded on demand.
  'codegen/commands/registry.ts': ['local'],
  // It sends: loaded on demand, like what it sends with.
  'codegen/commands/redrive.ts': ['local'],
  // The failure policies are one table, read by the handler and by the mapping that feeds it.
  'infra/consumer/failure-policies.ts': ['consumer'],
  'infra/consumer/batch-responses.ts': ['consumer'],
  // What a failure's line in the log calls its policy, by the same table.
  'infra/watch/log-metrics.ts': ['consumer'],
  // How a schema file is hashed is one function: codegen notes the hash, synth compares it.
  'infra/sources.ts': ['runtime/source-hash.ts'],
  // A name that is not there, and the one that was meant.
  'infra/template/unknown-name.ts': ['runtime/nearest-name.ts'],
  'infra/subjects/known-subjects.ts': ['runtime/nearest-name.ts'],
  // What is meant by a URL without a scheme is told alike wherever one is given.
  'infra/schema-registry.ts': ['runtime/registry/scheme.ts'],
  // A row of a logical type names a conversion, and one that does not exist does not compile.
  'codegen/model/logical.ts': ['runtime/codec'],
  // Messages come from files and pipes; the past comes from another checkout.
  'codegen/decode/input.ts': ['node:fs'],
  'codegen/baseline/git.ts': ['node:fs'],
  // A file is mended as it stands, byte order mark and all.
  'codegen/project/fix-all.ts': ['node:fs'],
  // The process itself: its version stands in package.json.
  'codegen/cli.ts': ['node:fs'],
};

/** A package that only one file may use. */
export const ONLY_IN: Readonly<Record<string, string>> = {
  avsc: 'codegen/model/avsc.ts',
  snappyjs: 'codegen/decode/block-codecs.ts',
  fzstd: 'codegen/decode/block-codecs.ts',
  '@aws-sdk/client-dynamodb': 'consumer/dynamodb-table.ts',
  '@aws-sdk/client-secrets-manager': 'runtime/secret.ts',
  '@aws-sdk/client-s3': 'consumer/s3-client.ts',
  '@aws-sdk/client-sqs': 'consumer/sqs-client.ts',
};

/** The row that a file belongs to; `undefined` outside the house. */
export function roomOf(file: string): string | undefined {
  const parts = file.split('/');
  const rows = parts.map((_, i) => parts.slice(0, parts.length - i).join('/'));
  return rows.find((row) => Object.hasOwn(ROOMS, row));
}

/** The table as docs/architecture.md shows it. */
export function roomsTable(): string {
  const list = (names: readonly string[]): string =>
    names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(' ');
  const rows = Object.entries(ROOMS).map(([name, { may, types = [], packages }]) => {
    const rooms = [
      ...may.map((room) => `\`${room}\``),
      ...types.map((room) => `\`${room}\` (types)`),
    ];
    return `| \`${name}\` | ${rooms.join(' ') || 'none'} | ${list(packages)} |`;
  });
  const exceptions = Object.entries(EXCEPTIONS).map(
    ([file, may]) => `| \`${file}\` | ${list(may)} |`,
  );
  const only = Object.entries(ONLY_IN).map(([name, file]) => `| \`${name}\` | \`${file}\` |`);
  return [
    '| room | may import | packages |',
    '|---|---|---|',
    ...rows,
    '',
    '| one file | may import too |',
    '|---|---|',
    ...exceptions,
    '',
    '| package | in this file only |',
    '|---|---|',
    ...only,
  ].join('\n');
}
