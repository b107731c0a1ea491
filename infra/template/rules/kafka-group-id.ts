import { GROUP_ID } from '../../consumer/group-id.js';
import { mapping } from '../example.js';
import { groupIdOf, kafkaMappings, readsKafka } from '../mappings.js';
import { MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import { isSame, knownText } from '../values.js';

const PATH = 'KafkaEventSourceConfig.ConsumerGroupId';

const groups = (one: string, other: string): ExampleResources => {
  const reader = (id: string): ReturnType<typeof mapping> =>
    mapping({ AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: id } });
  return { One: reader(one), Other: reader(other) };
};

/** A group id that Lambda does not take, or that another mapping has. */
export const kafkaGroupId: TemplateRule = {
  id: 'kafka-group-id',
  why: "Lambda commits offsets under the group id, which must be 1 to 200 of A-Z a-z 0-9 - / * : _ + = . @ and no other mapping's.",
  fix: 'Set ConsumerGroupId to something that no other mapping has, or leave it to Lambda.',
  types: [MAPPING],
  example: {
    refused: groups('clicks', 'clicks'),
    accepted: groups('clicks.page', 'clicks.shop'),
  },
  violation(found, template) {
    const id = readsKafka(found) ? groupIdOf(found) : undefined;
    if (id === undefined) return undefined;
    const path =
      found.properties.SelfManagedKafkaEventSourceConfig === undefined
        ? `AmazonManaged${PATH}`
        : `SelfManaged${PATH}`;
    const text = knownText(id);
    if (text !== undefined && !GROUP_ID.test(text)) return { path, detail: `'${text}'.` };
    // Of two mappings with conditions there may only ever be one.
    const shared = kafkaMappings(template).find(
      (other) =>
        other !== found && other.condition === found.condition && isSame(groupIdOf(other), id),
    );
    return shared && { path, detail: `${shared.name} has it, too.` };
  },
};
