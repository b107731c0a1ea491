/** Runs a table of requests and expected answers against a Schema Registry of any make. */
import { expect } from '@jest/globals';

/** One request and what must come back. `$name` in a path or an expectation is a kept value. */
export interface Step {
  /** `GET /subjects/$s/versions` */
  readonly ask: string;
  readonly send?: unknown;
  /** 200 when absent. */
  readonly status?: number;
  /** Objects must hold at least this; anything else must be equal. */
  readonly body?: unknown;
  /** `error_code` of the body. */
  readonly code?: number;
  /** Keeps parts of the answer: name -> key. */
  readonly keep?: Readonly<Record<string, string>>;
}

export interface Scenario {
  readonly name: string;
  /** What a registry must be able to do for this; see `TAVRO_TEST_REGISTRY_WITHOUT`. */
  readonly needs?: string;
  readonly steps: readonly Step[];
}

/** Text of an Avro record in the request's form. */
export function record(name: string, ...fields: readonly unknown[]): string {
  return JSON.stringify({ type: 'record', name, fields });
}

/** The body of a request about a schema. */
export function schemaOf(schema: unknown, more: object = {}): object {
  return { schema: typeof schema === 'string' ? schema : JSON.stringify(schema), ...more };
}

/** A step that a registry does not answer as the scenario says. */
export interface Departure {
  /** `3: GET /mode/$s -> 404 40401`: step, request as the scenario has it, status, error code. */
  readonly at: string;
  /** What was expected, and what came. */
  readonly detail: string;
}

/**
 * Runs the steps one after the other, and answers where the registry departs from them. `$s` is a
 * subject prefix that no other scenario has.
 */
export async function play(url: string, scenario: Scenario): Promise<readonly Departure[]> {
  const kept: Record<string, unknown> = { s: `s${crypto.randomUUID().slice(0, 8)}` };
  const departures: Departure[] = [];
  for (const [index, step] of scenario.steps.entries()) {
    const ask = fill(step.ask, kept);
    const { status, body } = await request(url, ask, fill(step.send, kept));
    const { error_code: code = '' } = Object(body);
    const shown = `${ask} -> ${JSON.stringify(body)}`;
    const detail = mismatch(step, { shown, status, body }, kept);
    const at = `${index + 1}: ${step.ask} -> ${status} ${code}`.trim();
    if (detail !== undefined) departures.push({ at, detail });
    for (const [name, key] of Object.entries(step.keep ?? {})) kept[name] = Object(body)[key];
  }
  return departures;
}

/** Plays the scenario, of which every step must be answered as it says. */
export async function conform(url: string, scenario: Scenario): Promise<void> {
  const departures = await play(url, scenario);
  if (departures.length === 0) return;
  throw new Error(departures.map(({ at, detail }) => `${at}\n${detail}`).join('\n\n'));
}

/** Sets the level of subjects that have none of their own. */
export async function setLevelForAll(url: string, level: string): Promise<void> {
  const { status } = await request(url, 'PUT /config', { compatibility: level });
  expect(status).toBe(200);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What jest says of an answer that is another than the step's; undefined when it is that. */
function mismatch(
  step: Step,
  { shown, status, body }: Answer & { readonly shown: string },
  kept: Readonly<Record<string, unknown>>,
): string | undefined {
  try {
    expect({ shown, status }).toEqual({ shown, status: step.status ?? 200 });
    if (step.code !== undefined) {
      expect({ shown, ...Object(body) }).toMatchObject({ error_code: step.code });
    }
    if (step.body !== undefined) {
      expect({ shown, body }).toMatchObject({ shown, body: fill(step.body, kept) });
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function request(url: string, ask: string, send: unknown): Promise<Answer> {
  const [method, path] = ask.split(' ');
  const response = await fetch(`${url}${path}`, {
    method: method ?? '',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(send !== undefined && { body: typeof send === 'string' ? send : JSON.stringify(send) }),
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: text };
  }
}

/** Puts kept values where their `$name` stands; a whole string becomes the value itself. */
function fill<T>(value: T, kept: Readonly<Record<string, unknown>>): T;
function fill(value: unknown, kept: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === 'string') {
    if (/^\$\w+$/.test(value)) return kept[value.slice(1)] ?? value;
    return value.replace(/\$(\w+)/g, (whole, name) => String(kept[name] ?? whole));
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, kept));
  const isPlain = Object.getPrototypeOf(Object(value)) === Object.prototype;
  // An asymmetric matcher is left as it is.
  if (!isPlain || value === null || value === undefined) return value;
  return Object.fromEntries(
    Object.entries(Object(value)).map(([key, item]) => [key, fill(item, kept)]),
  );
}
