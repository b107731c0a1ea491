import { isIP } from 'node:net';
import type { Connection, SASLOptions } from '@platformatic/kafka';
import type { KafkaConnection } from '../kafka-connection.js';
import { KEEP_ALIVE_MS, targetOf, tlsOptions } from '../kafkajs/sockets.js';
import { type Credentials, credentialsOf, type Login } from '../login/credentials.js';
import type { Platformatic } from './client.js';
import { Answered, BrokerTrouble, isRefusal } from './failure.js';

/** What a request is made of, and what is read from its answer. */
export interface Call<T> {
  readonly api: { readonly key: number; readonly version: number };
  write(): InstanceType<Platformatic['Writer']>;
  read(answer: InstanceType<Platformatic['Reader']>): T;
  /** Whether it stores something, so that it matters whether it was sent. */
  readonly sends?: boolean;
}

/** How much of a session's time is used before another connection takes over. */
const SESSION_SHARE = 0.8;
/** Requests are numbered and answered in order; how many are under way is for others to bound. */
const NO_BOUND = 10_000;

/** One connection to one broker, logged in. Requests over it are served in order. */
export class BrokerConnection {
  /** As `host:port`. */
  readonly broker: string;
  private readonly connection: Connection;
  private readonly expiresMs: number;
  private underWay = 0;
  private isRetired = false;

  constructor(broker: string, connection: Connection, expiresMs: number) {
    this.broker = broker;
    this.connection = connection;
    this.expiresMs = expiresMs;
  }

  /** Whether more may be sent over it. */
  get isOpen(): boolean {
    return this.connection.isConnected() && !this.isRetired && Date.now() < this.expiresMs;
  }

  /** Sends a request, once. A broker that does not answer in time is cut off. */
  async call<T>({ api, write, read, sends = false }: Call<T>): Promise<T> {
    if (!this.connection.isConnected()) {
      throw new BrokerTrouble(this.broker, new Error('Connection closed'), false);
    }
    // The process waits for answers, and for nothing else here.
    if (this.underWay++ === 0) this.connection.socket.ref();
    try {
      return await new Promise<T>((resolve, reject) => {
        this.connection.send(
          api.key,
          api.version,
          write,
          (_id, _key, _version, reader) => read(reader),
          false,
          false,
          (error: Error | null, answer: T | undefined) => {
            if (error !== null) reject(error);
            // The client gives one or the other.
            else resolve(answer as T);
          },
        );
      });
    } catch (error) {
      throw new BrokerTrouble(this.broker, error, sends);
    } finally {
      if (--this.underWay === 0) this.connection.socket.unref();
      if (this.isRetired && this.underWay === 0) this.destroy();
    }
  }

  /** Lets what is under way end. */
  retire(): void {
    this.isRetired = true;
    if (this.underWay === 0) this.destroy();
  }

  /** What is under way fails. */
  destroy(): void {
    this.isRetired = true;
    destroy(this.connection);
  }
}

function destroy(connection: Connection): void {
  // Without a socket it has not begun.
  const socket: Connection['socket'] | undefined = connection.socket;
  // It also ends timers of the client's.
  void connection.close().catch(() => undefined);
  socket?.destroy();
}

/** Opens connections to the brokers of one cluster. */
export class Dialer {
  private readonly kafka: Platformatic;
  private readonly options: KafkaConnection;
  private readonly credentials: Credentials | undefined;
  private readonly opening = new Set<Connection>();

  constructor(kafka: Platformatic, options: KafkaConnection) {
    this.kafka = kafka;
    this.options = options;
    this.credentials = options.sasl && credentialsOf(options.sasl);
  }

  /** Connects and logs in; after a refusal that other credentials may mend, once more. */
  async open(broker: string): Promise<BrokerConnection> {
    const { credentials } = this;
    if (credentials === undefined) return this.connect(broker, undefined);
    while (true) {
      const login = await credentials.login(broker);
      try {
        return await this.connect(broker, login);
      } catch (error) {
        if (!isRefusal(error) || !refused(credentials, login)) throw error;
      }
    }
  }

  /** Ends those that are being opened. */
  cut(): void {
    for (const connection of this.opening) destroy(connection);
  }

  private async connect(broker: string, login: Login | undefined): Promise<BrokerConnection> {
    const { options } = this;
    const own = targetOf(broker, { host: '', port: 0 });
    const target = targetOf(options.tunnel?.[broker], own);
    const session = { lifetimeMs: Number.POSITIVE_INFINITY };
    const ssl = tlsOptions(options.ssl);
    const servername = isIP(own.host) === 0 ? { servername: own.host } : {};
    const connection = new this.kafka.Connection(options.clientId ?? 'tavro', {
      connectTimeout: options.connectTimeoutMs ?? 5_000,
      requestTimeout: options.requestTimeoutMs ?? 10_000,
      maxInflights: NO_BOUND,
      ...(ssl !== false && { tls: { ...servername, ...(ssl === true ? {} : ssl) } }),
      ...(login && { sasl: this.sasl(login, session) }),
    });
    // Each failure reaches who waits for the connection or a request; this one would end the process.
    connection.on('error', () => {});
    this.opening.add(connection);
    try {
      await connection.connect(target.host, target.port);
      connection.socket.setKeepAlive(true, KEEP_ALIVE_MS).unref();
      return new BrokerConnection(broker, connection, Date.now() + session.lifetimeMs);
    } catch (error) {
      destroy(connection);
      this.options.log?.({ level: 'error', message: messageOf(error), broker });
      throw new BrokerTrouble(broker, error, false);
    } finally {
      this.opening.delete(connection);
    }
  }

  /**
   * How the client logs in, with what was asked for before. It would log in again over a connection in
   * use, which brokers end if a request comes in between: another connection takes over instead.
   */
  private sasl(login: Login, session: { lifetimeMs: number }): SASLOptions {
    const { saslPlain, saslOAuthBearer, saslScramSha } = this.kafka;
    const mechanism = this.credentials?.mechanism ?? 'plain';
    return {
      mechanism: MECHANISMS[mechanism],
      authenticate(_mechanism, connection, api, _username, _password, _token, callback) {
        const done: typeof callback = (error, answer) => {
          if (error !== null || answer === undefined) return callback(error);
          const { authBytes, sessionLifetimeMs } = answer;
          // In place of an error: a broker that refuses a token says why, and waits.
          if ('token' in login && authBytes.length > 0) return callback(tokenRefused(authBytes));
          const lifetimeMs = Number(sessionLifetimeMs);
          if (lifetimeMs > 0) session.lifetimeMs = lifetimeMs * SESSION_SHARE;
          callback(null, { ...answer, sessionLifetimeMs: 0n });
        };
        if ('token' in login) {
          const { token, extensions = {} } = login;
          saslOAuthBearer.authenticate(api, connection, token, extensions, done);
        } else if (mechanism === 'plain') {
          saslPlain.authenticate(api, connection, login.username, login.password, done);
        } else {
          const { username, password } = login;
          const algorithm = mechanism === 'scram-sha-256' ? 'SHA-256' : 'SHA-512';
          const { authenticate, defaultCrypto } = saslScramSha;
          authenticate(api, connection, algorithm, username, password, defaultCrypto, done);
        }
      },
    };
  }
}

const MECHANISMS = {
  'scram-sha-512': 'SCRAM-SHA-512',
  'scram-sha-256': 'SCRAM-SHA-256',
  plain: 'PLAIN',
  oauthbearer: 'OAUTHBEARER',
} as const;

function refused(credentials: Credentials, login: Login): boolean {
  if (credentials.mechanism === 'oauthbearer') {
    return 'token' in login && credentials.refused(login);
  }
  return !('token' in login) && credentials.refused(login);
}

/** RFC 7628, 3.2.3: JSON with a status. */
function tokenRefused(authBytes: Uint8Array): Answered {
  const status = /"status"\s*:\s*"([\w-]+)"/.exec(Buffer.from(authBytes).toString())?.[1];
  return new Answered('SASL_AUTHENTICATION_FAILED', status ?? 'the token was refused', false);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
