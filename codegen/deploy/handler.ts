/** The function behind `SchemaSubjects`: registers the schemas that it was deployed with. */
import { printable } from '../../runtime/printable.js';
import { createRegistry, type RegistryClient } from '../../runtime/registry/client.js';
import { RegistryError } from '../../runtime/registry/error.js';
import type { Fetch } from '../../runtime/registry/fetch.js';
import type { RegistryHttpOptions } from '../../runtime/registry/http.js';
import { tlsOf } from '../../runtime/registry/tls-variables.js';
import { readRegistrySecret } from '../../runtime/registry-secret.js';
import { readAwsSecret, type SecretReader, type UserPassword } from '../../runtime/secret.js';
import type { Context } from '../context.js';
import { readFile } from '../disk/directory.js';
import { CodegenError } from '../error.js';
import { answer, type CustomResourceEvent, type Outcome } from './custom-resource.js';
import { registerRelease } from './register-release.js';

/** What Lambda tells of an invocation. */
export interface Invocation {
  getRemainingTimeInMillis(): number;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

export interface SubjectsHandlerOptions {
  /** Names the registry and its secret, as `SchemaRegistry.bind` sets them, and what to register. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (text: string) => void;
  /** @default AWS Secrets Manager */
  readonly readSecret?: SecretReader;
  /** How long a registry is asked that does not answer. */
  readonly patience?: Pick<RegistryHttpOptions, 'retries' | 'timeoutMs' | 'totalTimeoutMs'>;
  /** Takes the answer to CloudFormation. @default the global fetch */
  readonly send?: Fetch;
}

/** Time to answer when registering takes too long, in milliseconds: four tries and what is between. */
const ANSWER_MS = 15_000;
/** A registry that restarts comes back within a minute; one that is down is told of soon enough. */
const PATIENCE = { retries: 10, timeoutMs: 10_000, totalTimeoutMs: 60_000 } as const;
/** User name of a secret that nobody has filled in, see infra/schema-registry.ts. */
const NOT_SET = 'not-set';
const NOTHING = 'Nothing was registered.';
const STAYS = 'What was registered before stays registered; deploy again to go on.';

/** The handler of a function with the release in {@link SubjectsHandlerOptions.env} beside it. */
export function createSubjectsHandler(options: SubjectsHandlerOptions) {
  return async (event: CustomResourceEvent, invocation: Invocation): Promise<void> => {
    const outcome = await inTime(invocation, (signal) => outcomeOf(event, options, signal));
    const text = printable(outcome.reason);
    options.log(`${event.RequestType} ${event.LogicalResourceId}: ${outcome.status}\n${text}`);
    const { logGroupName, logStreamName } = invocation;
    const more = `…\nThe rest is in the log group ${logGroupName}, stream ${logStreamName}.`;
    await answer(event, { ...outcome, reason: text }, { more, send: options.send });
  };
}

/** An outcome, whatever happens: CloudFormation would wait an hour for an answer. */
async function inTime(
  invocation: Invocation,
  work: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Outcome>((resolve) => {
    const ms = Math.max(0, invocation.getRemainingTimeInMillis() - ANSWER_MS);
    timer = setTimeout(() => {
      stop.abort();
      const reason = `The registry took too long. ${STAYS} The function's timeout can be raised.`;
      resolve({ status: 'FAILED', reason });
    }, ms);
  });
  try {
    return await Promise.race([work(stop.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Never rejects. */
async function outcomeOf(
  event: CustomResourceEvent,
  options: SubjectsHandlerOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  // Data in topics was written with them: subjects outlive their stack.
  if (event.RequestType === 'Delete')
    return { status: 'SUCCESS', reason: 'Nothing was deleted: subjects stay.' };
  try {
    return await register(event, options, signal);
  } catch (error) {
    return { status: 'FAILED', reason: reasonOf(error, options) };
  }
}

function reasonOf(error: unknown, options: SubjectsHandlerOptions): string {
  if (!(error instanceof CodegenError || error instanceof RegistryError)) {
    options.log(error instanceof Error ? String(error.stack) : String(error));
    return `tavro failed: ${String(error)}\n${STAYS}`;
  }
  // All else is found before anything is registered.
  const isMidway = error instanceof RegistryError || error.code === 'REGISTRY_FAILED';
  return `${error.message}${adviceOn(error, options)}\n${isMidway ? STAYS : NOTHING}`;
}

async function register(
  event: CustomResourceEvent,
  options: SubjectsHandlerOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const { env, log } = options;
  const other = otherRelease(event, env.TAVRO_RELEASE);
  if (other !== undefined) return other;
  const Subjects = event.ResourceProperties?.Subjects;
  const context: Context = { out: log, err: log, env, signal };
  const release = {
    folder: env.TAVRO_SCHEMAS ?? 'schemas',
    subjects: Array.isArray(Subjects) ? Subjects.map(String) : undefined,
  };
  const registration = await registerRelease(release, registryOf(options), context);
  if ('refusal' in registration)
    return { status: 'FAILED', reason: `${registration.refusal}\n${NOTHING}` };
  const lines = registration.done;
  const reason = lines.length === 0 ? 'The registry has everything.' : lines.join('\n');
  return { status: 'SUCCESS', reason };
}

/**
 * The outcome where the function has another release than it is asked for. A rollback may come before
 * the function itself is rolled back, the order is not documented: then the release that is asked
 * for was registered once, and there is nothing to do.
 */
function otherRelease(
  { RequestType, ResourceProperties, OldResourceProperties }: CustomResourceEvent,
  own: string | undefined,
): Outcome | undefined {
  const asked = ResourceProperties?.Release;
  if (asked === own) return undefined;
  if (RequestType === 'Update' && OldResourceProperties?.Release === own)
    return { status: 'SUCCESS', reason: `The release ${asked} was registered before ${own} was.` };
  const reason = `This function has the release ${own}, and was asked for ${asked}. ${NOTHING}`;
  return { status: 'FAILED', reason };
}

function registryOf(options: SubjectsHandlerOptions): RegistryClient {
  const { env, patience = PATIENCE, readSecret = readAwsSecret } = options;
  const { SCHEMA_REGISTRY_URL: url = '', SCHEMA_REGISTRY_SECRET_ARN: arn } = env;
  const { tls, problems } = tlsOf(env, (file) => readFile(file).text);
  if (problems.length > 0) throw new CodegenError('USAGE', problems.join('\n'));
  let read: Promise<UserPassword> | undefined;
  const auth = (arn: string): Promise<UserPassword> => {
    read ??= credentialsIn(arn, readSecret);
    return read;
  };
  return createRegistry({
    url,
    ...patience,
    ...(tls && { tls }),
    ...(arn && { auth: () => auth(arn) }),
  });
}

async function credentialsIn(arn: string, readSecret: SecretReader): Promise<UserPassword> {
  const found = await readRegistrySecret(arn, readSecret);
  if (found.username !== NOT_SET) return found;
  const text = `The secret ${arn} was made by the stack and is not filled in. Put the API key of the Schema Registry into it as {"username", "password"}, or give SchemaRegistry one that exists`;
  throw new RegistryError('UNAUTHORIZED', text);
}

/** What somebody can do about it who reads the events of a stack. */
function adviceOn(
  error: CodegenError | RegistryError,
  { env }: Pick<SubjectsHandlerOptions, 'env'>,
): string {
  const { cause }: { cause?: unknown } = error;
  const told = cause instanceof RegistryError ? cause : error;
  const { SCHEMA_REGISTRY_SECRET_ARN: arn } = env;
  if (told.code === 'UNAUTHORIZED' && told instanceof RegistryError && told.status !== undefined)
    return arn === undefined
      ? '. It asks for a login: give `credentials` to SchemaRegistry.'
      : `. Are username and password right in the secret ${arn}, and may they write subjects?`;
  if (told.code === 'UNREACHABLE' || told.code === 'TIMED_OUT')
    return '. A registry in a private network needs the `vpc` of SchemaSubjects.';
  return '';
}
