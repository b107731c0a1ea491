/** A deployed function under the client that calls handlers in Lambda, run as Lambda runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import type { KafkaEvent } from '../../consumer/index.js';
import type { DeployedFunction } from './deployed.js';
import { ricDirectory } from './install.js';
import { type Ending, type ErrorReport, RuntimeApi } from './runtime-api.js';

const REGION = 'us-east-1';
const NAME = 'clicks';
const ARN = `arn:aws:lambda:${REGION}:123456789012:function:${NAME}`;

export interface LambdaSettings {
  readonly environment: Readonly<Record<string, string>>;
  /** @default the template's */
  readonly timeoutMs?: number;
  /** @default the template's */
  readonly logFormat?: 'JSON' | 'Text';
  /** Of JSON logs; Lambda knows none of text. @default 'INFO', as Lambda's */
  readonly logLevel?: string;
}

/** An invocation that did not end with an answer: what Lambda tells of it. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly report: ErrorReport;

  constructor(report: ErrorReport) {
    super(`${report.errorType}: ${report.errorMessage}`);
    this.report = report;
  }
}

/** One invocation's answer. */
export interface Answered {
  readonly requestId: string;
  /** JSON text, as the client sent it. */
  readonly body: string;
}

/**
 * Starts the client with the function's bundle at the first invocation, and again after it ended: by itself, or since
 * the time-out passed, at which it is killed. One invocation at a time.
 */
export class LambdaFunction {
  /** How often the process was started: the cold starts. */
  starts = 0;
  /** How many invocations there were. */
  invocations = 0;
  private readonly api = new RuntimeApi();
  private readonly fn: DeployedFunction;
  private readonly settings: LambdaSettings;
  private readonly timeoutMs: number;
  private readonly client: string;
  private process: ChildProcess | undefined;
  private output = '';

  private constructor(fn: DeployedFunction, settings: LambdaSettings, client: string) {
    this.fn = fn;
    this.settings = settings;
    this.timeoutMs = settings.timeoutMs ?? fn.timeoutMs;
    this.client = client;
  }

  static async deploy(fn: DeployedFunction, settings: LambdaSettings): Promise<LambdaFunction> {
    const made = new LambdaFunction(fn, settings, path.join(await ricDirectory(), 'index.mjs'));
    await made.api.listen();
    return made;
  }

  /** @throws FunctionError for an invocation that failed, ran out of time, or ended the process */
  async invoke(event: KafkaEvent): Promise<Answered> {
    this.invocations += 1;
    const requestId = randomUUID();
    const child = this.process ?? this.start();
    const exited = once(child, 'close').then(([code, signal]) => exit(requestId, signal ?? code));
    const begun = await Promise.race([this.api.started(), exited]);
    // Its time begins with the invocation: a cold start has time of its own.
    const ending = begun ?? (await this.run(requestId, { event, exited }));
    if (ending.kind === 'response') return { requestId, body: ending.body };
    throw new FunctionError(ending.report);
  }

  private async run(
    requestId: string,
    { event, exited }: { readonly event: KafkaEvent; readonly exited: Promise<Ending> },
  ): Promise<Ending> {
    const deadlineMs = Date.now() + this.timeoutMs;
    const body = JSON.stringify(event);
    let killed = false;
    const timer = setTimeout(() => {
      killed = true;
      this.process?.kill('SIGKILL');
    }, this.timeoutMs);
    try {
      const answer = this.api.invoke({ requestId, body, deadlineMs, functionArn: ARN });
      const ending = await Promise.race([answer, exited]);
      return killed ? timedOut(requestId, this.timeoutMs) : ending;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process and the API. @returns the lines that it wrote, as CloudWatch would have them */
  async stop(): Promise<string[]> {
    const child = this.process;
    if (child !== undefined) {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    }
    await this.api.close();
    return this.output.split('\n').filter((line) => line !== '');
  }

  private start(): ChildProcess {
    this.starts += 1;
    this.api.reset();
    const child = spawn(process.execPath, [this.client], {
      cwd: this.fn.taskRoot,
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    child.once('close', () => {
      if (this.process === child) this.process = undefined;
    });
    this.process = child;
    return child;
  }

  /** Source: AWS Lambda, "Defined runtime environment variables". */
  private environment(): NodeJS.ProcessEnv {
    const { environment, logFormat = this.fn.logFormat, logLevel = 'INFO' } = this.settings;
    return {
      PATH: process.env.PATH,
      TZ: ':UTC',
      AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
      AWS_REGION: REGION,
      AWS_LAMBDA_FUNCTION_NAME: NAME,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${this.fn.memoryMib}`,
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${NAME}`,
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/22/[$LATEST]0123456789abcdef',
      AWS_LAMBDA_LOG_FORMAT: logFormat,
      ...(logFormat === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: logLevel }),
      AWS_LAMBDA_RUNTIME_API: this.api.address,
      LAMBDA_TASK_ROOT: this.fn.taskRoot,
      _HANDLER: this.fn.handler,
      ...this.fn.environment,
      ...environment,
    };
  }
}

/** What Lambda says in the place of a process that ended. */
function exit(requestId: string, how: string | number): Ending {
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
  return { kind: 'error', report: { errorType: 'Runtime.ExitError', errorMessage } };
}

function timedOut(requestId: string, timeoutMs: number): Ending {
  const seconds = (timeoutMs / 1000).toFixed(2);
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
  return { kind: 'error', report: { errorType: 'Sandbox.Timedout', errorMessage } };
}
