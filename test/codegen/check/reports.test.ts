import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FORMAT_NAMES } from '../../../codegen/check/report/index.js';
import { DemoRepository, EXIT, ORDER, ORDER_FIELDS, order } from '../baseline/demo-repository.js';

let demo: DemoRepository;
beforeAll(() => {
  demo = DemoRepository.create();
  demo.branch('change');
  const [id, , , , quantity] = ORDER_FIELDS;
  demo.write(
    ORDER,
    order([
      ...(id === undefined ? [] : [id]),
      { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 3 } },
      { name: 'placed_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      {
        name: 'status',
        type: { type: 'enum', name: 'Status', symbols: ['OPEN', 'PAID', 'SENT, 100%'.slice(0, 4)] },
      },
      ...(quantity === undefined ? [] : [quantity]),
      { name: 'note', type: ['string', 'null'] },
    ]),
  );
  demo.commit('Change');
});
afterAll(() => demo.remove());

describe('the report of a change', () => {
  it.each(FORMAT_NAMES)('as %s', async (format) => {
    const answer = await demo.tavro('check', '--against', 'git', '--format', format);
    expect(answer.exit).toBe(EXIT.findings);
    expect(answer.out).toMatchSnapshot();
  });

  it('is JSON where it says so', async () => {
    for (const format of ['json', 'sarif', 'gitlab']) {
      const { out } = await demo.tavro('check', '--against', 'git', '--format', format);
      expect(() => JSON.parse(out)).not.toThrow();
    }
  });

  it('of nothing is short', async () => {
    demo.git('checkout', '--quiet', 'main');
    const texts: string[] = [];
    for (const format of FORMAT_NAMES) {
      const { exit, out } = await demo.tavro('check', '--format', format);
      expect(exit).toBe(EXIT.clean);
      texts.push(out);
    }
    demo.git('checkout', '--quiet', 'change');
    expect(texts).toMatchSnapshot();
  });
});

describe('tavro plan', () => {
  it('tells the order of the change', async () => {
    const { exit, out } = await demo.tavro('plan', '--against', 'git');
    expect(exit).toBe(EXIT.clean);
    expect(out).toMatchSnapshot();
  });
});
