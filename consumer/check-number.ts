import { ConsumerError } from './errors.js';

/** @throws ConsumerError `CONFIG` for what is no whole number from `least` on */
export function checkNumber(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ConsumerError(
    'CONFIG',
    `${name} must be a whole number from ${least}; it is ${value}.`,
  );
}
