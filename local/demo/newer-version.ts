import { fingerprintOf } from '../../runtime/avro.js';
import { createCodec } from '../../runtime/generated-code.js';
import type { Codec } from '../../runtime/index.js';
import * as read from '../../runtime/wire/read.js';
import * as write from '../../runtime/wire/write.js';

/** What the newer version has more, and takes null for. */
export interface Campaign {
  readonly campaign: string | null;
}

const FIELD = { name: 'campaign', type: ['null', 'string'], default: null };

/**
 * A record's codec as the generator would print it for a version with one field more at its end.
 * Made at run time, since the demo has code of one version only.
 */
export function withCampaign<Read, Write>(
  codec: Codec<Read, Write>,
): Codec<Read & Campaign, Write & Campaign> {
  const { fields, ...rest }: { fields: readonly unknown[] } = JSON.parse(codec.schema);
  const schema = JSON.stringify({ ...rest, fields: [...fields, FIELD] });
  return createCodec<Read & Campaign, Write & Campaign>({
    name: codec.name,
    schema,
    fingerprint: fingerprintOf(schema),
    write(value) {
      codec.write(value);
      write.stringOrNull(value.campaign, 0);
    },
    read: () => ({ ...codec.read(), campaign: read.stringOrNull(0) }),
  });
}
