import {
  type KafkajsTransportOptions,
  kafkajsTransport,
  platformaticTransport,
  type Transport,
} from '../../producer/index.js';

/** Which transport the tests with faults are about: `TAVRO_TRANSPORT=platformatic npm run test:kafka`. */
const { TAVRO_TRANSPORT = 'kafkajs' } = process.env;

const TRANSPORTS: Readonly<Record<string, (options: KafkajsTransportOptions) => Transport>> = {
  kafkajs: kafkajsTransport,
  // What only kafkajs can is no option of it.
  platformatic: ({ idempotent: _, compression: __, ...connection }) =>
    platformaticTransport(connection),
};

export function testedTransport(options: KafkajsTransportOptions): Transport {
  const open = TRANSPORTS[TAVRO_TRANSPORT];
  if (open === undefined) throw new Error(`TAVRO_TRANSPORT is ${TAVRO_TRANSPORT}`);
  return open(options);
}
