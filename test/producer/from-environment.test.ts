/** A producer by environment variables; that it sends is a test with Kafka, produce.kafka.test.ts. */
import { expect, it } from '@jest/globals';
import { producerFromEnvironment } from 'tavro/producer';

const LAPTOP = {
  KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:1',
  KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
};

it('names every variable that is missing', async () => {
  await expect(producerFromEnvironment({ env: {} })).rejects.toMatchObject({
    code: 'CONFIG',
    message: expect.stringMatching(
      /KAFKA_BOOTSTRAP_SERVERS is not set.*SCHEMA_REGISTRY_URL is not set/s,
    ),
  });
});

it('reads secrets by the reader that it is given', async () => {
  const asked: string[] = [];
  const env = {
    ...LAPTOP,
    KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT',
    KAFKA_SASL_SECRET_ARN: 'arn:msk',
  };
  const readSecret = async (arn: string) => {
    asked.push(arn);
    return '{"username":"u","password":"p"}';
  };
  const producer = await producerFromEnvironment({ env, readSecret });
  await producer.close();
  expect(asked).toEqual(['arn:msk']);
});

it('takes the other options of a producer', async () => {
  const making = producerFromEnvironment({ env: LAPTOP, lingerMs: -1 });
  await expect(making).rejects.toMatchObject({ code: 'CONFIG', message: /lingerMs/ });
});
