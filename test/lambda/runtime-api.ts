/**
 * Lambda's side of a function: the HTTP API from which the runtime client takes invocations and to which it
 * tells their ends. Source: AWS Lambda, "Using the Lambda runtime API for custom runtimes".
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { deferred } from '../deferred.js';

export interface InvocationRequest {
  readonly requestId: string;
  /** JSON text. */
  readonly body: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
}

/** What the client told of an invocation, or of its start. */
export type Ending =
  /** The answer's JSON text, as it came. */
  | { readonly kind: 'response'; readonly body: string }
  | { readonly kind: 'error' | 'init error'; readonly report: ErrorReport };

/** The error that whoever invoked the function sees, and its on-failure destination. */
export interface ErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

const NEXT = '/2018-06-01/runtime/invocation/next';
const INIT_ERROR = '/2018-06-01/runtime/init/error';
const ENDING = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/** Serves one process at a time, which asks for one invocation at a time. */
export class RuntimeApi {
  private readonly server = createServer((request, response) => void this.serve(request, response));
  private ready = deferred<ServerResponse>();
  private ended = deferred<Ending>();
  private current: string | undefined;

  /** `host:port` */
  get address(): string {
    // Safe: it listens on a port.
    const { address, port } = this.server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  async listen(): Promise<void> {
    const { promise, resolve } = deferred<void>();
    this.server.listen(0, '127.0.0.1', resolve);
    await promise;
  }

  async close(): Promise<void> {
    const { promise, resolve } = deferred<void>();
    this.server.close(() => resolve());
    this.server.closeAllConnections();
    await promise;
  }

  /** For a new process: what the last one asked for, or said, is forgotten. */
  reset(): void {
    this.ready = deferred<ServerResponse>();
    this.ended = deferred<Ending>();
    this.current = undefined;
  }

  /** Fulfilled when the process asks for an invocation, or says why it never will. */
  async started(): Promise<Ending | undefined> {
    const asked = this.ready.promise.then(() => undefined);
    return await Promise.race([asked, this.ended.promise]);
  }

  /** Hands over an invocation to a process that has asked for one. */
  async invoke(invocation: InvocationRequest): Promise<Ending> {
    const next = await this.ready.promise;
    this.reset();
    this.current = invocation.requestId;
    next.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
      'Lambda-Runtime-Deadline-Ms': `${invocation.deadlineMs}`,
      'Lambda-Runtime-Invoked-Function-Arn': invocation.functionArn,
    });
    next.end(invocation.body);
    const ending = await this.ended.promise;
    this.ended = deferred<Ending>();
    return ending;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === NEXT) {
      this.ready.resolve(response);
      return;
    }
    const body = await text(request);
    const [, requestId, kind] = ENDING.exec(request.url ?? '') ?? [];
    const isCurrent = requestId !== undefined && requestId === this.current;
    if (request.url === INIT_ERROR)
      this.ended.resolve({ kind: 'init error', report: JSON.parse(body) });
    else if (isCurrent && kind === 'response') this.ended.resolve({ kind, body });
    else if (isCurrent && kind === 'error') this.ended.resolve({ kind, report: JSON.parse(body) });
    else {
      response.writeHead(404).end('{"errorMessage":"no such path or invocation"}');
      return;
    }
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
  }
}
