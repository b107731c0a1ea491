/** `tavro compare`: one reader and one writer, or a stream of pairs. */

import type { Readable } from 'node:stream';
import { Command, Option } from 'commander';
import { isArray, isObject, type Json, parseJson, printJson } from '../../runtime/json.js';
import { compare as compareSchemas, isCompatible } from '../check/compare.js';
import { comparePair, rulesOf } from '../check/compare-pair.js';
import type { Finding } from '../check/finding.js';
import { textReport } from '../check/report/text.js';
import { type CommandLine, manual } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { splitLines } from '../decode/lines.js';
import { readSource } from '../disk/directory.js';
import { CodegenError } from '../error.js';
import { MAX_FILE_BYTES } from '../model/limits.js';
import { parseFiles } from '../model/parse.js';
import { printProblem } from '../model/problem.js';
import type { Schema } from '../model/schema.js';

interface CompareOptions {
  readonly reader?: string;
  readonly writer?: string;
  /** Files with types that both refer to. */
  readonly reference: readonly string[];
  readonly format: 'text' | 'json';
  /** Read JSON lines `{"reader": …, "writer": …}` from standard input. */
  readonly pairs?: boolean;
}

export const compareCommand: CommandLine = (context, done) =>
  new Command('compare')
    .description('tell whether a reader schema reads all data of a writer schema')
    .option('--reader <file>', 'the schema that reads')
    .option('--writer <file>', 'the schema that wrote')
    .option('--reference <file...>', 'files with types that both refer to', [])
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .option('--pairs', 'JSON lines {"reader", "writer"} in, one JSON line out for each')
    .addHelpText(
      'after',
      manual({
        page: 'docs/compatibility.md',
        examples: [
          'tavro compare --reader new.avsc --writer old.avsc',
          'tavro compare --pairs --format json < pairs.jsonl',
        ],
      }),
    )
    .action(async (options: CompareOptions) => done(await compare(options, context)));

async function compare(options: CompareOptions, context: Context): Promise<number> {
  if (options.pairs === true) return comparePairs(context);
  const { reader, writer } = options;
  if (reader === undefined || writer === undefined) {
    throw new CodegenError(
      'USAGE',
      'Give --reader FILE and --writer FILE, or --pairs and JSON lines on standard input.',
    );
  }
  return compareFiles({ reader, writer }, options, context);
}

async function compareFiles(
  files: { reader: string; writer: string },
  { reference, format }: CompareOptions,
  context: Context,
): Promise<number> {
  const references = await Promise.all(reference.map((path) => readSource(path)));
  const read = async (path: string): Promise<Schema> => {
    const source = await readSource(path);
    const { files: parsed, problems } = parseFiles([source, ...references], { role: 'history' });
    const root = parsed[0]?.root;
    if (root !== undefined && problems.errors.length === 0) return root;
    throw new CodegenError('SCHEMA_INVALID', problems.errors.map(printProblem).join('\n'));
  };
  const [reader, writer] = await Promise.all([read(files.reader), read(files.writer)]);
  const sources = [reader.origin.source, writer.origin.source, ...references];
  const findings = comparePair(
    { schema: reader, name: files.reader },
    { schema: writer, name: files.writer },
    { rules: rulesOf(['WIRE', 'SEMANTIC']) },
  );
  context.out(
    format === 'json'
      ? verdictLine({ findings })
      : textReport({
          findings,
          waived: [],
          subjects: [files.reader],
          rollouts: [],
          sourceOf: (file) => sources.find((source) => source.file === file),
          color: context.color ?? false,
        }),
  );
  return findings.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.clean;
}

/** Longest line of standard input, in bytes: two schemas, each a text within the JSON perhaps. */
const MAX_LINE = 4 * MAX_FILE_BYTES;

/** Stands for a longer line, and is as little a pair. */
const TOO_LONG = '"too long"';

/** The answers are the result: the exit code says only whether every pair got one. */
async function comparePairs(context: Context): Promise<number> {
  let exit: number = EXIT.clean;
  const lines = splitLines(context.stdin ?? emptyInput(), {
    name: 'standard input',
    maxBytes: MAX_LINE,
    encoding: 'utf8',
    tooLong: TOO_LONG,
  });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    // A byte order mark is white space to trim.
    const verdict = comparePairLine(line.trim());
    context.out(verdictLine(verdict));
    if (verdict.error !== undefined) {
      context.err(`line ${number}: ${verdict.error}`);
      exit = EXIT.failure;
    }
  }
  return exit;
}

function emptyInput(): Readable {
  throw new CodegenError('USAGE', '--pairs needs standard input.');
}

interface Verdict {
  readonly findings: readonly Finding[];
  /** Given back as it came, so that answers can be matched with questions. */
  readonly id?: Json;
  /** Why there is no verdict. */
  readonly error?: string;
}

function comparePairLine(line: string): Verdict {
  if (line === TOO_LONG) return { findings: [], error: `longer than ${MAX_LINE} bytes` };
  let json: Json;
  try {
    json = parseJson(line);
  } catch (error) {
    return { findings: [], error: `not JSON: ${error instanceof Error ? error.message : ''}` };
  }
  if (!isObject(json) || json.reader === undefined || json.writer === undefined)
    return { findings: [], error: 'not an object with "reader" and "writer"' };
  const id = json.id === undefined ? {} : { id: json.id };
  try {
    const references = isArray(json.references) ? json.references : [];
    return { ...id, findings: compareSchemas(json.reader, json.writer, { references }) };
  } catch (error) {
    // One pair that nobody can answer, whatever the reason, must not keep the others from theirs.
    return { ...id, findings: [], error: error instanceof Error ? error.message : String(error) };
  }
}

function verdictLine({ findings, id, error }: Verdict): string {
  const verdict = {
    ...(id === undefined ? {} : { id }),
    compatible: error === undefined ? isCompatible(findings) : null,
    findings,
    ...(error === undefined ? {} : { error }),
  };
  // Safe: findings are plain data.
  return printJson(verdict as unknown as Json);
}
