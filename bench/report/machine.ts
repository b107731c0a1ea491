/** When and on what a table was made, as its first words. */
import { cpus, loadavg } from 'node:os';

export function today(): string {
  const machine = `Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model.trim()}`;
  return `${new Date().toISOString().slice(0, 10)}, ${machine}, load ${loadavg()[0]?.toFixed(1)}`;
}
