/** Programs that wire a reader to a topic, and what the compiler says of them. */
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from '@jest/globals';
import { compile, writeScratch } from '../codegen/generated-project.js';

/** A program; where it does not compile, a line of it, and what is said there. */
export type Compiled = readonly [text: string, line?: number, said?: RegExp];

/** An app that wires one function; the last line of `consumer` is what the compiler is asked about. */
export const app = (...consumer: string[]): string => `
import { App } from 'aws-cdk-lib';
import { PipelineStack } from 'tavro/infra';
import { contracts } from './contracts.js';
export const stack: PipelineStack<typeof contracts.topics, { Sample: string }> = new PipelineStack(new App(), 'Pipeline', {
  topics: contracts.topics,
  consumers: { Other: { entry: 'other.ts', topic: 'clicks' }, Sample: { entry: 'handler.ts',
    ${consumer.join(',\n    ')} } },
});
stack.consumer('Sample');
`;

/** One subscription; line 8 names the contract and the versions. */
export const subscription = (topic: string, versions = ''): string => `
import { KafkaSubscription, type KafkaSubscriptionProps } from 'tavro/infra';
import { Construct } from 'constructs';
import { contracts } from './contracts.js';
declare const rest: Omit<KafkaSubscriptionProps, 'reader'>;
export const made = (scope: Construct) =>
  new KafkaSubscription(scope, 'Clicks', {
    ...rest, reader: { contract: contracts.topics['${topic}']${versions} } });
`;

interface Compiling {
  /** Name of the package, such as `typescript-6`. */
  readonly compiler: string;
  readonly texts: Readonly<Record<string, Compiled>>;
  /** Files and folders that the programs import. */
  readonly beside: readonly string[];
}

/** Where the compiler finds errors and what it says, and what was expected: both by place. */
export async function compiled(scratch: string, { compiler, texts, beside }: Compiling) {
  const files = Object.entries(texts).map(([name, [text]]) => ({ path: `${name}.ts`, text }));
  const folder = await writeScratch(scratch, files);
  for (const path of beside) await cp(path, join(folder, basename(path)), { recursive: true });
  const flags = { exactOptionalPropertyTypes: false, isolatedDeclarations: false };
  const lines = await compile(folder, compiler, flags);
  const found = lines
    .filter((line) => !line.startsWith(' '))
    .map((error) => {
      const [, at = error, said = ''] = /^([^,]*),\d+\): error TS\d+: (.*)$/.exec(error) ?? [];
      return { at, said };
    });
  const expected = Object.entries(texts).flatMap(([name, [, line, said]]) =>
    said === undefined ? [] : [{ at: `${name}.ts(${line}`, said: expect.stringMatching(said) }],
  );
  const byPlace = (a: { at: string }, b: { at: string }) => (a.at < b.at ? -1 : 1);
  return { found: found.sort(byPlace), expected: expected.sort(byPlace) };
}
