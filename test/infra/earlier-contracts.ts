/** Frozen: `generated/contracts.ts` as the version wrote it that had a verdict for each pair. */
export const contracts = {
  topics: {
    orders: {
      partitions: 3,
      compatibility: 'NONE',
      config: {},
      value: {
        subject: 'orders-value',
        type: 'shop.Order',
        fingerprint: 'bb0a3c72034e26e7',
        identity: 'eed3b6e563b360f57618a7d0973d4dc872a47dcf56d46193e729b629bb467952',
        version: 'v3',
        retained: ['v1', 'v2', 'v3'],
        reads: {
          v1: {
            v1: 'ok',
            v2: 'ok',
            v3: 'ok',
          },
          v2: {
            v1: "v2 cannot read v1. note: The reader's field note of shop.Order has no default, and the writer does not have the field.",
            v2: 'ok',
            v3: 'ok',
          },
          v3: {
            v1: "v3 cannot read v1. note: The reader's field note of shop.Order has no default, and the writer does not have the field. count: The reader's field count of shop.Order has no default, and the writer does not have the field.",
            v2: "v3 cannot read v2. count: The reader's field count of shop.Order has no default, and the writer does not have the field.",
            v3: 'ok',
          },
        },
      },
      key: 'string',
      sources: {
        'lock.json': 'c2616404214ef302',
        'order.avsc': 'eed3b6e563b360f5',
        'tavro.json': 'bff166c688050540',
      },
    },
    'orders-compacted': {
      partitions: 3,
      compatibility: 'NONE',
      config: {},
      value: {
        subject: 'orders-compacted-value',
        type: 'shop.Order',
        fingerprint: 'bb0a3c72034e26e7',
        identity: 'eed3b6e563b360f57618a7d0973d4dc872a47dcf56d46193e729b629bb467952',
        version: 'v3',
        retained: ['v3'],
        reads: {
          v1: {
            v1: 'ok',
            v2: 'ok',
            v3: 'ok',
          },
          v2: {
            v1: "v2 cannot read v1. note: The reader's field note of shop.Order has no default, and the writer does not have the field.",
            v2: 'ok',
            v3: 'ok',
          },
          v3: {
            v1: "v3 cannot read v1. note: The reader's field note of shop.Order has no default, and the writer does not have the field. count: The reader's field count of shop.Order has no default, and the writer does not have the field.",
            v2: "v3 cannot read v2. count: The reader's field count of shop.Order has no default, and the writer does not have the field.",
            v3: 'ok',
          },
        },
      },
      key: 'string',
      sources: {
        'lock.json': 'c2616404214ef302',
        'order.avsc': 'eed3b6e563b360f5',
        'tavro.json': 'bff166c688050540',
      },
    },
    keyed: {
      partitions: 3,
      compatibility: 'NONE',
      config: {},
      value: {
        subject: 'keyed-value',
        type: 'shop.Click',
        fingerprint: '60313b088f6aea8a',
        identity: '707832a49e9214ecf6dc2e913a8738b8615575986a307463440c73269af56ed2',
        version: 'v1',
        retained: ['v1'],
        reads: {
          v1: {
            v1: 'ok',
          },
        },
      },
      key: {
        subject: 'keyed-key',
        type: 'shop.Key',
        fingerprint: 'b17031699efe3762',
        identity: 'd60dd4da01051556a3f3ce732769836437e9531a3700494c5a24ff86a0e4429a',
        version: 'v2',
        retained: ['v1', 'v2'],
        reads: {
          v1: {
            v1: 'ok',
            v2: 'ok',
          },
          v2: {
            v1: "v2 cannot read v1. note: The reader's field note of shop.Key has no default, and the writer does not have the field.",
            v2: 'ok',
          },
        },
      },
      sources: {
        'click.avsc': '707832a49e9214ec',
        'key.avsc': 'd60dd4da01051556',
        'lock.json': '50398d72605ba0c9',
        'tavro.json': 'bff166c688050540',
      },
    },
    clicks: {
      partitions: 3,
      compatibility: 'BACKWARD',
      config: {},
      value: {
        subject: 'clicks-value',
        type: 'shop.Click',
        fingerprint: '60313b088f6aea8a',
        identity: '707832a49e9214ecf6dc2e913a8738b8615575986a307463440c73269af56ed2',
        version: 'v1',
        retained: ['v1'],
        reads: {
          v1: {
            v1: 'ok',
          },
        },
      },
      key: 'string',
      sources: {
        'click.avsc': '707832a49e9214ec',
        'lock.json': 'd554d2b835400c5f',
        'tavro.json': 'bff166c688050540',
      },
    },
  },
} as const;
