/** Apicurio Registry, a Schema Registry of another make, as a process that tests start. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cachedDirectory } from '../../local/kafka/cache.js';
import { findJava } from '../../local/kafka/java.js';
import { type Supervised, supervise } from '../../local/kafka/supervise.js';

const run = promisify(execFile);

/** The newest that runs on Java 17; 3.1 and later need Java 21. */
const APICURIO_VERSION = '3.0.9';
const RUNNER = `apicurio-registry-app-${APICURIO_VERSION}-runner.jar`;
const ARTIFACT = `io.apicurio:apicurio-registry-app:${APICURIO_VERSION}:tar.gz:all`;
/** Later ones read the artifact's POM, whose parent not every mirror has; this one needs neither. */
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:2.10';
const DOWNLOAD_TIMEOUT_MS = 10 * 60 * 1000;
const OUTPUT_LIMIT_BYTES = 4 * 1024 * 1024;
/** Gives Maven a project to resolve its own folders in. */
const POM = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>tavro</groupId><artifactId>apicurio</artifactId><version>1</version>
  <packaging>pom</packaging>
</project>
`;

const START_TIMEOUT_MS = 90_000;
const POLL_MS = 100;
/** Where Apicurio serves Confluent's API. */
const CONFLUENT_API = '/apis/ccompat/v7';
const LISTENING = /Listening on: (http:\/\/127\.0\.0\.1:\d+)/;

/** How long a first start may take: the download of 106 MB and the start itself, in milliseconds. */
export const APICURIO_START_TIMEOUT_MS = DOWNLOAD_TIMEOUT_MS + START_TIMEOUT_MS;

export interface Apicurio {
  /** Base URL of its Confluent-compatible API. */
  readonly url: string;
  /** Kills it and removes what it wrote. It also dies with this process. */
  stop(): Promise<void>;
}

/**
 * Starts Apicurio in memory on a free port of 127.0.0.1. The first start fetches it with Maven
 * into the user's cache directory.
 *
 * @throws Error saying what is missing (Java 17, Maven, network), or with the end of its log.
 */
export async function startApicurio(): Promise<Apicurio> {
  const java = await findJava(process.env).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : cause;
    throw new Error(`The tests against Apicurio need the Java that Kafka needs. ${why}`, { cause });
  });
  const home = await cachedDirectory(`apicurio-${APICURIO_VERSION}`, {
    witness: RUNNER,
    build: fetchApicurio,
  });
  const directory = mkdtempSync(join(tmpdir(), 'tavro-apicurio-'));
  const args = [...javaArguments(directory), '-jar', join(home, RUNNER)];
  const supervised = supervise(directory, { commands: [{ command: java.command, args }] });
  try {
    const url = (await listening(supervised)) + CONFLUENT_API;
    return { url, stop: supervised.stop };
  } catch (error) {
    await supervised.stop();
    throw error;
  }
}

function javaArguments(directory: string): string[] {
  const settings = {
    'java.io.tmpdir': directory,
    'quarkus.http.host': '127.0.0.1',
    // The operating system chooses the port, so that nobody can take it before; the log names it.
    'quarkus.http.port': '0',
    'quarkus.log.category."io.quarkus".level': 'INFO',
    'quarkus.http.access-log.enabled': 'false',
    // Deleting for good is off by default.
    'apicurio.rest.deletion.artifact.enabled': 'true',
    'apicurio.rest.deletion.artifact-version.enabled': 'true',
    'apicurio.rest.deletion.group.enabled': 'true',
  };
  const flags = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
  return ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...flags];
}

async function fetchApicurio(directory: string): Promise<void> {
  await writeFile(join(directory, 'pom.xml'), POM);
  // The working directory stands for every path, so nothing needs quoting on Windows.
  const goal = `${DEPENDENCY_PLUGIN}:unpack`;
  const args = ['-B', '-q', '-C', goal, `-Dartifact=${ARTIFACT}`, '-DoutputDirectory=.'];
  try {
    await run('mvn', args, {
      cwd: directory,
      shell: process.platform === 'win32',
      timeout: DOWNLOAD_TIMEOUT_MS,
      maxBuffer: OUTPUT_LIMIT_BYTES,
    });
  } catch (cause) {
    throw new Error(
      `The tests against Apicurio need Maven (\`mvn\` on the PATH) once, to fetch ${ARTIFACT}: ` +
        `${Object(cause).stdout || Object(cause).message}`,
      { cause },
    );
  }
}

/** Waits for the line that Quarkus logs when it takes requests; answers the URL in it. */
async function listening(supervised: Supervised): Promise<string> {
  const fail = (what: string): Error =>
    new Error(`Apicurio ${APICURIO_VERSION} ${what}. The end of its log:\n${supervised.logTail()}`);
  let ended: Error | undefined;
  void supervised.ended.then(({ code, signal, error }) => {
    ended = fail(`ended while starting (${error ?? signal ?? `code ${code}`})`);
  });
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const url = LISTENING.exec(readFileSync(supervised.logFile, 'utf8'))?.[1];
    if (url !== undefined) return url;
    if (ended !== undefined) throw ended;
    await sleep(POLL_MS);
  }
  throw fail(`did not start within ${START_TIMEOUT_MS / 1000} s`);
}
