/** Modules of a project's own that `tavro.json` names: generated code imports them, so they must be there. */
import { basename, dirname, extname, join } from 'node:path';
import { didYouMean } from '../../runtime/nearest-name.js';
import { isThere, namesIn } from '../disk/directory.js';
import { placeOf, printPlace } from '../model/source-text.js';
import type { Config } from './config/config.js';

/** Endings of what a compiler makes an ending of; first what nobody compiles. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.js', '.ts', '.tsx', '.d.ts'],
  '.jsx': ['.jsx', '.tsx'],
  '.mjs': ['.mjs', '.mts', '.d.mts'],
  '.cjs': ['.cjs', '.cts', '.d.cts'],
};
/** What may stand for a module without an ending; a folder may, too. */
const BARE = ['', ...Object.values(SOURCES).flat()];

/** Each that is not there with its place and, where there is one, the file that was meant. */
export function moduleErrors(config: Config): string[] {
  return config.modules.flatMap(({ key, module, origin }) => {
    if (!isOwn(module) || fileOf(config, module) !== undefined) return [];
    const meant = didYouMean(module, likeIn(config, module));
    return `${printPlace(placeOf(origin))}: error MODULE_UNKNOWN: "${key}" names ${module}, and from the folder of tavro.json there is no such file, nor one that it is compiled from.${meant}`;
  });
}

/** The files that there are of them. */
export function moduleFiles(config: Config): readonly string[] {
  return config.modules.flatMap(({ module }) =>
    isOwn(module) ? (fileOf(config, module) ?? []) : [],
  );
}

/** Packages are for whoever installs them to find. */
function isOwn(module: string): boolean {
  return module.startsWith('.');
}

function fileOf(config: Config, module: string): string | undefined {
  const path = join(dirname(config.file), module);
  const ending = extname(path);
  const sources = SOURCES[ending];
  const stem = sources === undefined ? path : path.slice(0, -ending.length);
  return (sources ?? BARE).map((one) => stem + one).find(isThere);
}

/** What the module's folder has, named as the module is. */
function likeIn(config: Config, module: string): string[] {
  const ending = extname(module);
  const sources = SOURCES[ending] ?? [];
  return namesIn(dirname(join(dirname(config.file), module))).flatMap((name) => {
    const source = [...sources].reverse().find((one) => name.endsWith(one));
    const as = source === undefined ? name : name.slice(0, -source.length) + ending;
    const isLike = source !== undefined || sources.length === 0;
    return isLike ? [module.slice(0, -basename(module).length) + as] : [];
  });
}
