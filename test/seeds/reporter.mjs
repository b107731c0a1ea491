/** One line per file: how many runs of how many tests, and each failure with its seed. */
export default class SeedsReporter {
  #total = { runs: 0, failures: 0 };

  onTestResult({ path, context }, { testResults, testExecError, perfStats }) {
    const failed = testResults.filter(({ status }) => status === 'failed');
    const failures = failed.length + (testExecError === undefined ? 0 : 1);
    const drawn = testResults.filter(({ title }) => SEEDED.test(title));
    const tests = new Set(drawn.map(({ fullName }) => fullName.replace(SEEDED, '')));
    const seconds = Math.round((perfStats.end - perfStats.start) / 1000);
    const name = path.slice(context.config.rootDir.length + 1);
    const counts = `${drawn.length} runs of ${tests.size} tests, ${failures} failed`;
    console.log(`${failures === 0 ? 'ok  ' : 'FAIL'}  ${name}: ${counts} (${seconds} s)`);
    if (testExecError !== undefined) console.log(testExecError.message);
    for (const { fullName, failureMessages } of failed)
      console.log(`  ${fullName}\n${failureMessages.join('\n').slice(0, MESSAGE_CHARACTERS)}`);
    this.#total.runs += drawn.length;
    this.#total.failures += failures;
  }

  onRunComplete(contexts) {
    const [context] = contexts;
    const { runs, failures } = this.#total;
    console.log(`${context?.config.displayName.name}: ${runs} runs, ${failures} failed`);
  }
}

const SEEDED = / \(seed \d+\)$/;
/** Of each failure: the values that fast-check shrank to come first. */
const MESSAGE_CHARACTERS = 3000;
