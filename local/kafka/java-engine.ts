import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrokerEngine, BrokerFiles } from './broker.js';
import { type ClassArchive, usedClassArchive } from './class-archive.js';
import { KAFKA_VERSION } from './jars.js';
import type { Java } from './java.js';

const HEAP = '-Xmx512m';

/**
 * Warnings, plus the few lines that show how far a start came. At level INFO Kafka prints its
 * whole configuration, which would bury what an error message quotes.
 */
const LOG4J = `status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{HH:mm:ss,SSS} %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.raftServer.name = kafka.server.KafkaRaftServer
logger.raftServer.level = info
logger.appInfo.name = kafka.server.BrokerServer
logger.appInfo.level = info
`;

export interface JavaEngineOptions {
  /** Whether what the broker can do is measured: with Java's second compiler, which pays off after minutes. */
  readonly isMeasured?: boolean;
  /** What the last broker of this engine leaves. @default nothing */
  readonly leaves?: ClassArchive;
}

const NOTHING: ClassArchive = { flags: [] };

/** Runs brokers with the Java of this machine. */
export function javaEngine(
  java: Java,
  jars: string,
  { isMeasured = false, leaves = NOTHING }: JavaEngineOptions = {},
): BrokerEngine {
  const classpath = join(jars, '*');
  return {
    name: `${KAFKA_VERSION}, Java ${java.version}`,
    bind: '127.0.0.1',
    dataDirectory: (directory) => join(directory, 'data'),
    plan(files) {
      const log4j = join(files.directory, 'log4j2.properties');
      writeFileSync(log4j, LOG4J);
      const flags = [
        HEAP,
        // A broker with one user's load spends less on this collector, and starts faster.
        '-XX:+UseSerialGC',
        // So it does with the quick compiler alone: what the other gains takes minutes.
        ...(isMeasured ? [] : ['-XX:TieredStopAtLevel=1']),
        // Not both: one may have been made since.
        ...(leaves.kept ? [] : usedClassArchive(java, jars).flags),
        `-Dlog4j2.configurationFile=${pathToFileURL(log4j).href}`,
        '-cp',
        classpath,
      ];
      const run = (...args: string[]) => ({ command: java.command, args: [...flags, ...args] });
      return {
        commands: [
          run('kafka.tools.StorageTool', ...formatArguments(files, files.propertiesFile)),
          run(...leaves.flags, 'kafka.Kafka', files.propertiesFile),
        ],
        ...(leaves.kept && { kept: leaves.kept }),
      };
    },
  };
}

/**
 * Arguments of Kafka's storage tool. SCRAM users can only be made this way before the first
 * start. The password is in the process list for a second: it opens this one broker's loopback
 * port, and ends with it.
 */
export function formatArguments(files: BrokerFiles, propertiesFile: string): string[] {
  const { username, password } = files.user;
  const scram = `SCRAM-SHA-512=[name=${username},password=${password}]`;
  return ['format', '-t', files.clusterId, '-c', propertiesFile, '--add-scram', scram];
}
