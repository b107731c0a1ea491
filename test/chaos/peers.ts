/** Packages that are no dependency of ours, for the transports that send through them. */
import { confluentDirectory } from '../confluent/install.js';

const PEERS: Readonly<Record<string, () => Promise<void>>> = {
  async confluent() {
    process.env.TAVRO_CONFLUENT_PEER = await confluentDirectory();
    // From here on it is found by its name.
    await import(new URL('../confluent/peer.mjs', import.meta.url).href);
  },
};

/** Makes what a transport sends through known to this process, and installs it before. */
export async function providePeer(transport: string): Promise<void> {
  await PEERS[transport]?.();
}
