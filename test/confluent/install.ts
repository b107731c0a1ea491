/** Where the peer @confluentinc/kafka-javascript is for tests. `node --import tsx` this to install it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compiledPackage, printWhenRun } from '../compiled-package.js';

const VERSION = '1.10.1';

/**
 * The package's directory, in the user's cache, for this version of Node. It is compiled there once, in
 * a minute or two: its own binaries come from where not every network lets one, and what compiles, or
 * not, is no dependency of ours.
 * @throws Error with what npm and the compiler said
 */
export function confluentDirectory(): Promise<string> {
  return compiledPackage({
    name: '@confluentinc/kafka-javascript',
    version: VERSION,
    cacheName: `confluent-kafka-${VERSION}-${process.platform}-${process.arch}-abi${process.versions.modules}`,
    binary: 'build/Release/confluent-kafka-javascript.node',
    // What librdkafka is linked with.
    libraries: [
      'libcurl4-openssl-dev',
      'liblz4-dev',
      'libsasl2-dev',
      'libssl-dev',
      'libzstd-dev',
      'zlib1g-dev',
    ],
    needs:
      'a C++ compiler, make, Python 3 and the headers of curl, lz4, SASL, OpenSSL, zstd and zlib',
    // Against the system's libraries: it would fetch their sources otherwise.
    env: { CKJS_LINKING: 'dynamic' },
    prune,
  });
}

/** Sources and what is left of compiling are nine tenths of it. */
async function prune(directory: string): Promise<void> {
  const libraries = ['++', '-static', ''].map((kind) => `build/deps/librdkafka${kind}.a`);
  for (const left of ['deps', 'build/Release/obj.target', ...libraries])
    await rm(join(directory, left), { recursive: true, force: true });
}

await printWhenRun(import.meta.url, confluentDirectory);
