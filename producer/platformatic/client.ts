import { isMissing } from '../../runtime/missing-package.js';
import { ProducerError } from '../errors.js';

/** What is used of the package; types only, so that it may be missing. */
export type Platformatic = typeof import('@platformatic/kafka');

/** Put together, so that no bundler demands it of those who have no use of it. */
const PACKAGE = ['@platformatic', 'kafka'].join('/');

function importPackage(): Promise<Platformatic> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ PACKAGE);
}

/** @throws ProducerError `CONFIG` where it cannot be loaded */
export async function importPlatformatic(
  node = process.versions.node,
  load: () => Promise<Platformatic> = importPackage,
): Promise<Platformatic> {
  if (!isNodeNew(node)) {
    throw new ProducerError(
      'CONFIG',
      `The package @platformatic/kafka needs Node 22.22, 24.6 or later, and this is Node ${node}: ` +
        'update Node, or send through kafkajs with `kafkajsTransport`.',
    );
  }
  return load().catch((cause: unknown) => {
    throw new ProducerError('CONFIG', notLoaded(cause), { cause });
  });
}

/** The package's `engines`, which npm only warns of. */
export function isNodeNew(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 22 ? minor >= 22 : major === 24 ? minor >= 6 : major > 22;
}

function notLoaded(thrown: unknown): string {
  if (isMissing(thrown, PACKAGE)) {
    return (
      'The package @platformatic/kafka is missing. It is an optional peer of tavro: run ' +
      '`npm i @platformatic/kafka@2`. A bundle does not hold it: deploy it beside.'
    );
  }
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return `The package @platformatic/kafka cannot be loaded: ${why.replace(/\.$/, '')}.`;
}
