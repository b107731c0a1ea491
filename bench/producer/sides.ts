/** The sides of `npm run bench:producer`: one row each, which the command and its children read. */
import type { KafkaConnection, Transport } from '../../producer/index.js';
import { CLIENT, ENCODER } from '../peers/names.js';
import type { Sender, Target } from './side.js';

export interface Side {
  readonly name: string;
  /** What it sends with. A side is left out where one cannot be had, or wants a newer Node. */
  readonly packages: readonly string[];
  open(target: Target): Promise<Sender>;
}

const PLATFORMATIC = '@platformatic/kafka';

/** What kafkajs alone does is what the others are held against. */
export const KAFKAJS = 'kafkajs, encoded before';
export const OURS_ON_KAFKAJS = 'tavro on kafkajs';

const ours = (name: string, packages: readonly string[], transport: OurTransport): Side => ({
  name,
  packages,
  open: async (target) => {
    const { openTavro } = await import('./tavro.js');
    return openTavro(target, await transport());
  },
});

type OurTransport = () => Promise<(connection: KafkaConnection) => Transport>;

export const SIDES: readonly Side[] = [
  ours(
    OURS_ON_KAFKAJS,
    ['kafkajs'],
    async () => (await import('../../producer/index.js')).kafkajsTransport,
  ),
  ours(
    `tavro on ${PLATFORMATIC}`,
    [PLATFORMATIC],
    async () => (await import('../../producer/index.js')).platformaticTransport,
  ),
  ours(
    `tavro on ${CLIENT}`,
    [CLIENT],
    async () => (await import('../../producer/index.js')).confluentTransport,
  ),
  {
    name: KAFKAJS,
    packages: ['kafkajs'],
    open: async (target) => (await import('./kafkajs.js')).openKafkajs(target),
  },
  {
    name: 'kafkajs, idempotent, encoded before',
    packages: ['kafkajs'],
    open: async (target) => (await import('./kafkajs.js')).openKafkajs(target, true),
  },
  {
    name: 'kafkajs + @kafkajs/confluent-schema-registry',
    packages: ['kafkajs', '@kafkajs/confluent-schema-registry'],
    open: async (target) => (await import('./kafkajs.js')).openKafkajsWithRegistry(target),
  },
  {
    name: `${CLIENT} + ${ENCODER}`,
    packages: [CLIENT, ENCODER],
    open: async (target) => (await import('./confluent.js')).openConfluent(target),
  },
  {
    name: `${PLATFORMATIC}, encoded before`,
    packages: [PLATFORMATIC],
    open: async (target) => (await import('./platformatic.js')).openPlatformatic(target),
  },
];

export function isOurs(side: string): boolean {
  return side.startsWith('tavro ');
}

export function sideOf(name: string): Side {
  const side = SIDES.find((one) => one.name === name);
  if (side === undefined) throw new Error(`There is no side "${name}".`);
  return side;
}
