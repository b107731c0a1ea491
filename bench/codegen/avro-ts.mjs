// @ovotech/avro-ts over each file of a folder, as its own command does it: first all files are
// read as possible references of the others, then each is converted.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toExternalContext, toTypeScript } from '@ovotech/avro-ts';

const [schemas, out] = process.argv.slice(2);
const logicalTypes = { 'timestamp-millis': 'string', date: 'string', decimal: 'string' };
const files = readdirSync(schemas, { recursive: true })
  .filter((path) => path.endsWith('.avsc'))
  .flatMap((path) => {
    try {
      return [{ path, schema: JSON.parse(readFileSync(join(schemas, path), 'utf8')) }];
    } catch {
      return []; // It reads JSON without comments.
    }
  });
const names = files.map(({ path, schema }) => ({
  path,
  name: `${schema.namespace}.${schema.name}`,
}));
const byName = new Map(names.map(({ name, path }) => [name, path]));
const contexts = new Map();
for (const { path, schema } of files) {
  try {
    contexts.set(path, toExternalContext(schema));
  } catch {
    // What it cannot read it cannot refer to.
  }
}

for (const { path, schema } of files) {
  const text = JSON.stringify(schema);
  const external = {};
  for (const [name, other] of byName) {
    if (other !== path && contexts.has(other) && text.includes(`"${name}"`)) {
      const up = '../'.repeat(path.split('/').length - 1) || './';
      external[`${up}${other.replace(/\.avsc$/, '.js')}`] = contexts.get(other);
    }
  }
  try {
    const target = join(out, path.replace(/avsc$/, 'ts'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, toTypeScript(schema, { logicalTypes, external }));
  } catch {
    // No file: the count of outputs says so.
  }
}
