/** A registry that goes away and comes back to the same address. */
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createRegistry } from '../../runtime/index.js';
import { steadyPort } from '../chaos/ports.js';
import { UserClickCodec } from '../frozen/generated/com/mycompany/events/UserClick.js';
import { userClicksAvro } from '../frozen/generated/topics.js';
import { SCHEMA_IDS, secondSchema } from './runner-events.js';

export class Registry {
  readonly url: string;
  private readonly port: number;
  private server: RegistryServer | undefined;

  private constructor(port: number) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<Registry> {
    const registry = new Registry(await steadyPort());
    await registry.start();
    return registry;
  }

  /** With the same schemas under the same ids. */
  async start(): Promise<void> {
    this.server ??= await startRegistry({ port: this.port });
    const client = createRegistry({ url: this.url });
    const subject = userClicksAvro.subjects.value;
    const first = await client.register(subject, UserClickCodec.schema);
    const second = await client.register(subject, secondSchema());
    if (first === SCHEMA_IDS.first && second === SCHEMA_IDS.second) return;
    throw new Error(`the schemas have ids ${first} and ${second}`);
  }

  async stop(): Promise<void> {
    await this.server?.stop();
    this.server = undefined;
  }
}
