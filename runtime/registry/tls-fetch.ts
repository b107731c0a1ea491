/** A fetch over `node:https`, for registries with an authority or client certificates of their own: Node's takes neither. */
import type { IncomingMessage } from 'node:http';
import { tlsRefusal } from '../tls.js';
import { invalid } from './credentials.js';
import type { Fetch } from './fetch.js';

/** How a registry is trusted, and what it is shown. Each is the text of a PEM file. */
export interface RegistryTls {
  /** Certificates of the authorities to trust, in place of those that Node knows. */
  readonly ca?: string | undefined;
  /** Client certificate, for mutual TLS; behind it those that lead to its authority. */
  readonly cert?: string | undefined;
  /** The client certificate's key. */
  readonly key?: string | undefined;
  /** Of a key that is encrypted. */
  readonly passphrase?: string | undefined;
}

const NAMES = {
  ca: 'tls.ca',
  cert: 'tls.cert',
  key: 'tls.key',
  passphrase: 'tls.passphrase',
};

/** Most layers of compression that are taken off an answer, as Node's own fetch does. */
const MAX_CODINGS = 5;
/** An answer with one of these has no body (Fetch standard, "null body status"). */
const WITHOUT_BODY = [204, 205, 304];

/**
 * Does what the registry client needs of a fetch: signals, bodies of text, answers by and by, no
 * redirects. `http:` goes to Node's own.
 * @throws RegistryError `INVALID` for what is not PEM, or a key of another certificate
 */
export function tlsFetch(tls: RegistryTls): Fetch {
  // Not imported, so that bundles for other platforms need no `node:` module.
  const builtin = process.getBuiltinModule;
  const [https, { Readable, pipeline }, zlib] = [
    builtin('node:https'),
    builtin('node:stream'),
    builtin('node:zlib'),
  ];
  const refusal = tlsRefusal(tls, NAMES);
  if (refusal !== undefined) throw invalid(`Schema Registry: ${refusal}`);
  const agent = new https.Agent({ ...tls, keepAlive: true });

  /** What stands in an answer once its compression is taken off. */
  const bodyOf = (got: IncomingMessage): ReadableStream | null => {
    if (WITHOUT_BODY.includes(got.statusCode ?? 0)) return null;
    const codings = (got.headers['content-encoding'] ?? '').split(',').map((one) => one.trim());
    if (codings.length > MAX_CODINGS) throw new Error('too many codings in content-encoding');
    const layers = codings.reverse().flatMap((coding) => {
      if (coding === '' || coding === 'identity') return [];
      return coding === 'br' ? zlib.createBrotliDecompress() : zlib.createUnzip();
    });
    // The last stream tells of every error; the callback is only there to be asked for none.
    const last = layers.length > 0 ? pipeline([got, ...layers], () => {}) : got;
    // Safe: both ends of the pipeline are readable, and Node's web streams are what its Response takes.
    return Readable.toWeb(last as IncomingMessage) as ReadableStream;
  };
  const responseOf = (got: IncomingMessage): Response => {
    const headers = new Headers();
    const { rawHeaders, statusCode: status = 0 } = got;
    for (let i = 0; i < rawHeaders.length; i += 2)
      headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
    return new Response(bodyOf(got), { status, headers });
  };

  return async (input, init = {}) => {
    const { method = 'GET', headers, body, signal } = init;
    if (!String(input).startsWith('https:')) return fetch(input, init);
    return new Promise((resolve, reject) => {
      const options = {
        agent,
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...(signal && { signal }),
      };
      const sent = https.request(String(input), options, (got) => {
        try {
          resolve(responseOf(got));
        } catch (error) {
          got.destroy();
          reject(error);
        }
      });
      sent.on('error', reject).end(body ?? undefined);
    });
  };
}
