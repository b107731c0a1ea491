import { describe, expect, it } from '@jest/globals';
import { ProducerIds } from '../../producer/kafkajs/epochs.js';
import { classifyKafkajs } from '../../producer/kafkajs/failure.js';
import { deferred } from './clicks.js';

const id = (producerId: string, producerEpoch = 0) => ({ producerId, producerEpoch });
const never = () => Promise.reject(new Error('not to be asked'));

describe('producer ids of sessions', () => {
  it('are one, with an epoch more for each session', async () => {
    const ids = new ProducerIds();
    expect(await ids.next()(async () => id('7'))).toEqual(id('7'));
    expect(await ids.next()(never)).toEqual(id('7', 1));
    // Also after one that never connected.
    ids.next();
    expect(await ids.next()(never)).toEqual(id('7', 3));
  });

  it('are asked for anew where there is none to take over, or its epochs have run out', async () => {
    const ids = new ProducerIds();
    ids.next();
    expect(await ids.next()(async () => id('8', 32_765))).toEqual(id('8', 32_765));
    expect(await ids.next()(never)).toEqual(id('8', 32_766));
    expect(await ids.next()(async () => id('9'))).toEqual(id('9'));
    expect(await ids.next()(never)).toEqual(id('9', 1));
  });

  it('are not taken by a session that was given up meanwhile: nothing would fence it', async () => {
    const ids = new ProducerIds();
    const answer = deferred<ReturnType<typeof id>>();
    const first = ids.next()(() => answer.promise);
    const second = ids.next();
    answer.resolve(id('7'));
    const error = await first.catch((reason: unknown) => reason);
    expect(classifyKafkajs(error)).toMatchObject({ verdict: 'sequence', ambiguous: false });
    expect(await second(async () => id('8'))).toEqual(id('8'));
    expect(await ids.next()(never)).toEqual(id('8', 1));
  });
});
