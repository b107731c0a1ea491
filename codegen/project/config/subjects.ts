/** The subjects of a topic: by its own strategy, by names of its own, or as the project has it. */
import { inContext, type SubjectStrategy, subjectName } from '../../history/subject-names.js';
import { type JsonNode, keysOf, stringOf } from '../../model/json.js';
import { type Carried, printCarried } from './carried.js';
import { type RegistryConfig, STRATEGY, strategyOf } from './registry.js';
import { either, part, perType, type Text } from './setting.js';
import { onlyTypes, PartReader, type Say } from './shape.js';

type Side = 'value' | 'key';

const SUBJECT: Text = {
  form: 'text',
  like: { pattern: /[\s\S]/, must: 'be the name of a subject' },
  called: 'name of a subject',
};

const NAMES = part({
  value: {
    is: perType(SUBJECT),
    doc: 'The subject of its values; of several types a subject for each, by its full name.',
    example: 'orders-v2',
  },
  key: { is: SUBJECT, doc: 'The subject of keys that have a schema.', example: 'orders-v2-key' },
});

export const SUBJECTS = either(STRATEGY, NAMES);

export class SubjectNaming {
  /** Whether values of several types have a subject for each. */
  readonly isByType: boolean;
  private readonly topic: string;
  private readonly node: JsonNode | undefined;
  private readonly config: RegistryConfig;
  private readonly strategy: SubjectStrategy;
  private readonly say: Say;

  /** @param node what the topic says of its subjects */
  constructor(
    topic: string,
    node: JsonNode | undefined,
    { config, say }: { config: RegistryConfig; say: Say },
  ) {
    this.topic = topic;
    this.node = node;
    this.config = config;
    this.say = say;
    const own = node?.kind === 'object' ? undefined : strategyOf(node, say);
    this.strategy = own ?? config.strategy;
    if (node?.kind === 'object') new PartReader(node, NAMES, say);
    this.isByType = this.followsType('value');
  }

  of(side: Side, carried: Carried): string {
    const given = this.given(side);
    const named = given && this.named(given, side, carried);
    return inContext(named ?? this.byStrategy(side, carried), this.config.context);
  }

  /** Whether what is carried names the subject. */
  followsType(side: Side): boolean {
    const given = this.given(side);
    return given === undefined ? this.strategy !== 'topic' : given.kind === 'object';
  }

  /** Tells of names for types that the topic does not carry. */
  refuseOthers(values: readonly { readonly carried: Carried }[]): void {
    const given = this.given('value');
    const types = values.flatMap(({ carried }) => (carried.form === 'type' ? carried.type : []));
    if (given?.kind === 'object') onlyTypes(given, types, this.say);
  }

  /** Tells of a name for keys that have no schema. */
  refuseKey(): void {
    const at = this.node?.kind === 'object' ? keysOf(this.node).get('key') : undefined;
    if (at !== undefined)
      this.say(
        at,
        `The keys of ${this.topic} have no schema, and so no subject: "key" names nothing.`,
      );
  }

  private given(side: Side): JsonNode | undefined {
    return this.node?.kind === 'object' ? this.node.entries.get(side) : undefined;
  }

  private named(given: JsonNode, side: Side, carried: Carried): string {
    const type = carried.form === 'type' ? carried.type : '';
    const node = given.kind === 'object' ? given.entries.get(type) : given;
    const text = stringOf(node);
    if (node === undefined)
      this.say(given.origin, `"${side}" names no subject of ${printCarried(carried)}.`);
    else if (text === undefined || text === '')
      this.say(node.origin, `"${side}" must be the name of a subject.`);
    return text ?? '';
  }

  private byStrategy(side: Side, carried: Carried): string {
    const { strategy, topic } = this;
    if (carried.form === 'file' && strategy !== 'topic')
      this.say(
        carried.origin,
        `The subject of ${carried.file} is named after its type: give its "type" beside the "file" or, if it has no name, name the subject: "subjects": { "${side}": "…" }.`,
      );
    // What has no name can be registered under the topic's only.
    const by = carried.form === 'type' ? strategy : 'topic';
    return subjectName(by, { topic, side, type: carried.form === 'type' ? carried.type : '' });
  }
}
