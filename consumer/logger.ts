import { visible } from '../runtime/printable.js';
import { logJson, plainValue } from './log-json.js';

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

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
type Level = (typeof LEVELS)[number];

export interface JsonLoggerOptions {
  /** Lines below this are not written. @default 'INFO' */
  readonly level?: Level | undefined;
  /** Takes one line, without its newline. @default standard output */
  readonly write?: ((line: string) => void) | undefined;
  /** @default the system clock */
  readonly now?: (() => Date) | undefined;
}

/** One JSON object per line, as CloudWatch Logs reads it; bigints, dates, bytes and errors keep. */
export function jsonLogger(options: JsonLoggerOptions = {}): Logger {
  const write = options.write ?? ((line) => process.stdout.write(`${line}\n`));
  const now = options.now ?? (() => new Date());
  const threshold = LEVELS.indexOf(options.level ?? 'INFO');
  const at =
    (level: Level) =>
    (message: string, ...fields: LogFields[]): void => {
      if (LEVELS.indexOf(level) < threshold) return;
      const head = { level, timestamp: now().toISOString(), message };
      // Made plain one by one: to spread a field's getter is to run it.
      const plain = fields.map((one) => Object(plainValue(one)));
      // Of JSON the same value, and no mark in it that a terminal or a page would act on.
      write(visible(logJson({ ...head, ...Object.assign({}, ...plain), ...head })));
    };
  return { debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') };
}
