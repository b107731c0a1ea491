/**
 * By which names the registry may be called. A page of another site can make its own name lead to this
 * machine (DNS rebinding), and would then read and write as if it were ours; `Host` shows that name.
 */
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

export class HostNames {
  private readonly given: ReadonlySet<string>;
  private readonly takesAddresses: boolean;

  /**
   * @param listening the address that the server listens on, which is a name of it too
   * @param more further names, such as that of a container
   */
  constructor(listening: string, more: readonly string[] = []) {
    this.given = new Set([listening, ...more].map((name) => name.toLowerCase()));
    // Whoever listens everywhere has an address that nobody can tell beforehand. No page has it for a name.
    this.takesAddresses = WILDCARDS.has(listening);
  }

  /** Whether a `Host` header names this server; its port may be any, as behind a mapped one. */
  has(header: string | undefined): boolean {
    const [, bracketed, plain] =
      /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::\d*)?$/i.exec(header?.trim().toLowerCase() ?? '') ?? [];
    const name = bracketed ?? plain?.replace(/\.$/, '');
    if (name === undefined) return false;
    if (this.given.has(name) || name === 'localhost' || name.endsWith('.localhost')) return true;
    const version = isIP(name);
    if (version === 0) return false;
    return this.takesAddresses || LOOPBACK.check(name, version === 6 ? 'ipv6' : 'ipv4');
  }
}
