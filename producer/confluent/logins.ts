import { type Clock, systemClock } from '../clock.js';
import { ProducerError } from '../errors.js';
import type { KafkaConnection, KafkaToken } from '../kafka-connection.js';
import { type Credentials, credentialsOf, type Login, type Logins } from '../login/credentials.js';
import type { Failure } from '../session.js';
import type { NativeHandle } from './package.js';

/** How long refusals may still be of the credentials before, in milliseconds. */
const SETTLE_MS = 3_000;
/** For how long a token is good that does not say it, in milliseconds. */
const TOKEN_LIFE_MS = 5 * 60_000;

/**
 * The credentials of one client. librdkafka logs in by itself, with what it was given last: after a
 * refusal others are asked for and given, and with them it goes on, and so do messages under way.
 */
export class ConfluentLogins {
  private readonly credentials: Credentials | undefined;
  private readonly broker: string;
  private readonly clock: Clock;
  private native: NativeHandle | undefined;
  private latest: Login | undefined;
  /** Whether a broker took {@link latest}. */
  private hasWorked = false;
  /** When others were last given, after a refusal. */
  private renewedMs = Number.NEGATIVE_INFINITY;
  private isRenewing = false;
  /** Why there are no credentials. */
  failure: Failure | undefined;

  constructor({ sasl, brokers }: KafkaConnection, clock: Clock = systemClock) {
    this.credentials = sasl === undefined ? undefined : credentialsOf(sasl);
    this.broker = brokers[0] ?? '';
    this.clock = clock;
  }

  /** librdkafka's settings for them. @throws ProducerError `AUTHENTICATION`, `CONFIG` */
  async settings(): Promise<object> {
    const { credentials } = this;
    if (credentials === undefined) return {};
    const mechanism = { 'sasl.mechanisms': credentials.mechanism.toUpperCase() };
    if (credentials.mechanism === 'oauthbearer') {
      // Before there is a client, so that what fails is told by itself.
      let first: Promise<KafkaToken> | undefined = this.login(credentials);
      await first;
      const refresh = async () => {
        const token = await (first ?? this.login(credentials));
        first = undefined;
        const { extensions = {} } = token;
        return { tokenValue: token.token, lifetime: this.endOf(token), principal: '', extensions };
      };
      return { ...mechanism, oauthbearer_token_refresh_cb: refresh };
    }
    const { username, password } = await this.login(credentials);
    return { ...mechanism, 'sasl.username': username, 'sasl.password': password };
  }

  /** Who takes what is asked for later. */
  use(native: NativeHandle): void {
    this.native = native;
  }

  end(): void {
    this.native = undefined;
  }

  /** Brokers are there, and let this client in. */
  worked(): void {
    this.hasWorked = true;
  }

  /** Whether others are tried after a refusal. */
  refused(): boolean {
    const { credentials, latest } = this;
    if (credentials === undefined || latest === undefined || this.failure !== undefined)
      return false;
    if (this.isRenewing || this.clock.running() < this.renewedMs + SETTLE_MS) return true;
    // What worked is kept by librdkafka, and refused anew: a copy is not known to be renewed already.
    const refused = this.hasWorked ? { ...latest } : latest;
    // Safe: it is what these logins gave.
    if (!(credentials as Logins<Login>).refused(refused)) return false;
    this.isRenewing = true;
    void this.renew(credentials).finally(() => {
      this.isRenewing = false;
      this.renewedMs = this.clock.running();
    });
    return true;
  }

  private async renew(credentials: Credentials): Promise<void> {
    try {
      if (credentials.mechanism === 'oauthbearer') {
        const token = await this.login(credentials);
        const extensions = Object.entries(token.extensions ?? {}).flat();
        this.native
          ?.getClient()
          .setOAuthBearerToken(token.token, this.endOf(token), '', extensions);
      } else {
        const { username, password } = await this.login(credentials);
        this.native?.setSaslCredentials(username, password);
      }
    } catch {
      // Kept as `failure`, for who waits.
    }
  }

  private async login<T extends Login>(logins: Logins<T>): Promise<T> {
    try {
      const login = await logins.login(this.broker);
      this.latest = login;
      this.hasWorked = false;
      this.failure = undefined;
      return login;
    } catch (error) {
      if (error instanceof ProducerError) this.failure = toldBy(error);
      throw error;
    }
  }

  private endOf({ expiresAtMs }: KafkaToken): number {
    return expiresAtMs ?? this.clock.now() + TOKEN_LIFE_MS;
  }
}

function toldBy(told: ProducerError): Failure {
  return { code: told.code, reason: told.message, told, verdict: 'final', ambiguous: false };
}
