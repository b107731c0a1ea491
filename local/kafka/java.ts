import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KafkaLaunchError } from './errors.js';

const run = promisify(execFile);

/** Kafka 4 brokers need Java 17 (https://kafka.apache.org/documentation/#compatibility). */
const OLDEST_JAVA = 17;
const PROBE_TIMEOUT_MS = 20_000;
const BUILD = /^ *(?:java\.home|java\.vm\.(?:name|vendor|version)|os\.arch) = .*$/gm;
const SHARES = /^ *java\.vm\.info = .*\bsharing\b/m;

export interface Java {
  readonly command: string;
  readonly version: number;
  /** Which Java it is, exactly: another one has another text. */
  readonly build: string;
  /** Whether it shares data of classes between runs. */
  readonly shares: boolean;
}

/**
 * The first Java that is new enough: that of JAVA_HOME, then the one on the PATH.
 *
 * @throws KafkaLaunchError JAVA_MISSING.
 */
export async function findJava(env: NodeJS.ProcessEnv): Promise<Java> {
  const commands = [...(env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin', 'java')] : []), 'java'];
  const seen: string[] = [];
  for (const command of commands) {
    const settings = await javaSettings(command, env);
    const version = parseJavaVersion(settings);
    if (version !== undefined && version >= OLDEST_JAVA) {
      return { command, version, build: parseJavaBuild(settings), shares: SHARES.test(settings) };
    }
    seen.push(version === undefined ? `${command}: not there` : `${command}: Java ${version}`);
  }
  throw new KafkaLaunchError(
    'JAVA_MISSING',
    `Apache Kafka needs Java ${OLDEST_JAVA} or newer (${seen.join(', ')}). Install one, such as ` +
      'https://adoptium.net, or point JAVA_HOME at it.',
  );
}

/** What a Java says of itself: nothing when the command cannot be run. */
async function javaSettings(command: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stderr, stdout } = await run(command, ['-XshowSettings:properties', '-version'], {
      env,
      timeout: PROBE_TIMEOUT_MS,
    });
    return stderr + stdout;
  } catch {
    // Absent, or the stub that macOS puts in the place of a Java that is not installed.
    return '';
  }
}

/** Reads `java.specification.version`, which is `1.8` for Java 8 and `17` for Java 17. */
export function parseJavaVersion(settings: string): number | undefined {
  const match = /java\.specification\.version = (?:1\.)?(\d+)/.exec(settings);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

function parseJavaBuild(settings: string): string {
  return (settings.match(BUILD) ?? []).join('\n');
}
