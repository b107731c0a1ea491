import type { KafkaLogEntry } from '../kafka-connection.js';
import type { Failure } from '../session.js';
import { ConfluentFailure, connectionFailure } from './failure.js';
import type { ConfluentLogins } from './logins.js';
import type { NativeLog } from './package.js';

const NO_ANSWER: Failure = {
  code: 'UNREACHABLE',
  reason: 'no answer',
  verdict: 'retry',
  ambiguous: false,
};

/**
 * What librdkafka says of its connections, and what that comes to. It connects, and connects again, by
 * itself; what it says is kept for who wants to know why something does not go.
 */
export class Troubles {
  /** Whether a broker answered, and not all connections were lost since. */
  isUp = false;
  allDown = false;
  /** What went wrong last. */
  private trouble: Failure | undefined;
  /** Why a connection ended, in librdkafka's words, and of which broker it says so. */
  private said: { readonly reason: string; readonly host?: string } = { reason: 'no answer' };
  private readonly logins: ConfluentLogins;

  constructor(logins: ConfluentLogins) {
    this.logins = logins;
  }

  /** Why something does not go. */
  get problem(): ConfluentFailure {
    return new ConfluentFailure(this.logins.failure ?? this.trouble ?? NO_ANSWER);
  }

  /** A broker did. */
  answered(): void {
    this.isUp = true;
    this.allDown = false;
    this.trouble = undefined;
    this.logins.worked();
  }

  read({ severity, fac, message }: NativeLog): KafkaLogEntry {
    const [, host, text = message] = LOG.exec(message) ?? [];
    if (fac === 'FAIL') {
      this.said = { reason: text.replace(AFTER, ''), ...(host !== undefined && { host }) };
    }
    const level = severity <= 3 ? 'error' : severity === 4 ? 'warn' : 'info';
    return { level, message: text, ...(host !== undefined && { broker: host }) };
  }

  /** @param message of an error event; answers it without what librdkafka puts before it */
  note(message: string): string {
    const text = message.replace(/^Local: /, '').toLowerCase();
    if (text === 'all broker connections are down') {
      this.allDown = true;
      this.isUp = false;
    }
    const failure = connectionFailure(text, this.said.reason);
    const { host } = this.said;
    if (failure !== undefined) this.trouble = { ...failure, ...(host !== undefined && { host }) };
    this.judgeLogin();
    return text;
  }

  /** Whether a refusal is final; librdkafka does not tell of one that is repeated. */
  judgeLogin(): void {
    if (this.trouble?.code !== 'AUTHENTICATION') return;
    this.trouble = { ...this.trouble, verdict: this.logins.refused() ? 'retry' : 'final' };
  }
}

/** `[thrd:…]: sasl_ssl://host:port/1: text`; at first the number is `bootstrap`. */
const LOG = /^\[thrd:.*?\]: (?:\w+:\/\/)?([^/\s]+:\d+)\/\w+: (.*)$/s;
const AFTER = / \(after \d+ms in state \w+(, \d+ identical error\(s\) suppressed)?\)$/;
