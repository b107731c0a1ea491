import type { ContractCase } from '../contract/subject.js';
import { Bench, type SourceCases } from './bench.js';
import { GROUPS, IMPATIENT } from './groups.js';
import { LIFECYCLE, refusing, surviving, transactional } from './lifecycle.js';
import { READING } from './reading.js';
import type { SourceSubject } from './subject.js';

/**
 * What every {@link Source} keeps, as cases for any test runner:
 * `for (const { name, run } of sourceContract(subject)) test(name, run);`
 * One at a time: some take the brokers away. With real brokers a case takes up to some minutes.
 */
export function sourceContract(subject: SourceSubject): readonly ContractCase[] {
  const cases: SourceCases = {
    ...READING,
    ...GROUPS,
    ...LIFECYCLE,
    ...(subject.writeInTransaction && transactional(subject.writeInTransaction.bind(subject))),
    ...(subject.refused && refusing(subject.refused)),
    ...(subject.rebalanceTimeoutMs !== undefined && IMPATIENT),
    ...(subject.outage && surviving(subject.outage)),
  };
  return Object.entries(cases).map(([name, run]) => ({
    name,
    async run() {
      const bench = new Bench(subject);
      await run(bench).finally(() => bench.end());
    },
  }));
}
