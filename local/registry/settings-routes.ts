import type { Context } from 'hono';
import { DEFAULT_LEVEL } from '../../runtime/registry/levels.js';
import { settingsAnswer } from './answer.js';
import { faults } from './fault.js';
import { isSettingsTarget, printSubject, type QualifiedSubject } from './qualified-subject.js';
import { bodyOf, contextOf, flag, subjectOf } from './request.js';
import type { Registry, Route } from './route.js';
import { DEFAULT_MODE, readLevel } from './settings.js';
import { MODES, type Mode } from './state.js';

/** Levels and modes, of one subject or, without one in the path, of the whole context. */
export function settingsRoutes(registry: Registry): Route[] {
  return ['', '/:subject'].flatMap((subject): Route[] => [
    ['GET', `/config${subject}`, (c) => getSettings(registry, c)],
    ['PUT', `/config${subject}`, (c) => putSettings(registry, c)],
    ['DELETE', `/config${subject}`, (c) => deleteSettings(registry, c)],
    ['GET', `/mode${subject}`, (c) => getMode(registry, c)],
    ['PUT', `/mode${subject}`, (c) => putMode(registry, c)],
    ['DELETE', `/mode${subject}`, (c) => deleteMode(registry, c)],
  ]);
}

/** What the path speaks of: a subject, or the context of the path. */
function targetOf(c: Context): QualifiedSubject {
  return c.req.param('subject') === undefined ? { context: contextOf(c), name: '' } : subjectOf(c);
}

/** All of the default context always has a level and a mode. */
function isTop(target: QualifiedSubject): boolean {
  return printSubject(target) === '';
}

function getSettings({ store }: Registry, c: Context): Response {
  const target = targetOf(c);
  if (flag(c, 'defaultToGlobal')) return c.json(settingsAnswer(store.settings.inScope(target)));
  const own = store.settings.own(target);
  if (own !== undefined) return c.json(settingsAnswer(own));
  if (!isTop(target)) throw faults.levelNotConfigured(printSubject(target));
  return c.json({ compatibilityLevel: DEFAULT_LEVEL });
}

async function putSettings({ store }: Registry, c: Context): Promise<Response> {
  const target = targetOf(c);
  const body = await bodyOf(c);
  if (!isSettingsTarget(target)) throw faults.invalidSubject(printSubject(target));
  const { compatibility, compatibilityLevel: _, ...others } = body;
  const level = readLevel(compatibility);
  if (compatibility !== undefined && compatibility !== null && level === undefined) {
    throw faults.invalidLevel();
  }
  store.settings.update(target, {
    ...others,
    ...(compatibility !== undefined && { compatibilityLevel: level ?? null }),
  });
  // All that is set now, not only what was sent.
  const { compatibilityLevel, ...kept } = store.settings.own(target) ?? {};
  return c.json({ compatibility: compatibilityLevel, ...kept });
}

function deleteSettings({ store }: Registry, c: Context): Response {
  const target = targetOf(c);
  const old = store.settings.remove(target);
  if (old !== undefined) return c.json(settingsAnswer(old));
  if (!isTop(target)) throw faults.subjectNotFound(printSubject(target));
  return c.json({ compatibilityLevel: DEFAULT_LEVEL });
}

function getMode({ store }: Registry, c: Context): Response {
  const target = targetOf(c);
  const inScope = flag(c, 'defaultToGlobal');
  const mode = inScope ? store.settings.modeInScope(target) : store.settings.ownMode(target);
  if (mode === undefined && !isTop(target)) throw faults.modeNotConfigured(printSubject(target));
  return c.json({ mode: mode ?? DEFAULT_MODE });
}

async function putMode({ store }: Registry, c: Context): Promise<Response> {
  const target = targetOf(c);
  const body = await bodyOf(c);
  if (!isSettingsTarget(target)) throw faults.invalidSubject(printSubject(target));
  // null takes the mode back.
  const mode = body.mode === null ? undefined : readMode(body.mode);
  if (mode === 'IMPORT' && store.settings.modeInScope(target) !== 'IMPORT' && !flag(c, 'force')) {
    clearForImport({ store }, target);
  }
  store.settings.setMode(target, mode);
  return c.json({ mode: mode ?? null });
}

/** Importing brings its own ids: nothing may be there, and what was deleted goes for good. */
function clearForImport({ store }: Pick<Registry, 'store'>, target: QualifiedSubject): void {
  const isAll = isTop(target);
  const versions = (isAll ? store.contexts() : [target.context])
    .flatMap((context) => store.inContext(context))
    .filter(({ subject }) => isAll || target.name === '' || subject === printSubject(target));
  if (versions.some(({ deleted }) => !deleted)) {
    throw faults.notPermitted('Cannot import since found existing subjects');
  }
  const referred = versions.find((version) => store.referrers(version).length > 0);
  if (referred !== undefined) throw faults.referenceExists(referred.subject, referred.version);
  store.remove(versions);
}

function deleteMode({ store }: Registry, c: Context): Response {
  const target = targetOf(c);
  const recursive = flag(c, 'recursive') && target.name === '';
  const mode = store.settings.ownMode(target);
  if (mode === undefined && !recursive && !isTop(target)) {
    throw faults.subjectNotFound(printSubject(target));
  }
  store.settings.setMode(target, undefined);
  if (recursive) store.settings.removeModesWithin(target.context);
  return c.json({ mode: mode ?? (isTop(target) ? DEFAULT_MODE : null) });
}

function readMode(text: unknown): Mode {
  const mode = MODES.find((known) => typeof text === 'string' && known === text.toUpperCase());
  if (mode === undefined) throw faults.invalidMode();
  return mode;
}
