/** When and on what a table was made, as its first words. */
import { cpus, loadavg } from 'node:os';

export function today(): string {
  const [model] = cpus();
  const machine = `Node ${process.version}, ${cpus().length} cores, ${model?.model.trim()}`;
  return `${new Date().toISOString().slice(0, 10)}, ${machine}, ${loadOf(loadavg()[0] ?? 0, cpus().length)}`;
}

/** The load, and that figures are of a busy machine where more than the benchmark itself ran. */
export function loadOf(load: number, cores: number): string {
  const isBusy = load > 1 + cores / 2;
  return `load ${load.toFixed(1)}${isBusy ? ' (busy with other work: trust ratios and CPU time, not wall time)' : ''}`;
}
