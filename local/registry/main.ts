/** `node local/registry/main.ts [--port 8081] [--host 127.0.0.1] [--auth user:password] [--persist FILE]` */
import { parseArgs } from 'node:util';
import { startRegistry } from './server.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8081' },
    host: { type: 'string', default: '127.0.0.1' },
    auth: { type: 'string' },
    persist: { type: 'string' },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port is a number up to 65535, not ${values.port}`);
  process.exit(2);
}
const [, username, password] = /^([^:]+):(.+)$/.exec(values.auth ?? '') ?? [];
if (values.auth !== undefined && (username === undefined || password === undefined)) {
  console.error('--auth is user:password');
  process.exit(2);
}

const server = await startRegistry({
  port,
  host: values.host,
  ...(username !== undefined && password !== undefined && { auth: { username, password } }),
  ...(values.persist !== undefined && { persist: values.persist }),
});
console.log(`Schema Registry: ${server.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.stop());
}
