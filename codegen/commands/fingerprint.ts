/** `tavro fingerprint`: by what a single object or a log names the schema of a file. */
import { Command, Option } from 'commander';
import { canonicalForm, type FingerprintAlgorithm, fingerprint } from '../../runtime/avro.js';
import { type CommandLine, manual } from '../command-line.js';
import { type Context, EXIT } from '../context.js';
import { readSchemaFile } from '../decode/writer-schemas.js';

interface FingerprintOptions {
  readonly algorithm: FingerprintAlgorithm;
  /** Files with types that the others refer to. */
  readonly reference: readonly string[];
  /** Print what the fingerprint is of, instead of the fingerprint. */
  readonly canonical?: boolean;
}

const ALGORITHMS: readonly FingerprintAlgorithm[] = ['CRC-64-AVRO', 'MD5', 'SHA-256'];

export const fingerprintCommand: CommandLine = (context, done) =>
  new Command('fingerprint')
    .description("print the fingerprints of schemas, which say how a schema's data is written")
    .argument('<files...>', 'schemas; one line is printed for each')
    .addOption(
      new Option('--algorithm <algorithm>').choices(ALGORITHMS).default('CRC-64-AVRO' as const),
    )
    .option('--reference <file...>', 'files with types that they refer to, dependencies first', [])
    .option('--canonical', 'print the parsing canonical forms, of which they are the fingerprints')
    .addHelpText(
      'after',
      manual({
        page: 'README.md',
        examples: [
          'tavro fingerprint schemas/user_click.avsc',
          'tavro fingerprint --algorithm SHA-256 --canonical order.avsc',
        ],
      }),
    )
    .action(async (files: string[], options: FingerprintOptions) =>
      done(await fingerprints(files, options, context)),
    );

async function fingerprints(
  files: readonly string[],
  { algorithm, reference, canonical }: FingerprintOptions,
  context: Context,
): Promise<number> {
  for (const file of files) {
    const schema = await readSchemaFile(file, reference);
    context.out(
      canonical === true ? canonicalForm(schema) : `${fingerprint(schema, algorithm)}  ${file}`,
    );
  }
  return EXIT.clean;
}
