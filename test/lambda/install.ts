/** Where Lambda's own client for Node is for tests. `node --import tsx` this to install it. */
import { compiledPackage, printWhenRun } from '../compiled-package.js';

const VERSION = '4.0.2';

/**
 * The directory of `aws-lambda-ric`, the program that calls handlers in Lambda's managed runtimes, in
 * the user's cache. It is compiled there once, in one to four minutes, for every version of Node: it
 * uses Node-API. It compiles on Linux only, and npm warns of Node 20, on which it runs.
 * @throws Error with what npm and the compiler said
 */
export function ricDirectory(): Promise<string> {
  return compiledPackage({
    name: 'aws-lambda-ric',
    version: VERSION,
    cacheName: `aws-lambda-ric-${VERSION}-${process.platform}-${process.arch}`,
    binary: 'rapid-client.node',
    libraries: ['autoconf', 'automake', 'cmake', 'g++', 'libtool', 'make', 'python3', 'xz-utils'],
    needs: 'Linux, a C++ compiler, make, CMake, autoconf, automake, libtool, xz and Python 3',
    // It asks where Lambda is as it is loaded, and ends the process where nothing says so.
    env: { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9' },
  });
}

await printWhenRun(import.meta.url, ricDirectory);
