/** `tavro redrive`: sends dead letters again, once a person agrees. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Places } from '../../local/redrive/open.js';
import { type CommandLine, manual, wholeNumber } from '../command-line.js';
import type { Context } from '../context.js';
import { CodegenError } from '../error.js';
import { openPerson, type Person } from '../person.js';
import { grouped, progressOf } from '../progress.js';

interface Options extends Omit<Places, 'from'> {
  readonly from?: string;
  readonly cause?: readonly string[];
  readonly topic?: readonly string[];
  readonly max: number;
  readonly dryRun?: boolean;
  readonly keep?: boolean;
  readonly yes?: boolean;
}

/** Letters of one run, unless it says otherwise. */
const USUAL_MAX = 10_000;

export const redriveCommand: CommandLine = (context, done) =>
  new Command('redrive')
    .description('send dead letters again: it shows what would be sent, and asks')
    .option(
      '--from <place>',
      'file, folder, - (standard input), s3://bucket/prefix, URL of a queue of SQS, or topic (also as kafka:topic)',
    )
    .option('--to-topic <name>', 'send all to this topic (default: each to its own)')
    .addOption(
      new Option('--to-handler <module>', 'invoke the `handler` of this module instead').conflicts([
        'toTopic',
      ]),
    )
    .option('--cause <code...>', 'only letters of these causes, such as DECODE')
    .option('--topic <name...>', 'only records of these topics')
    .option('--max <number>', 'the most letters of this run', atLeastOne, USUAL_MAX)
    .option('--group <name>', 'consumer group that reads a topic', 'tavro-redrive')
    .option('--keep', 'leave what was sent where it was')
    .option('--dry-run', 'show only')
    .option('--yes', 'send without asking')
    .addHelpText(
      'after',
      manual({
        page: 'docs/dead-letters.md',
        examples: [
          'tavro redrive --from user-clicks-avro.dead --cause DECODE --dry-run',
          'tavro redrive --from https://sqs.eu-west-1.amazonaws.com/123456789012/dead',
          'tavro redrive --from s3://user-clicks-dead/ --to-handler dist/handler.js',
        ],
      }),
    )
    .action(async (options: Options) => done(await run(options, context)));

async function run(options: Options, context: Context): Promise<number> {
  const { from, dryRun = false, keep = false, cause: causes, topic: topics, max } = options;
  if (from === undefined) {
    throw new CodegenError(
      'USAGE',
      'Where do the dead letters lie? Give --from with a file, a folder, s3://bucket/prefix, the URL of a queue or a topic.',
    );
  }
  refuseUnasked(options, context);
  const places: Places = { ...options, from };
  // Loaded on demand: no other command sends.
  const { openSource, openTarget, targetName } = await import('../../local/redrive/open.js');
  const { redrive } = await import('../../local/redrive/redrive.js');
  const { out, err, env, stdin, signal, now = () => new Date() } = context;
  const outside = { env, ...(stdin && { stdin }) };
  return redrive(
    { causes, topics, max, dryRun, keep },
    {
      source: await openSource(places, outside),
      targetName: targetName(places),
      target: () => openTarget(places, outside),
      ask: (question) => asked(question, options, context),
      step: (sent, of) =>
        progressOf(context).step(() => `sent ${grouped(sent)} of ${grouped(of)} dead letters`),
      out,
      err,
      signal,
      now,
    },
  );
}

/** Before anything is read: a queue would hide its messages for nothing. */
function refuseUnasked({ from, yes, dryRun }: Options, { isInteractive }: Context): void {
  if (yes === true || dryRun === true) return;
  if (isInteractive !== true) {
    throw new CodegenError(
      'USAGE',
      'Nobody is there to be asked. `--dry-run` shows what would be sent, `--yes` sends it without asking.',
    );
  }
  if (from === '-') {
    throw new CodegenError(
      'USAGE',
      'Standard input cannot hold dead letters and an answer: give a file, or `--yes`.',
    );
  }
}

async function asked(question: string, { yes }: Options, context: Context): Promise<boolean> {
  if (yes === true) return true;
  const person: Person | undefined = openPerson(context);
  try {
    return (await person?.yesOrNo(question, false)) ?? false;
  } finally {
    person?.close();
  }
}

function atLeastOne(value: string): number {
  const number = wholeNumber(value);
  if (number > 0) return number;
  throw new InvalidArgumentError('At least 1.');
}
