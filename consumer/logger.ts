import { visible } from '../runtime/printable.js';
import type { InvocationContext } from './event.js';
import { plainJson, plainValue } from './log-json.js';

/** Details of a log line. Never the payload, unless the application puts it there. */
export type LogFields = Record<string, unknown>;

/**
 * Where the consumer logs. Powertools' `Logger` and `console` are one as they are; for others,
 * four lines of adapter.
 */
export interface Logger {
  debug(message: string, ...fields: LogFields[]): void;
  info(message: string, ...fields: LogFields[]): void;
  warn(message: string, ...fields: LogFields[]): void;
  error(message: string, ...fields: LogFields[]): void;
}

/** Those of Lambda, from the most to the least that is written: nothing here is logged as TRACE or FATAL. */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type LogLevel = (typeof LEVELS)[number];

export interface JsonLoggerOptions {
  /**
   * Lines below this are not written.
   * @default `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets where logs are in its JSON format, else 'INFO'
   */
  readonly level?: LogLevel | undefined;
  /** Takes one line, without its newline. @default standard output */
  readonly write?: ((line: string) => void) | undefined;
  /** @default the system clock */
  readonly now?: (() => Date) | undefined;
}

/**
 * One JSON object per line, as CloudWatch Logs reads it; bigints, dates, bytes and errors keep. Lambda
 * takes such lines for log events of its JSON format as they are, with their `level` and `timestamp`. In
 * its text format they are the same, so that queries outlive a change of format: a prefix would only repeat
 * what the line has. Not through `console`, which Lambda's client would make a text within a line.
 * Source: AWS Lambda, "Log-level filtering".
 */
export function jsonLogger(options: JsonLoggerOptions = {}): Logger {
  const write = options.write ?? ((line) => process.stdout.write(`${line}\n`));
  const now = options.now ?? (() => new Date());
  const threshold = LEVELS.indexOf(options.level ?? levelOfEnvironment());
  const at =
    (level: LogLevel) =>
    (message: string, ...fields: LogFields[]): void => {
      if (LEVELS.indexOf(level) < threshold) return;
      const head = { level, timestamp: now().toISOString(), message: plainValue(message) };
      // Made plain one by one: to spread a field's getter is to run it.
      const plain = fields.map((one) => Object(plainValue(one)));
      // Of JSON the same value, and no mark in it that a terminal or a page would act on.
      write(visible(plainJson({ ...head, ...Object.assign({}, ...plain), ...head })));
    };
  return { debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') };
}

function levelOfEnvironment(): LogLevel {
  const given = process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase();
  return LEVELS.find((level) => level === given) ?? 'INFO';
}

/** The logger with these fields in each of its lines; a line's own fields stand behind them. */
export function withFields(logger: Logger, fields: LogFields): Logger {
  const at =
    (level: keyof Logger) =>
    (message: string, ...own: LogFields[]): void =>
      logger[level](message, fields, ...own);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** The logger of one invocation: its lines have Lambda's `requestId`. */
export function invocationLogger(logger: Logger, context?: InvocationContext): Logger {
  const requestId = context?.awsRequestId;
  return requestId === undefined ? logger : withFields(logger, { requestId });
}
