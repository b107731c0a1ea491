import { ProducerError } from './errors.js';
import { type VariableName, variable } from './variables.js';

/** Values of environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables and keeps what is wrong, so that all of it is said at once. */
export class EnvironmentReader {
  readonly env: Environment;
  private readonly missing: VariableName[] = [];
  private readonly wrong: string[] = [];
  private readonly mistaken = new Set<VariableName>();

  constructor(env: Environment) {
    this.env = env;
  }

  /** An empty variable counts as not set. */
  get(name: VariableName): string | undefined {
    const { alias } = variable(name);
    return this.env[name]?.trim() || (alias && this.env[alias]?.trim()) || undefined;
  }

  /** @param by what decides whether it is needed: who got that wrong is not asked for this as well */
  required(name: VariableName, by: readonly VariableName[] = []): string {
    const value = this.get(name);
    const isAsked = !by.some((one) => this.mistaken.has(one));
    if (value === undefined && isAsked) this.missing.push(name);
    return value ?? '';
  }

  oneOf<T extends string>(name: VariableName, allowed: readonly [T, ...T[]]): T {
    const value = this.get(name);
    const found = allowed.find((one) => one === value?.toUpperCase());
    if (value !== undefined && found === undefined) {
      this.mistake(name, `is "${value}"; it must be one of ${allowed.join(', ')}`);
    }
    return found ?? allowed[0];
  }

  /** A value that cannot be used. */
  mistake(name: VariableName, what: string): void {
    this.mistaken.add(name);
    this.wrong.push(`${name} ${what}`);
  }

  /** What was found elsewhere, which names the variable itself. */
  problems(found: readonly string[]): void {
    this.wrong.push(...found);
  }

  /** @throws ProducerError `CONFIG` with all of it */
  throwProblems(): void {
    if (this.missing.length + this.wrong.length === 0) return;
    const lines = [
      ...this.missing.map((name) => `${name} is not set: ${variable(name).meaning}`),
      ...this.wrong,
    ];
    throw new ProducerError(
      'CONFIG',
      `The environment is not complete.\n${lines.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}
