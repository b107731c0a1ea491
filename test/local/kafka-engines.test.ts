import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dockerEngine, findDocker } from '../../local/kafka/docker-engine.js';
import { KAFKA_VERSION, kafkaJars } from '../../local/kafka/jars.js';
import { findJava, parseJavaVersion } from '../../local/kafka/java.js';
import { brokerProperties, printProperties } from '../../local/kafka/properties.js';
import { whileTold } from '../../local/kafka/while-told.js';

let bin: string;
/** Nothing is on the PATH but what a test puts there. */
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'tavro-test-'));
  env = { PATH: bin, XDG_CACHE_HOME: bin };
});
afterEach(() => rmSync(bin, { recursive: true }));

function install(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

describe('findJava', () => {
  const says = (version: string) => `echo "    java.specification.version = ${version}" >&2`;

  it.each([
    { version: '17', want: 17 },
    { version: '25', want: 25 },
  ])('takes Java $version', async ({ version, want }) => {
    install('java', says(version));
    expect(await findJava(env)).toMatchObject({ command: 'java', version: want, shares: false });
  });

  it('tells one build from another, and whether it shares classes', async () => {
    const lines = (...more: string[]) =>
      [says('17'), ...more.map((line) => `echo "  ${line}"`)].join('\n');
    install(
      'java',
      lines('java.vm.version = 17.0.1', 'user.dir = /a', 'java.vm.info = mixed mode, sharing'),
    );
    const first = await findJava(env);
    install(
      'java',
      lines('java.vm.version = 17.0.2', 'user.dir = /b', 'java.vm.info = mixed mode'),
    );
    const second = await findJava(env);
    expect([first, second]).toMatchObject([
      { build: '  java.vm.version = 17.0.1', shares: true },
      { build: '  java.vm.version = 17.0.2', shares: false },
    ]);
  });

  it('takes the one on the PATH when that of JAVA_HOME is too old', async () => {
    install('java', says('21'));
    const home = { ...env, JAVA_HOME: join(bin, 'not-there') };
    expect(await findJava(home)).toMatchObject({ command: 'java', version: 21 });
  });

  it.each([
    { title: 'none', script: undefined, seen: 'java: not there' },
    { title: 'an old one', script: says('11'), seen: 'java: Java 11' },
    { title: 'a very old one', script: says('1.8'), seen: 'java: Java 8' },
    { title: 'a stub', script: 'exit 1', seen: 'java: not there' },
  ])('refuses $title', async ({ script, seen }) => {
    if (script !== undefined) install('java', script);
    await expect(findJava(env)).rejects.toMatchObject({
      code: 'JAVA_MISSING',
      message: expect.stringContaining(`needs Java 17 or newer (${seen})`),
    });
  });

  it('reads nothing from nothing', () => expect(parseJavaVersion('')).toBeUndefined());
});

describe('kafkaJars', () => {
  const silent = () => undefined;

  it('needs Maven to fill an empty cache', async () => {
    await expect(kafkaJars({ env, log: silent })).rejects.toMatchObject({
      code: 'MAVEN_MISSING',
      message: expect.stringMatching(/`mvn` is not on the PATH/),
    });
  });

  it('quotes Maven when it fails', async () => {
    install('mvn', 'echo "[ERROR] no route to host"; exit 1');
    await expect(kafkaJars({ env, log: silent })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/Check the network.*\n\[ERROR\] no route to host$/),
    });
  });

  it('asks Maven once', async () => {
    install('mvn', `: > kafka_2.13-${KAFKA_VERSION}.jar`);
    const lines: string[] = [];
    const jars = await kafkaJars({ env, log: (line) => lines.push(line) });
    expect(jars).toBe(join(bin, 'tavro', `kafka-${KAFKA_VERSION}`));
    expect(readFileSync(join(jars, 'pom.xml'), 'utf8')).toContain(KAFKA_VERSION);
    rmSync(join(bin, 'mvn'));
    expect(await kafkaJars({ env, log: (line) => lines.push(line) })).toBe(jars);
    expect(lines).toHaveLength(1);
  });
});

describe('a download', () => {
  it('is told of once it takes long, for as long as it runs', async () => {
    const said: string[] = [];
    // Each look at the clock is a second later.
    let seconds = 0;
    const now = (): Date => new Date(1_000 * seconds++);
    let end = (): void => {};
    const work = new Promise<void>((resolve) => {
      end = resolve;
    });
    const status = (line: string): void => {
      if (said.push(line) === 2) end();
    };
    await whileTold(work, { status, now, line: () => `at ${seconds}` });
    expect(said).toEqual(['at 3', 'at 4']);
  });

  it('is waited for in silence where nobody looks', async () => {
    const line = (): string => {
      throw new Error('made');
    };
    expect(await whileTold(Promise.resolve(7), { line })).toBe(7);
  });

  it('of jars is told by what is there', async () => {
    install(
      'mvn',
      `/bin/dd if=/dev/zero of=half.jar bs=1000000 count=23 2>/dev/null; /bin/sleep 3; : > kafka_2.13-${KAFKA_VERSION}.jar`,
    );
    const said: string[] = [];
    await kafkaJars({ env, log: () => undefined, status: (line) => said.push(line) });
    expect(new Set(said)).toEqual(new Set(['Kafka: 23 of 47 MB']));
  });
});

describe('findDocker', () => {
  const docker = (pull: string) => `case "$1" in
version) echo 28.0.0 ;;
image) [ -e ${JSON.stringify(join(bin, 'pulled'))} ] ;;
pull) ${pull} ;;
esac`;
  const silent = () => undefined;

  it('needs a daemon that answers', async () => {
    install('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
    await expect(findDocker(env, silent)).rejects.toMatchObject({ code: 'DOCKER_MISSING' });
  });

  it('needs Docker', async () => {
    await expect(findDocker(env, silent)).rejects.toMatchObject({ code: 'DOCKER_MISSING' });
  });

  it('pulls the image once', async () => {
    install('docker', docker(`echo "$@" > ${JSON.stringify(join(bin, 'pulled'))}`));
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    expect(await findDocker(env, log)).toBe('28.0.0');
    expect(await findDocker(env, log)).toBe('28.0.0');
    expect(lines).toEqual([`Kafka: pulling apache/kafka:${KAFKA_VERSION} (once) ...`]);
    expect(existsSync(join(bin, 'pulled'))).toBe(true);
  });

  it('tells why the image cannot be pulled', async () => {
    install('docker', docker('echo "no such host" >&2; exit 1'));
    await expect(findDocker(env, silent)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/no such host/),
    });
  });
});

describe('dockerEngine', () => {
  it('keeps the key out of the command line and removes the container afterwards', () => {
    const plan = dockerEngine('28.0.0').plan({
      clusterId: 'id',
      user: { username: 'u', password: 'p' },
      directory: bin,
      properties: 'key=secret\n',
      propertiesFile: join(bin, 'server.properties'),
      ports: { plaintext: 1001, saslSsl: 1002, controller: 1003 },
    });
    const [run] = plan.commands;
    expect(run?.env).toEqual({ TAVRO_SERVER_PROPERTIES: 'key=secret\n' });
    const line = run?.args.join(' ') ?? '';
    expect(line).not.toContain('secret');
    expect(line).toContain('--publish 127.0.0.1:1001:1001 --publish 127.0.0.1:1002:1002');
    const name = /--name (\S+)/.exec(line)?.[1];
    expect(plan.afterwards?.args).toEqual(['rm', '--force', '--volumes', name]);
  });
});

describe('server.properties', () => {
  it('escapes what Java would read otherwise', () => {
    const text = printProperties({ a: 'C:\\kafka', b: 'one\ntwo\r\n', c: ' é' });
    expect(text).toBe('a=C:\\\\kafka\nb=one\\ntwo\\n\nc=\\ \\u00e9\n');
  });

  const settings = {
    ports: { plaintext: 1001, saslSsl: 1002, controller: 1003 },
    certificate: { privateKey: 'key', certificate: 'cert' },
    dataDirectory: '/data',
  };

  it('keeps messages however old they say they are', () => {
    expect(brokerProperties({ ...settings, bind: '127.0.0.1' })).toMatch(
      /^log\.retention\.ms=-1$/m,
    );
  });

  it('binds to loopback unless in a container, and always advertises loopback', () => {
    const listeners = (bind: '127.0.0.1' | '0.0.0.0') =>
      brokerProperties({ ...settings, bind }).match(/^(advertised\.)?listeners=.*$/gm);
    const advertised = 'advertised.listeners=PLAINTEXT://127.0.0.1:1001,SASL_SSL://127.0.0.1:1002';
    expect(listeners('127.0.0.1')).toEqual([
      'listeners=PLAINTEXT://127.0.0.1:1001,SASL_SSL://127.0.0.1:1002,CONTROLLER://127.0.0.1:1003',
      advertised,
    ]);
    expect(listeners('0.0.0.0')).toEqual([
      'listeners=PLAINTEXT://0.0.0.0:1001,SASL_SSL://0.0.0.0:1002,CONTROLLER://127.0.0.1:1003',
      advertised,
    ]);
  });
});
