import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedDirectory } from './cache.js';
import { KafkaLaunchError } from './errors.js';
import { whileTold } from './while-told.js';

const run = promisify(execFile);

/** The Apache Kafka that Java and Docker start. */
export const KAFKA_VERSION = '4.4.0';
/** The binding of slf4j to the log4j-core that this Kafka depends on: same version. */
const LOG4J_VERSION = '2.25.4';
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** Size of all of it. */
const MEGABYTES = 47;
const DOWNLOAD_TIMEOUT_MS = 10 * 60 * 1000;
const MAVEN_OUTPUT_LIMIT_BYTES = 4 * 1024 * 1024;
const MAVEN_LINES_SHOWN = 12;

const POM = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>tavro</groupId><artifactId>kafka</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>${LOG4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

export interface JarsOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  /** Shows how far the download is. @default silence */
  readonly status?: ((line: string) => void) | undefined;
}

/**
 * The directory with Kafka's jars in the user's cache; Maven fills it once, from the repository
 * that Maven is configured for (Maven Central by default).
 *
 * @throws KafkaLaunchError MAVEN_MISSING, DOWNLOAD_FAILED or CACHE_UNUSABLE.
 */
export function kafkaJars(options: JarsOptions): Promise<string> {
  return cachedDirectory(`kafka-${KAFKA_VERSION}`, {
    env: options.env,
    witness: `kafka_2.13-${KAFKA_VERSION}.jar`,
    build: (directory) => download(directory, options),
  });
}

async function download(directory: string, { env, log, status }: JarsOptions): Promise<void> {
  const windows = process.platform === 'win32';
  log(`Kafka: fetching Apache Kafka ${KAFKA_VERSION} with Maven (${MEGABYTES} MB, once) ...`);
  await writeFile(join(directory, 'pom.xml'), POM);
  // The working directory stands for every path, so nothing needs quoting on Windows, where
  // mvn is a .cmd file that only a shell can run. Checksums are strict: a bad jar must not stay.
  const goal = `${DEPENDENCY_PLUGIN}:copy-dependencies`;
  const args = ['-B', '-q', '-C', goal, '-DincludeScope=runtime', '-DoutputDirectory=.'];
  try {
    const running = run('mvn', args, {
      cwd: directory,
      env,
      shell: windows,
      timeout: DOWNLOAD_TIMEOUT_MS,
      maxBuffer: MAVEN_OUTPUT_LIMIT_BYTES,
    });
    const line = (): string => `Kafka: ${megabytesOf(directory)} of ${MEGABYTES} MB`;
    await whileTold(running, { status, line });
  } catch (cause) {
    throw downloadError(cause);
  }
}

/** What of it is there already. */
function megabytesOf(directory: string): number {
  const bytes = readdirSync(directory).reduce(
    (sum, name) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  return Math.round(bytes / 1_000_000);
}

interface ExecFailure {
  readonly code?: unknown;
  readonly killed?: unknown;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
}

function downloadError(cause: unknown): KafkaLaunchError {
  // execFile rejects with an error that may carry these fields; their types are not relied on.
  const failure = Object(cause) as ExecFailure;
  if (failure.code === 'ENOENT') {
    return new KafkaLaunchError(
      'MAVEN_MISSING',
      'Maven is needed once, to fetch Apache Kafka, but `mvn` is not on the PATH. Install it ' +
        '(https://maven.apache.org/install.html).',
      { cause },
    );
  }
  const output = `${failure.stdout ?? ''}\n${failure.stderr ?? ''}`.trim();
  const why =
    failure.killed === true
      ? `Maven took longer than ${DOWNLOAD_TIMEOUT_MS / 60_000} minutes`
      : output.split('\n').slice(0, MAVEN_LINES_SHOWN).join('\n');
  return new KafkaLaunchError(
    'DOWNLOAD_FAILED',
    `Maven could not fetch Apache Kafka ${KAFKA_VERSION}. Check the network and the mirrors in ` +
      `~/.m2/settings.xml.\n${why}`,
    { cause },
  );
}
