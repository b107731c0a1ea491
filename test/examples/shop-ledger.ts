/** The service of `examples/service/`, installed from the packed package in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BatchResponse, KafkaEvent } from '../../consumer/index.js';
import { ROOT } from '../architecture/imports.js';
import { Desk } from '../first-hour/desk.js';
import { pack } from '../package/packed.js';

const EXAMPLE = join(ROOT, 'examples', 'service');
/** What nobody has who gets the example. */
const MADE = new Set(['node_modules', 'dist', 'cdk.out', 'package-lock.json']);
const QUIET = {
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

/** An entry of the ledger, as the service prints it. */
export interface Entry {
  readonly id: string;
  readonly order: string;
  readonly cents: number;
}

/** What Lambda's handler answered, and the entries that it made. */
export interface Invoked {
  readonly answer: BatchResponse;
  readonly entries: readonly Entry[];
}

export class ShopLedger {
  readonly desk: Desk;
  private readonly root: string;

  private constructor(root: string) {
    this.root = root;
    this.desk = new Desk(join(root, 'service'), QUIET);
  }

  static async install(): Promise<ShopLedger> {
    const root = await mkdtemp(join(tmpdir(), 'tavro-example-'));
    const { file } = await pack(root);
    const ledger = new ShopLedger(root);
    const { folder } = ledger.desk;
    const filter = (path: string): boolean =>
      !path
        .slice(EXAMPLE.length)
        .split(/[/\\]/)
        .some((part) => MADE.has(part));
    await cp(EXAMPLE, folder, { recursive: true, filter });
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    // The version that the example names is not published yet.
    manifest.dependencies.tavro = `file:${file}`;
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
    await ledger.desk.type('npm install --prefer-offline');
    return ledger;
  }

  /** The template that `npm run synth` wrote. */
  template(): Promise<string> {
    return readFile(join(this.desk.folder, 'cdk.out', 'TavroPipeline.template.json'), 'utf8');
  }

  /** Calls the Lambda function in a process of its own. */
  async invoke(event: KafkaEvent, env: NodeJS.ProcessEnv): Promise<Invoked> {
    const program = `
      import { text } from 'node:stream/consumers';
      import { handler } from './dist/src/lambda.js';
      const answer = await handler(JSON.parse(await text(process.stdin)), { awsRequestId: 'r-1' });
      console.log(JSON.stringify({ answer }));`;
    const child = this.node(['--input-type=module', '--eval', program], env);
    child.stdin?.end(JSON.stringify(event));
    const said = new Said(child);
    await once(child, 'close');
    const last = said.lines.find((line) => line.startsWith('{"answer"'));
    if (last === undefined) throw new Error(`The function failed:\n${said.lines.join('\n')}`);
    return { answer: JSON.parse(last).answer, entries: said.entries };
  }

  /** Starts the process that the Dockerfile starts. */
  start(env: NodeJS.ProcessEnv): Running {
    return new Running(this.node(['dist/src/main.js'], env));
  }

  /** Sends so many orders, and then their payments. */
  produce(count: number, env: NodeJS.ProcessEnv): Running {
    return new Running(this.node(['dist/src/produce.js', String(count)], env));
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  private node(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    return spawn(process.execPath, args, {
      cwd: this.desk.folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: 'pipe',
    });
  }
}

/** What a process of the service prints. */
class Said {
  readonly lines: string[] = [];
  readonly entries: Entry[] = [];

  constructor(child: ChildProcess) {
    for (const input of [child.stdout, child.stderr]) {
      if (input === null) throw new Error('Its output is not piped.');
      createInterface({ input }).on('line', (line) => {
        this.lines.push(line);
        if (line.startsWith('{"entry"')) this.entries.push(JSON.parse(line).entry);
      });
    }
  }
}

/** A process of the service that goes on. */
export class Running {
  /** With what it ended: its code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly child: ChildProcess;
  private readonly said: Said;

  constructor(child: ChildProcess) {
    this.child = child;
    this.said = new Said(child);
    this.ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  }

  get entries(): readonly Entry[] {
    return this.said.entries;
  }

  /** Waits until something holds, while the process lives. */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        const { exitCode, signalCode } = this.child;
        const lines = this.said.lines.slice(-20).join('\n');
        throw new Error(`It ended with ${exitCode ?? signalCode} before ${what}:\n${lines}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
