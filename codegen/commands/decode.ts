/** `tavro decode`: Avro in any of its forms -> Avro-JSON, one line per message or object. */
import { Readable } from 'node:stream';
import { Command, Option } from 'commander';
import { readContainer, readSchema, toAvroJson } from '../../runtime/avro.js';
import { AvroError } from '../../runtime/errors.js';
import type { SchemaId } from '../../runtime/index.js';
import { isGuid } from '../../runtime/registry/guid.js';
import { nameOf } from '../../runtime/schema/located-error.js';
import { type CommandLine, manual, schemasOption, wholeNumber } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { blockCodecs } from '../decode/block-codecs.js';
import {
  bytesOf,
  linesOf,
  type MessageEncoding,
  type MessageInput,
  openFolder,
  openInput,
  peek,
  type TextEncoding,
  wholeOf,
} from '../decode/input.js';
import { letterLine } from '../decode/letter-line.js';
import { letterDocuments } from '../decode/letters.js';
import { decodeMessage, FORMS, type Form } from '../decode/message.js';
import {
  type WriterSchemaOptions,
  type WriterSchemas,
  writerSchemas,
} from '../decode/writer-schemas.js';
import { CodegenError } from '../error.js';
import { grouped, progressOf } from '../progress.js';
import { type RegistryFlags, registryOf } from '../registry/options.js';

interface DecodeOptions extends WriterSchemaOptions, RegistryFlags {
  /** Messages on the command line. */
  readonly hex?: string;
  readonly base64?: string;
  /** How the file or standard input is written. */
  readonly encoding: MessageEncoding;
  readonly form: Form;
  /** Stop after so many messages or objects. */
  readonly limit?: number;
}

/** Largest single message, in bytes. Container files have no limit: they are read block by block. */
const MAX_MESSAGE_BYTES = 134_217_728;
/** How a container file starts. */
const CONTAINER = 'Obj\x01';
/** How much of a JSON text is looked at for what it is, in bytes. */
const HEAD_BYTES = 4_096;
/** How a dead letter starts, as tavro and Lambda write it, alone, in a list or as printed of a queue. */
const LETTER = /^\uFEFF?[\s[]*\{(?=\s*")[\s\S]*"(?:cause|requestContext|Messages)"\s*:/;

export const decodeCommand: CommandLine = (context, done) =>
  new Command('decode')
    .description(
      'print Avro data as JSON lines: plain, Confluent frames, single objects, container files, dead letters',
    )
    .argument(
      '[file]',
      'what to decode; standard input when absent or -; also a folder of dead letters',
    )
    .option('--hex <digits>', 'decode this message instead of a file')
    .option('--base64 <text>', 'decode this message instead of a file')
    .addOption(
      new Option(
        '--encoding <encoding>',
        'how the file is written; hex and base64: one message a line',
      )
        .choices(['binary', 'hex', 'base64'])
        .default('binary'),
    )
    .addOption(new Option('--form <form>', 'what a message is').choices(FORMS).default('auto'))
    .addOption(
      new Option(
        '--type <name>',
        'project type that wrote data which does not say its schema',
      ).conflicts(['schema', 'id']),
    )
    .addOption(
      new Option(
        '--schema <file>',
        'schema that wrote data which does not say its schema',
      ).conflicts(['id']),
    )
    .option('--reference <file...>', 'files with types that --schema refers to, dependencies first')
    .option('--id <id>', 'the id or GUID of the schema that wrote such data', schemaId)
    .addOption(schemasOption('where the schemas and the lock are'))
    .option('--registry <url>', 'Schema Registry to ask for ids (default: SCHEMA_REGISTRY_URL)')
    .option(
      '--auth <credentials>',
      'user:password or a token (default: SCHEMA_REGISTRY_API_KEY, _SECRET)',
    )
    .option('--limit <number>', 'stop after so many messages', wholeNumber)
    .addHelpText(
      'after',
      manual({
        page: 'README.md',
        examples: [
          'tavro decode clicks.avro --limit 10',
          'tavro decode --hex 00000000010a68656c6c6f --registry http://localhost:8081',
          'tavro decode messages.txt --encoding base64 --type com.example.events.UserClick',
        ],
      }),
    )
    .action(async (file: string | undefined, options: DecodeOptions) =>
      done(await decode(file, options, context)),
    );

function schemaId(text: string): SchemaId {
  const guid = text.toLowerCase();
  return isGuid(guid) ? guid : wholeNumber(text);
}

async function decode(
  file: string | undefined,
  options: DecodeOptions,
  context: Context,
): Promise<number> {
  const job = new DecodeJob(options, context);
  const text = textOf(file, options);
  if (text !== undefined) return job.message('the command line', text.text, text.encoding);
  const folder = file === undefined ? undefined : openFolder(file);
  if (folder !== undefined) return job.letters(folder);
  const input = openInput(file, context.stdin);
  if (options.encoding === 'binary') return job.stream(input);
  return job.lines(input, options.encoding);
}

function textOf(
  file: string | undefined,
  { hex, base64, encoding }: DecodeOptions,
): { text: string; encoding: TextEncoding } | undefined {
  const given = [file, hex, base64].filter((source) => source !== undefined);
  if (given.length > 1) {
    throw new CodegenError('USAGE', 'Give a file, --hex or --base64: one of them.');
  }
  const text = hex ?? base64;
  if (text === undefined) return undefined;
  if (encoding !== 'binary') {
    throw new CodegenError('USAGE', '--encoding is for a file or standard input.');
  }
  return { text, encoding: hex === undefined ? 'base64' : 'hex' };
}

class DecodeJob {
  private readonly options: DecodeOptions;
  private readonly context: Context;
  private readonly schemas: WriterSchemas;
  /** Ways of reading that were told: each once, not per message. */
  private readonly told = new Set<string>();
  private printed = 0;

  constructor(options: DecodeOptions, context: Context) {
    this.options = options;
    this.context = context;
    this.schemas = writerSchemas(options, registryOf(options, context.env));
  }

  /** One message, given as text. */
  async message(name: string, text: string, encoding: TextEncoding): Promise<number> {
    return this.bytes({ name, bytes: bytesOf(text, encoding, name) });
  }

  /** A file or standard input in binary: a container file, or one message. */
  async stream(input: MessageInput): Promise<number> {
    const { head, input: rest } = await peek(input, CONTAINER.length);
    if (this.isContainer(head)) return this.container(rest.name, rest.bytes);
    const { isLetter, input: all } = await this.asLetter(rest);
    if (isLetter) return this.letters([all]);
    const bytes = await wholeOf(all, MAX_MESSAGE_BYTES);
    return this.bytes({ name: input.name, bytes });
  }

  /** Dead letters. What cannot be read is told, and the others are printed all the same. */
  async letters(inputs: readonly MessageInput[]): Promise<number> {
    let exit: number = EXIT.clean;
    for (const input of inputs) {
      for await (const { letters, problem } of letterDocuments(input)) {
        if (problem !== undefined) {
          this.context.err(problem);
          exit = EXIT.failure;
        }
        for (const letter of letters) {
          if (this.isDone()) return exit;
          const { json, as } = await letterLine(letter, this.schemas);
          for (const one of as) this.tell(one);
          this.print(json);
        }
      }
    }
    return exit;
  }

  /** One message per line. A bad one is told, and the others are decoded all the same. */
  async lines(input: MessageInput, encoding: TextEncoding): Promise<number> {
    let failed = 0;
    let exit: number = EXIT.clean;
    for await (const { name, text } of linesOf(input)) {
      if (this.isDone()) break;
      try {
        await this.message(name, text, encoding);
      } catch (error) {
        if (!(error instanceof CodegenError) || error.code === 'USAGE') throw error;
        this.context.err(error.message);
        failed++;
        exit = EXIT.failure;
      }
    }
    if (failed > 0)
      this.context.err(`${failed === 1 ? '1 line was' : `${failed} lines were`} not decoded.`);
    return exit;
  }

  private async bytes({ name, bytes }: { name: string; bytes: Uint8Array }): Promise<number> {
    const { form } = this.options;
    if (form === 'container' || this.isContainer(bytes)) return this.container(name, bytes);
    if (form === 'dead-letter') return this.letters([{ name, bytes: Readable.from([bytes]) }]);
    try {
      const { json, as } = await decodeMessage(bytes, form, this.schemas);
      this.tell(as);
      this.print(json);
      return EXIT.clean;
    } catch (error) {
      if (!(error instanceof CodegenError)) throw error;
      throw new CodegenError(error.code, `${name}: ${error.message}`, { cause: error });
    }
  }

  private async container(
    name: string,
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<number> {
    try {
      const file = await readContainer(bytes, { codecs: await blockCodecs() });
      const schema = readSchema(file.schema);
      const name = nameOf(schema);
      this.tell(`container file, ${file.codec}: ${name}`);
      const toJson = (bytes: Uint8Array): string => toAvroJson(schema, bytes);
      const lines = { name, schema: file.schema, decode: toJson, version: () => toJson };
      for await (const json of file.values(lines)) {
        if (this.isDone()) break;
        this.print(json);
      }
      return EXIT.clean;
    } catch (error) {
      if (!(error instanceof AvroError)) throw error;
      throw new CodegenError('DECODE_FAILED', `${name}: ${messageOf(error)}`, { cause: error });
    }
  }

  private async asLetter(
    given: MessageInput,
  ): Promise<{ readonly isLetter: boolean; readonly input: MessageInput }> {
    const { form } = this.options;
    if (form !== 'auto') return { isLetter: form === 'dead-letter', input: given };
    const { head, input } = await peek(given, HEAD_BYTES);
    return { isLetter: LETTER.test(Buffer.from(head).toString('utf8')), input };
  }

  private isContainer(bytes: Uint8Array): boolean {
    const { form } = this.options;
    const head = Buffer.from(bytes.subarray(0, CONTAINER.length)).toString('latin1');
    return form === 'container' || (form === 'auto' && head === CONTAINER);
  }

  private isDone(): boolean {
    const { limit } = this.options;
    return this.context.signal.aborted || (limit !== undefined && this.printed >= limit);
  }

  private print(json: string): void {
    this.printed++;
    this.context.out(json);
    progressOf(this.context).step(() => `decoded ${grouped(this.printed)} messages`);
  }

  private tell(as: string): void {
    if (this.told.has(as)) return;
    this.told.add(as);
    this.context.err(as);
  }
}

const LIBRARIES: ReadonlyMap<string | undefined, string> = new Map([
  ['snappy', 'Run `npm install snappyjs`.'],
  ['zstandard', 'Use Node 22.15 or newer, or run `npm install fzstd`.'],
]);

/** The runtime's message speaks to programmers, who can pass a codec. */
function messageOf({ code, actual, message }: AvroError): string {
  if (code !== 'AVRO_COMPRESSION' || actual === undefined) return message;
  const how = LIBRARIES.get(actual) ?? 'tavro reads null, deflate, snappy and zstandard.';
  return `The blocks are compressed with ${JSON.stringify(actual)}, which cannot be read here. ${how}`;
}
