/** Shapes of events that are measured: schemas are in `bench/schemas`, values are made here. */

/** A seeded source of values: every run measures the same ones. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1); mulberry32. */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number below `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  list<T>(length: number, item: () => T): T[] {
    return Array.from({ length }, item);
  }

  text(length: number, alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'): string {
    return this.list(length, () => alphabet[this.below(alphabet.length)]).join('');
  }

  /** A snowflake-like id: over 32 bits, within 2^53, since avsc takes no more by default. */
  id(): bigint {
    return BigInt(2 ** 51 + this.below(2 ** 51));
  }

  date(): Date {
    return new Date(1_700_000_000_000 + this.below(50_000_000_000));
  }

  single(): number {
    return Math.fround(this.fraction() * 200 - 100);
  }

  double(): number {
    return this.fraction() * 360 - 180;
  }
}

export interface Shape {
  readonly file: string;
  /** Full name of the type. */
  readonly type: string;
  readonly what: string;
  value(random: Random): unknown;
}

const CITIES = ['Utrecht', 'Portland', 'São Paulo', 'Nairobi', 'Osaka', 'Łódź'] as const;
const LATIN = [
  'the',
  'event',
  'of',
  'stream',
  'record',
  'that',
  'schema',
  'reads',
  'when',
] as const;
const MIXED = [
  'être',
  'für',
  'naïve',
  'Größe',
  'событие',
  'запись',
  '数据',
  '流',
  'ありがとう',
  '🚀',
] as const;

function words(r: Random, count: number, foreign: number): string {
  return r.list(count, () => (r.chance(foreign) ? r.pick(MIXED) : r.pick(LATIN))).join(' ');
}

function orUndefined<T>(r: Random, probability: number, make: () => T): T | undefined {
  return r.chance(probability) ? make() : undefined;
}

export const SHAPES: readonly Shape[] = [
  {
    file: 'user_click',
    type: 'bench.UserClick',
    what: "the tutorial's three fields",
    value: (r) => ({
      user_id: `user-${r.below(100_000)}`,
      url: `https://example.com/${r.pick(['shop', 'help', 'blog'])}/${r.text(6 + r.below(16))}`,
      timestamp: r.date(),
    }),
  },
  {
    file: 'order',
    type: 'bench.Order',
    what: 'arrays, maps, unions, nested records',
    value: order,
  },
  { file: 'telemetry', type: 'bench.Telemetry', what: 'float and double arrays', value: telemetry },
  { file: 'wide', type: 'bench.Wide', what: '100 nullable fields, half null', value: wide },
  {
    file: 'tree',
    type: 'bench.Tree',
    what: 'recursion, 31 nodes, 5 deep',
    value: (r) => tree(r, 5),
  },
  { file: 'ledger', type: 'bench.Ledger', what: '64-bit ids and decimals', value: ledger },
  {
    file: 'article',
    type: 'bench.Article',
    what: 'text, a third non-ASCII',
    value: (r) => ({
      id: r.text(24),
      language: r.pick(['en', 'fr', 'ru', 'zh']),
      title: words(r, 6, 0.3),
      author: words(r, 2, 0.5),
      summary: words(r, 30, 0.3),
      body: r.list(6, () => words(r, 60, r.chance(0.5) ? 0 : 0.3)),
      keywords: r.list(8, () => words(r, 1, 0.3)),
      published_at: r.date(),
    }),
  },
  { file: 'alert', type: 'bench.Alert', what: "a survey alert, astronomy's size", value: alert },
  { file: 'access_log', type: 'bench.AccessLog', what: 'short strings and maps', value: accessLog },
];

function order(r: Random): unknown {
  const address = () => ({
    name: `${r.text(6)} ${r.text(9)}`,
    street: `${r.text(10)} ${r.below(300)}`,
    city: r.pick(CITIES),
    zip: r.text(5, '0123456789'),
    country: r.pick(['NL', 'US', 'BR', 'KE', 'JP', 'PL']),
    phone: orUndefined(r, 0.5, () => `+${r.text(11, '0123456789')}`),
  });
  return {
    order_id: r.text(26, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
    customer_id: BigInt(r.below(10_000_000)),
    placed_at: r.date(),
    status: r.pick(['NEW', 'PAID', 'SHIPPED', 'DELIVERED', 'RETURNED']),
    lines: r.list(1 + r.below(6), () => ({
      sku: `SKU-${r.text(8)}`,
      quantity: 1 + r.below(9),
      price: Math.round(r.fraction() * 10_000) / 100,
      discount: orUndefined(r, 0.3, () => r.fraction()),
      tags: r.list(r.below(4), () => r.text(3 + r.below(6))),
    })),
    shipping: address(),
    billing: orUndefined(r, 0.3, address),
    payment: r.chance(0.6)
      ? {
          case: 'Card',
          value: { last4: r.text(4, '0123456789'), network: 'VISA', expires: 202_900 },
        }
      : {
          case: 'Transfer',
          value: { iban: `NL${r.text(16, '0123456789')}`, reference: r.text(10) },
        },
    attributes: Object.fromEntries(r.list(4, () => [`attr_${r.text(5)}`, r.text(4 + r.below(12))])),
    note: orUndefined(r, 0.2, () => words(r, 12, 0.1)),
    total: Math.round(r.fraction() * 100_000) / 100,
    gift: r.chance(0.1),
  };
}

function telemetry(r: Random): unknown {
  return {
    device: `dev-${r.text(8)}`,
    sequence: BigInt(r.below(1_000_000_000)),
    measured_at: r.date(),
    temperature: r.single(),
    pressure: r.double(),
    humidity: r.single(),
    battery: r.below(101),
    acceleration: r.list(96, () => r.single()),
    spectrum: r.list(64, () => r.double()),
    counters: r.list(32, () => r.below(r.chance(0.5) ? 100 : 1_000_000)),
    valid: true,
  };
}

function wide(r: Random): unknown {
  const kinds = [
    () => r.text(4 + r.below(20)),
    () => BigInt(r.below(1_000_000_000)),
    () => r.double(),
    () => r.below(100_000),
    () => r.chance(0.5),
  ];
  return Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [
      `field_${String(i).padStart(2, '0')}`,
      r.chance(0.5) ? null : kinds[i % kinds.length]?.(),
    ]),
  );
}

function tree(r: Random, depth: number): unknown {
  const child = () => (depth > 1 ? tree(r, depth - 1) : null);
  return { label: r.text(3 + r.below(10)), weight: r.below(1000), left: child(), right: child() };
}

function ledger(r: Random): unknown {
  const amount = () => `${r.below(10_000_000) - 5_000_000}.${r.text(4, '0123456789')}`;
  return {
    entry_id: r.id(),
    account_id: r.id(),
    counterparty_id: r.id(),
    amount: amount(),
    balance: amount(),
    fee: `0.${r.text(4, '0123456789')}`,
    booked_at: r.date(),
    sequence: BigInt(r.below(1_000_000)),
    currency: r.pick(['EUR', 'USD', 'JPY']),
    reversal_of: orUndefined(r, 0.1, () => r.id()),
  };
}

function alert(r: Random): unknown {
  const parts = ['psf_', 'ap_', 'trail_', 'dipole_'];
  const measures = ['flux', 'flux_err', 'chi2', 'ra', 'dec'];
  const source = () => ({
    source_id: r.id(),
    visit: r.id(),
    detector: r.below(189),
    object_id: orUndefined(r, 0.8, () => r.id()),
    mjd: 60_000 + r.fraction() * 1000,
    ra: r.double(),
    dec: r.double(),
    x: r.single(),
    y: r.single(),
    snr: r.single(),
    band: r.pick(['u', 'g', 'r', 'i', 'z', 'y']),
    ...Object.fromEntries(
      parts.flatMap((part) =>
        measures.flatMap((measure) => [
          [`${part}${measure}`, r.chance(0.9) ? r.single() : null],
          [`${part}${measure}_template`, r.chance(0.4) ? r.single() : null],
        ]),
      ),
    ),
    ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`flag_${i}`, r.chance(0.1)])),
    ...Object.fromEntries(
      Array.from({ length: 6 }, (_, i) => [`ndata_${i}`, r.chance(0.7) ? r.below(400) : null]),
    ),
  });
  return {
    alert_id: r.id(),
    issued_at: r.date(),
    source: source(),
    previous: r.list(6, source),
    forced: r.list(12, () => ({
      forced_id: r.id(),
      visit: r.id(),
      mjd: 60_000 + r.fraction() * 1000,
      flux: r.single(),
      flux_err: r.single(),
      band: r.pick(['u', 'g', 'r', 'i', 'z', 'y']),
    })),
    object: {
      object_id: r.id(),
      ra: r.double(),
      dec: r.double(),
      mjd_start: 60_000.5,
      sources: r.below(100),
      ...Object.fromEntries(
        ['g', 'r', 'i'].flatMap((band) =>
          ['mean', 'sigma', 'chi2', 'min', 'max', 'slope'].map((s) => [`${band}_${s}`, r.single()]),
        ),
      ),
    },
    cutout: Uint8Array.from({ length: 900 }, () => r.below(256)),
  };
}

function accessLog(r: Random): unknown {
  return {
    method: r.pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD']),
    path: `/api/v2/${r.pick(['users', 'orders', 'carts'])}/${r.below(100_000)}`,
    status: r.pick([200, 201, 204, 301, 404, 500]),
    bytes: BigInt(r.below(2_000_000)),
    duration_ms: r.below(2000),
    client_ip: r.list(4, () => r.below(256)).join('.'),
    user_agent: `Mozilla/5.0 (${r.pick(['X11; Linux x86_64', 'Macintosh', 'Windows NT 10.0'])}) Gecko/${r.below(200)}.0`,
    referer: orUndefined(r, 0.5, () => `https://example.com/${r.text(12)}`),
    request_id: r.text(32, '0123456789abcdef'),
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip, br',
      'cache-control': r.pick(['no-cache', 'max-age=0']),
      host: 'api.example.com',
      'x-trace': r.text(16, '0123456789abcdef'),
    },
    query: { page: [String(r.below(50))], tag: r.list(r.below(3), () => r.text(5)) },
    at: r.date(),
  };
}
