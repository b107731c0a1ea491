/**
 * Installs the tutorial's Python client and runs it with the arguments and the environment that
 * peer.py describes:
 *
 *     node --conditions=tavro-source --import tsx test/peers/python/run.ts produce --count 5
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pythonPeer } from './python.js';

const peer = fileURLToPath(new URL('./peer.py', import.meta.url));
const child = spawn(await pythonPeer(), [peer, ...process.argv.slice(2)], { stdio: 'inherit' });
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
