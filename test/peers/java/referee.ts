/** Avro's Java library as a process that answers one JSON line with another. */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cachedDirectory } from '../../../local/kafka/cache.js';

const run = promisify(execFile);

const AVRO_VERSION = '1.12.1';
const SNAPPY_VERSION = '1.1.10.8';
const ZSTD_VERSION = '1.5.7-4';
const SLF4J_VERSION = '2.0.17';
const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const DOWNLOAD_TIMEOUT_MS = 10 * 60 * 1000;
const OUTPUT_LIMIT_BYTES = 4 * 1024 * 1024;

const dependency = (group: string, artifact: string, version: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

/** Snappy and Zstandard are optional in Avro, so they are named here. */
const POM = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>tavro</groupId><artifactId>avro-referee</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    ${dependency('org.apache.avro', 'avro', AVRO_VERSION)}
    ${dependency('org.xerial.snappy', 'snappy-java', SNAPPY_VERSION)}
    ${dependency('com.github.luben', 'zstd-jni', ZSTD_VERSION)}
    ${dependency('org.slf4j', 'slf4j-nop', SLF4J_VERSION)}
  </dependencies>
</project>
`;

export interface Referee {
  /** Sends one task and answers what Java says; an exception of Java is `{ error }`. */
  ask(task: RefereeTask): Promise<RefereeAnswer>;
  stop(): Promise<void>;
}

export type RefereeTask =
  | {
      readonly do: 'toJson' | 'toSingleObject' | 'fromSingleObject';
      readonly schema: string;
      readonly hex: string;
    }
  | { readonly do: 'fromJson'; readonly schema: string; readonly json: string }
  /** Data of `writer` read as `schema`. */
  | {
      readonly do: 'resolve';
      readonly schema: string;
      readonly writer: string;
      readonly hex: string;
    }
  | {
      readonly do: 'round';
      readonly text: string;
      readonly scale: number;
      /** As Java's `RoundingMode` names it. */
      readonly rounding: string;
    }
  | { readonly do: 'readContainer'; readonly path: string }
  | {
      readonly do: 'writeContainer';
      readonly path: string;
      readonly schema: string;
      readonly codec: string;
      readonly blockBytes: number;
      readonly messages: readonly string[];
    };

export interface RefereeAnswer {
  readonly error?: string;
  readonly json?: string | readonly string[];
  readonly hex?: string;
  readonly codec?: string;
  readonly origin?: string;
  readonly text?: string;
}

/**
 * Starts Referee.java (Java 17 or newer, a JDK, compiles it). The first start fetches Avro with
 * Maven into the user's cache directory.
 *
 * @throws Error saying what is missing: these tests do not pass without Java.
 */
export async function startReferee(): Promise<Referee> {
  const jars = await cachedDirectory(`avro-referee-${AVRO_VERSION}-${ZSTD_VERSION}`, {
    witness: `avro-${AVRO_VERSION}.jar`,
    build: fetchJars,
  });
  const source = fileURLToPath(new URL('./Referee.java', import.meta.url));
  const java = spawn('java', ['-cp', [jars, join(jars, '*')].join(delimiter), source]);
  const referee = talk(java);
  // Compiles and answers, or says what is missing before any test runs.
  await referee.ask({ do: 'toJson', schema: '"int"', hex: '02' });
  return referee;
}

async function fetchJars(directory: string): Promise<void> {
  await writeFile(join(directory, 'pom.xml'), POM);
  const goal = `${DEPENDENCY_PLUGIN}:copy-dependencies`;
  const args = ['-B', '-q', '-C', goal, '-DincludeScope=runtime', '-DoutputDirectory=.'];
  try {
    await run('mvn', args, {
      cwd: directory,
      shell: process.platform === 'win32',
      timeout: DOWNLOAD_TIMEOUT_MS,
      maxBuffer: OUTPUT_LIMIT_BYTES,
    });
  } catch (cause) {
    throw new Error(
      `The tests with Java as referee need Maven (\`mvn\` on the PATH) once, to fetch Avro ${AVRO_VERSION}.`,
      { cause },
    );
  }
}

/** Answers come in the order of the tasks. */
function talk(java: ChildProcessWithoutNullStreams): Referee {
  const waiting: { resolve(answer: RefereeAnswer): void; reject(error: Error): void }[] = [];
  let stderr = '';
  let ended: Error | undefined;
  const end = (cause?: unknown): void => {
    ended ??= new Error(`Java ended, which these tests need (17 or newer, a JDK).\n${stderr}`, {
      cause,
    });
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  java.stderr.on('data', (text) => {
    stderr += text;
  });
  java.on('error', end);
  java.on('close', () => end());
  java.stdin.on('error', end);
  let line = '';
  // Not readline: it takes U+2028 for the end of a line (Node 24), and JSON strings may hold one.
  java.stdout.setEncoding('utf8').on('data', (text: string) => {
    const [first = '', ...more] = text.split('\n');
    line += first;
    for (const next of more) {
      // Safe: Referee.java prints objects of this shape and nothing else.
      waiting.shift()?.resolve(JSON.parse(line) as RefereeAnswer);
      line = next;
    }
  });
  return {
    ask: (task) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        waiting.push({ resolve, reject });
        java.stdin.write(`${JSON.stringify(task)}\n`);
      }),
    async stop() {
      if (ended !== undefined) return;
      java.stdin.end();
      await new Promise((resolve) => java.once('close', resolve));
    },
  };
}
