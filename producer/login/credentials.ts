/** How credentials are had, asked for again and bounded: the one rule of every transport. */
import { type Clock, systemClock } from '../clock.js';
import { ProducerError } from '../errors.js';
import type {
  KafkaCredentials,
  KafkaSasl,
  KafkaToken,
  LoginRequest,
  PasswordMechanism,
} from '../kafka-connection.js';
import { mskIamToken } from './msk-iam.js';

/**
 * The logins of one `sasl`. What a transport does with them, whatever its client:
 * - {@link Logins.login} before each login, and what it answers goes to the broker: for each new
 *   connection, before a session ends, and, with a client that keeps a token, before
 *   {@link KafkaToken.expiresAtMs};
 * - {@link Logins.refused} where a broker refused that, and only then, not where a connection broke.
 *   If it answers true, connect again and log in anew; else the refusal is final. The connection is
 *   another one, since brokers close what they refused.
 */
export interface Logins<T extends Login> {
  /**
   * @param broker as `host:port`
   * @throws ProducerError `AUTHENTICATION`, `CONFIG`. Where it is `retriable`, ask again later.
   */
  login(broker: string): Promise<T>;
  /** Whether logging in anew may do; after this, the next login passes over caches. */
  refused(login: T): boolean;
}

export type Login = KafkaCredentials | KafkaToken;

/** By `mechanism`, as a client names it: MSK IAM is `oauthbearer` on the wire. */
export type Credentials =
  | ({ readonly mechanism: PasswordMechanism } & Logins<KafkaCredentials>)
  | ({ readonly mechanism: 'oauthbearer' } & Logins<KafkaToken>);

const known = new WeakMap<KafkaSasl, Credentials>();

/** The same for the same object, so that clients that share a `sasl` share what is known of it. */
export function credentialsOf(sasl: KafkaSasl): Credentials {
  const found = known.get(sasl) ?? makeCredentials(sasl);
  known.set(sasl, found);
  return found;
}

function makeCredentials(sasl: KafkaSasl): Credentials {
  switch (sasl.mechanism) {
    case 'aws-msk-iam': {
      const logins = new AskedLogins('sasl', mskIamToken(sasl));
      return { mechanism: 'oauthbearer', ...bound(logins) };
    }
    case 'oauthbearer': {
      const give = async (request: LoginRequest) => tokenOf(await sasl.token(request));
      return { mechanism: 'oauthbearer', ...bound(new AskedLogins('sasl.token', give)) };
    }
    default: {
      const { mechanism } = sasl;
      if ('credentials' in sasl) {
        const give = async (request: LoginRequest) => passwordOf(await sasl.credentials(request));
        return { mechanism, ...bound(new AskedLogins('sasl.credentials', give)) };
      }
      const { username, password } = sasl;
      // What is written down does not change by asking again.
      return { mechanism, login: async () => ({ username, password }), refused: () => false };
    }
  }
}

function bound<T extends Login>(logins: Logins<T>): Logins<T> {
  return {
    login: (broker) => logins.login(broker),
    refused: (login) => logins.refused(login),
  };
}

/** How long a function may take to give credentials, in milliseconds. */
const LOGIN_TIMEOUT_MS = 30_000;

/**
 * How often in a row a function is asked after refusals. More than once, where it gave something else:
 * a password that was rotated may be known to the function before it is known to the broker.
 */
const MAX_RENEWALS = 2;

/**
 * Logins by a function, which is asked for each, and told after a refusal that it was one. A burst of
 * connections that were refused asks once.
 */
export class AskedLogins<T extends Login> implements Logins<T> {
  private readonly option: string;
  private readonly give: (request: LoginRequest) => Promise<T>;
  private readonly clock: Clock;
  /** The last answer. */
  private latest: T | undefined;
  /** What a broker refused last. */
  private refusedLogin: T | undefined;
  /** Whether that is the last answer. */
  private isRefused = false;
  /** Being asked for since the last was refused. */
  private renewal: Promise<T> | undefined;
  /** How often that was, since a login went without. */
  private renewals = 0;
  /** What was given after a refusal, with what was refused. */
  private readonly renewed = new WeakMap<T, T>();

  /** @param option as errors name it */
  constructor(
    option: string,
    give: (request: LoginRequest) => Promise<T>,
    clock: Clock = systemClock,
  ) {
    this.option = option;
    this.give = give;
    this.clock = clock;
  }

  async login(broker: string): Promise<T> {
    if (this.isRefused) return this.renew(broker);
    this.renewals = 0;
    const login = await this.ask({ broker, refused: false });
    const { refusedLogin } = this;
    // From a cache that did not learn of it: the broker would only refuse it again.
    const isKnown = refusedLogin !== undefined && isSame(login, refusedLogin);
    return isKnown ? this.renew(broker) : login;
  }

  refused(login: T): boolean {
    this.refusedLogin = login;
    // Another is known by now, such as after a refusal of it at another broker.
    if (this.latest !== undefined && !isSame(this.latest, login)) return true;
    this.isRefused = true;
    const before = this.renewed.get(login);
    if (before === undefined) return true;
    return this.renewals < MAX_RENEWALS && !isSame(before, login);
  }

  private renew(broker: string): Promise<T> {
    this.renewal ??= this.askAnew(broker).finally(() => {
      this.renewal = undefined;
    });
    return this.renewal;
  }

  private async askAnew(broker: string): Promise<T> {
    const before = this.latest;
    const login = await this.ask({ broker, refused: true });
    this.renewals++;
    if (before !== undefined) this.renewed.set(login, before);
    this.isRefused = false;
    return login;
  }

  private async ask(request: LoginRequest): Promise<T> {
    const given = await this.inTime(request).catch((cause: unknown) => {
      if (cause instanceof ProducerError) throw cause;
      throw notGiven(request.broker, this.option, cause);
    });
    // A new object, by which this answer is told from others that are equal.
    this.latest = { ...given };
    return this.latest;
  }

  private async inTime(request: LoginRequest): Promise<T> {
    let cancel: (() => void) | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`no answer within ${LOGIN_TIMEOUT_MS / 1_000} s`);
      cancel = this.clock.schedule(() => reject(error), LOGIN_TIMEOUT_MS);
    });
    try {
      return await Promise.race([this.give(request), late]);
    } finally {
      cancel?.();
    }
  }
}

function isSame(one: Login, other: Login): boolean {
  if ('token' in one) return 'token' in other && one.token === other.token;
  return !('token' in other) && one.username === other.username && one.password === other.password;
}

/** What the function threw may quote what it was given, so that its text stays in the cause. */
function notGiven(host: string, option: string, cause: unknown): ProducerError {
  const message =
    `There are no credentials for ${host}: the function given as \`${option}\` failed. What ` +
    'it threw is the `cause` of this error; mend that, and send again.';
  return new ProducerError('AUTHENTICATION', message, { host, retriable: true, cause });
}

function passwordOf(given: KafkaCredentials): KafkaCredentials {
  // Not trusted to be of its type: it comes from a secret store, through JSON, more often than not.
  const { username, password }: { username?: unknown; password?: unknown } = Object(given);
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  throw new ProducerError(
    'CONFIG',
    'The function given as `sasl.credentials` must answer { username, password }, both of them text.',
  );
}

/** RFC 6750 for tokens, RFC 7628 for extensions, which Kafka holds to letters. */
const TOKEN = /^[\x21-\x7e]+$/;
const EXTENSION_NAME = /^(?!auth$)[A-Za-z]+$/;
const EXTENSION_VALUE = /^[\x20-\x7e]+$/;

function tokenOf(given: string | KafkaToken): KafkaToken {
  const answer: KafkaToken = typeof given === 'string' ? { token: given } : given;
  const { token, extensions = {} }: { token?: unknown; extensions?: object } = Object(answer);
  if (typeof token !== 'string' || !TOKEN.test(token)) {
    throw new ProducerError(
      'CONFIG',
      'The function given as `sasl.token` must answer a token of visible ASCII characters, or ' +
        '{ token, expiresAtMs, extensions }.',
    );
  }
  const wrong = Object.entries(extensions).find(
    ([name, value]) => !EXTENSION_NAME.test(name) || !EXTENSION_VALUE.test(String(value)),
  );
  if (wrong === undefined) return answer;
  throw new ProducerError(
    'CONFIG',
    `The extension ${JSON.stringify(wrong[0])} of a token cannot be sent: a name has letters only, ` +
      'and is not "auth"; a value has printable ASCII characters.',
  );
}
