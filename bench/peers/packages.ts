/** Where the packages are that the sides of a benchmark use, their versions, and why one cannot be had. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { confluentDirectory } from '../../test/confluent/install.js';
import { confluentPeer } from '../../test/peers/confluent/confluent.js';
import { CLIENT, ENCODER } from './names.js';

/** A package that is there. */
export interface Found {
  readonly version: string;
  /** Of what to import, where it is no dependency of ours. */
  readonly url?: string;
}

/** A package, or why a side that needs it is left out. */
export type Sought = Found | { readonly missing: string };

const ROOT = join(import.meta.dirname, '..', '..');

/** What is no dependency of ours is where its own installation puts it, which may be done first. */
const ELSEWHERE: Readonly<Record<string, () => Promise<string>>> = {
  [CLIENT]: async () => join(await confluentDirectory(), '../../..'),
  [ENCODER]: confluentPeer,
};

/** What a side of a benchmark is made of. It is left out where one cannot be had, or wants a newer Node. */
export interface WithPackages {
  readonly name: string;
  readonly packages: readonly string[];
}

/** All packages of all sides. */
export function namesOf(sides: readonly WithPackages[]): readonly string[] {
  return [...new Set(sides.flatMap(({ packages }) => packages))];
}

export async function seekPackages(names: readonly string[]): Promise<ReadonlyMap<string, Sought>> {
  const sought = await Promise.all(names.map(async (name) => [name, await seek(name)] as const));
  return new Map(sought);
}

async function seek(name: string): Promise<Sought> {
  try {
    const elsewhere = await ELSEWHERE[name]?.();
    const { version, engines } = manifestOf(elsewhere ?? ROOT, name);
    const wanted = engines?.node;
    if (wanted !== undefined && !isNodeWithin(wanted, process.versions.node)) {
      return {
        missing: `${name} ${version} needs Node ${wanted}; this is ${process.versions.node}`,
      };
    }
    if (elsewhere === undefined) return { version };
    const main = createRequire(join(elsewhere, 'package.json')).resolve(name);
    return { version, url: pathToFileURL(main).href };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { missing: `${name} cannot be had: ${why.split('\n')[0]}` };
  }
}

/** Those of the sides whose packages are there; of the others, why not. */
export function withPackages<Side extends WithPackages>(
  sides: readonly Side[],
  packages: ReadonlyMap<string, Sought>,
): { readonly sides: readonly Side[]; readonly leftOut: readonly (readonly [Side, string])[] } {
  const leftOut = sides.flatMap((side) => {
    const missing = side.packages.flatMap((name) => {
      const sought = packages.get(name);
      return sought !== undefined && 'missing' in sought ? [sought.missing] : [];
    });
    return missing.length === 0 ? [] : [[side, missing.join('; ')] as const];
  });
  const without = new Set(leftOut.map(([side]) => side));
  return { sides: sides.filter((side) => !without.has(side)), leftOut };
}

/** The packages that there are, each with its version. */
export function versionsOf(packages: ReadonlyMap<string, Sought>): string {
  return [...packages]
    .flatMap(([name, sought]) => ('missing' in sought ? [] : [`${name} ${sought.version}`]))
    .join(', ');
}

interface Manifest {
  readonly version: string;
  readonly engines?: { readonly node?: string };
}

/** A package's own, which its `exports` may hide. */
function manifestOf(folder: string, name: string): Manifest {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'node_modules', name, 'package.json');
    // Safe: npm installs nothing without a version.
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    if (dirname(at) === at) throw new Error('it is not installed');
  }
}

/** Whether a version is in a range such as `>=14` or `>= 22.22.0 || >= 24.6.0`: all that there is here. */
export function isNodeWithin(range: string, version: string): boolean {
  return range.split('||').some((one) => {
    const [, least] = /^\s*>=\s*(\d+(?:\.\d+)*)\s*$/.exec(one) ?? [];
    if (least === undefined) return true;
    return least.localeCompare(version, 'en', { numeric: true }) <= 0;
  });
}
