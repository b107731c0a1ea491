/** CloudFormation's side of a custom resource, over real HTTP, and the function beside a schemas folder. */
import { createSubjectsHandler, type Invocation } from '../../../codegen/deploy/handler.js';
import { type RegistryServer, startRegistry } from '../../../local/registry/server.js';
import type { Json } from '../../../runtime/json.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { createSubjects, type Subjects } from '../../../runtime/registry/subjects.js';
import { type Loopback, type Reaction, startLoopback } from '../../runtime/registry/loopback.js';
import { SchemasFolder } from '../schemas-folder.js';

const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:registry-AbCdEf';
/** What must not leave the function: the password, and the right to answer. */
export const PASSWORD = 'marker-password-5e1c';
export const SIGNATURE = 'marker-signature-5e1c';

export interface Answered {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
}

type Files = Readonly<Record<string, Json>>;

export interface StackOptions {
  readonly files: Files;
  /** What the registry asks for. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** The text of the secret; an error where it cannot be read. */
  readonly secret?: string | Error;
  readonly env?: Readonly<Record<string, string>>;
  /** Of an invocation, in milliseconds. */
  readonly remainingMs?: number;
  /** What CloudFormation's bucket says to each answer. */
  readonly bucket?: (count: number) => Reaction;
}

/** A stack with one `SchemaSubjects`, whose registry is the dev registry. */
export class SubjectsStack {
  readonly folder: SchemasFolder;
  readonly registry: RegistryServer;
  readonly bucket: Loopback;
  readonly subjects: Subjects;
  readonly logged: string[] = [];
  private readonly options: StackOptions;

  private constructor(
    parts: { folder: SchemasFolder; registry: RegistryServer; bucket: Loopback },
    options: StackOptions,
  ) {
    this.folder = parts.folder;
    this.registry = parts.registry;
    this.bucket = parts.bucket;
    this.options = options;
    const { auth } = options;
    this.subjects = createSubjects(
      createRegistry({ url: parts.registry.url, ...(auth && { auth }) }),
    );
  }

  static async create(options: StackOptions): Promise<SubjectsStack> {
    const { auth, bucket: react = () => ({ text: '' }) } = options;
    const registry = await startRegistry(auth === undefined ? {} : { auth });
    const folder = await SchemasFolder.create(options.files);
    const bucket = await startLoopback((_, count) => react(count));
    return new SubjectsStack({ folder, registry, bucket }, options);
  }

  async stop(): Promise<void> {
    await Promise.all([this.registry.stop(), this.bucket.stop(), this.folder.remove()]);
  }

  create(properties: object = {}): Promise<Answered> {
    return this.send('Create', properties);
  }

  /** @param old the properties before, where they differ */
  update(properties: object = {}, old: object = properties): Promise<Answered> {
    return this.send('Update', properties, old);
  }

  delete(): Promise<Answered> {
    return this.send('Delete', {});
  }

  private async send(type: string, properties: object, old?: object): Promise<Answered> {
    const { readSecret, env, invocation } = this.surroundings();
    const log = (text: string): void => void this.logged.push(text);
    // The registry is there, however busy the machine is.
    const patience = { retries: 2, timeoutMs: 60_000, totalTimeoutMs: 60_000 };
    const handler = createSubjectsHandler({ env, log, readSecret, patience });
    await handler(this.event(type, properties, old), invocation);
    return this.answered();
  }

  event(RequestType: string, properties: object, old?: object) {
    const Known = { ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:subjects' };
    return {
      // Safe: the tests give what CloudFormation may send.
      RequestType: RequestType as 'Create',
      ResponseURL: `${this.bucket.url}/answer?X-Amz-Signature=${SIGNATURE}`,
      StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/Clicks/1',
      RequestId: 'request-1',
      LogicalResourceId: 'SubjectsA1B2',
      ResourceType: 'Custom::TavroSchemaSubjects',
      ...(RequestType === 'Create' ? {} : { PhysicalResourceId: 'tavro-SubjectsA1B2' }),
      ResourceProperties: { ...Known, ...properties },
      ...(old && { OldResourceProperties: { ...Known, ...old } }),
    };
  }

  private surroundings() {
    const { secret, env = {}, remainingMs = 300_000 } = this.options;
    const invocation: Invocation = {
      getRemainingTimeInMillis: () => remainingMs,
      logGroupName: '/aws/lambda/subjects',
      logStreamName: '2026/12/01/[$LATEST]abc',
    };
    return {
      invocation,
      readSecret: async (): Promise<string> => {
        if (secret instanceof Error) throw secret;
        return secret ?? '';
      },
      env: {
        TAVRO_SCHEMAS: this.folder.schemas,
        SCHEMA_REGISTRY_URL: this.registry.url,
        ...(secret === undefined ? {} : { SCHEMA_REGISTRY_SECRET_ARN: SECRET_ARN }),
        ...env,
      },
    };
  }

  /** The last answer. */
  answered(): Answered {
    // Safe: what comes as JSON is compared with what is wanted.
    return JSON.parse(this.bucket.heard.at(-1)?.body ?? 'null') as Answered;
  }
}
