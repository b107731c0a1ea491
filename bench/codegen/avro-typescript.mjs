// avro-typescript over each file of a folder; what it throws counts as no output.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { avroToTypeScript } from 'avro-typescript';

const [schemas, out] = process.argv.slice(2);
console.error = () => {}; // It prints each type that it does not know.
for (const path of readdirSync(schemas, { recursive: true })) {
  if (!path.endsWith('.avsc')) continue;
  try {
    const text = avroToTypeScript(JSON.parse(readFileSync(join(schemas, path), 'utf8')));
    const target = join(out, path.replace(/avsc$/, 'ts'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  } catch {
    // No file: the count of outputs says so.
  }
}
