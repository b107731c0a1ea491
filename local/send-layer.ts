import type { TransactionalSession, Transport } from '../producer/index.js';

export type Send = Transport['send'];

/** What sends are replaced by, by themselves and inside of a transaction. */
export type SendLayer = (send: Send, inside: 'transaction' | undefined) => Send;

/** A transport whose sends go through a layer; all else is as it was. */
export function withSends(transport: Transport, layer: SendLayer): Transport {
  return {
    name: transport.name,
    connect: () => transport.connect(),
    partitions: (topic, limit) => transport.partitions(topic, limit),
    send: layer((to, messages, limit) => transport.send(to, messages, limit), undefined),
    disconnect: () => transport.disconnect(),
    ...withSessions(transport, (session) => ({
      ...session,
      send: layer(session.send, 'transaction'),
    })),
  };
}

/** The transactions of a transport, each session of which is replaced; none where there are none. */
export function withSessions(
  transport: Transport,
  replace: (session: TransactionalSession) => TransactionalSession,
): Pick<Transport, 'transactional'> {
  const open = transport.transactional?.bind(transport);
  if (open === undefined) return {};
  return {
    transactional: (own) => {
      const session = open(own);
      return replace({
        claim: (limit) => session.claim(limit),
        begin: (limit) => session.begin(limit),
        send: (to, messages, limit) => session.send(to, messages, limit),
        sendOffsets: (offsets, limit) => session.sendOffsets(offsets, limit),
        commit: (limit) => session.commit(limit),
        abort: (limit) => session.abort(limit),
        close: () => session.close(),
      });
    },
  };
}
