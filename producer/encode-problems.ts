/** What is told of messages that do not fit. */
import type { AvroError, ValueProblem } from '../runtime/index.js';
import { ProducerError } from './errors.js';
import type { RawTopic, SendableTopic } from './message.js';

/** Problems named in a message text; the error's fields hold all. */
const SHOWN_PROBLEMS = 10;

export function isRaw(topic: SendableTopic): topic is RawTopic {
  return 'value' in topic && topic.value === 'bytes';
}

/** The problems of a codec's error, with paths that begin at the message. */
export function problemsOf(part: string, error: AvroError): ValueProblem[] {
  const { path = '', expected = 'a value of the schema', actual = 'something else' } = error;
  const problems = error.problems.length > 0 ? error.problems : [{ path, expected, actual }];
  return problems.map((problem) => ({ ...problem, path: joinPath(part, problem.path) }));
}

function joinPath(part: string, path: string): string {
  if (path === '') return part;
  return path.startsWith('[') ? part + path : `${part}.${path}`;
}

export function encodeError(
  topic: SendableTopic,
  problems: readonly ValueProblem[],
  cause: unknown,
): ProducerError {
  const shown = problems
    .slice(0, SHOWN_PROBLEMS)
    .map(({ path, expected, actual }) => `${path}: expected ${expected}, got ${actual}`);
  const more = problems.length - shown.length;
  const carried = 'types' in topic || isRaw(topic) ? '' : ` (${topic.value.name})`;
  return new ProducerError(
    'ENCODE',
    `Nothing was sent to "${topic.name}"${carried}: ${shown.join('; ')}` +
      (more > 0 ? `; and ${more} more` : ''),
    { topic: topic.name, problems, cause },
  );
}
