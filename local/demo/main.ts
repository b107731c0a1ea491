/** `npm run demo`: the whole pipeline on this machine, step by step, then it ends by itself. */
import { StatusLine, showsStatus } from '../../codegen/terminal.js';
import { launchKafka } from '../kafka/launch.js';
import type { LaunchedKafka } from '../kafka/launched.js';
import type { Cleanup } from './cleanup.js';
import { runDemo } from './run.js';
import { type Story, tellStory } from './story.js';

async function demo(cleanup: Cleanup): Promise<void> {
  const beganMs = performance.now();
  const story = tellStory(process.stdout);
  story.title('tavro demo: events from a typed producer through Kafka to a Lambda handler');
  const launching = launch(story, cleanup);
  // A failure that comes while the rest is loaded is for who waits for it below.
  launching.catch(() => undefined);
  // While the broker starts: it takes a second of the processor.
  const { runPipeline } = await import('../demo.js');
  await runPipeline(await launching, { story, cleanup, beganMs });
}

async function launch(story: Story, cleanup: Cleanup): Promise<LaunchedKafka> {
  const { stderr, env } = process;
  const status = showsStatus(stderr, env) ? new StatusLine(stderr) : undefined;
  const launched = await launchKafka({
    log(line) {
      status?.clear();
      story.line('Kafka', line.replace(/^Kafka: /, ''));
    },
    ...(status && { status: (line: string) => status.show(line) }),
  });
  cleanup.add('Kafka', () => launched.stop());
  return launched;
}

await runDemo(demo);
