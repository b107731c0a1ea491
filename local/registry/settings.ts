/** Levels and modes: what is set for a subject, its context, or everything. */
import {
  COMPATIBILITY_LEVELS,
  type CompatibilityLevel,
  DEFAULT_LEVEL,
} from '../../runtime/registry/levels.js';
import { faults } from './fault.js';
import {
  contextPrefix,
  GLOBAL_CONTEXT,
  parseSubject,
  printSubject,
  type QualifiedSubject,
} from './qualified-subject.js';
import type { Mode, Settings, State } from './state.js';

export const DEFAULT_MODE: Mode = 'READWRITE';

export interface SettingsStore {
  /** What is set for exactly this target. */
  own(target: QualifiedSubject): Settings | undefined;
  /** What holds for a target: its own settings over its context's over those for all. */
  inScope(target: QualifiedSubject): Settings & { readonly compatibilityLevel: CompatibilityLevel };
  /** Sets what is given; null takes a setting back. */
  update(target: QualifiedSubject, change: Readonly<Record<string, unknown>>): void;
  /** Answers what was set. */
  remove(target: QualifiedSubject): Settings | undefined;
  ownMode(target: QualifiedSubject): Mode | undefined;
  modeInScope(target: QualifiedSubject): Mode;
  setMode(target: QualifiedSubject, mode: Mode | undefined): void;
  /** Removes the modes of all subjects of a context. */
  removeModesWithin(context: string): void;
  /** Removes settings and mode of a subject that is gone. */
  forget(subject: QualifiedSubject): void;
  /** @throws Fault 42205 in a read-only mode */
  requireWritable(subject: QualifiedSubject): void;
}

export function createSettings({ settings, modes }: State): SettingsStore {
  const ownMode = (target: QualifiedSubject): Mode | undefined =>
    modes.get('') === 'READONLY_OVERRIDE' ? 'READONLY_OVERRIDE' : modes.get(printSubject(target));
  const modeInScope = (target: QualifiedSubject): Mode =>
    scopes(target)
      .map(ownMode)
      .find((mode) => mode !== undefined) ?? DEFAULT_MODE;

  return {
    own: (target) => settings.get(printSubject(target)),
    inScope(target) {
      const narrowestLast = scopes(target).reverse();
      const merged: Settings = Object.assign(
        {},
        ...narrowestLast.map((scope) => settings.get(printSubject(scope))),
      );
      return {
        ...merged,
        compatibilityLevel: readLevel(merged.compatibilityLevel) ?? DEFAULT_LEVEL,
      };
    },
    update(target, change) {
      const key = printSubject(target);
      const given = Object.entries({ ...settings.get(key), ...change });
      settings.set(key, Object.fromEntries(given.filter(([, value]) => value !== null)));
    },
    remove(target) {
      const old = settings.get(printSubject(target));
      settings.delete(printSubject(target));
      return old;
    },
    ownMode,
    modeInScope,
    setMode(target, mode) {
      if (mode === undefined) modes.delete(printSubject(target));
      else modes.set(printSubject(target), mode);
    },
    removeModesWithin(context) {
      for (const key of [...modes.keys()]) {
        if (key.startsWith(contextPrefix(context)) && parseSubject(key).context === context) {
          modes.delete(key);
        }
      }
    },
    forget(subject) {
      settings.delete(printSubject(subject));
      modes.delete(printSubject(subject));
    },
    requireWritable(subject) {
      if (modeInScope(subject).startsWith('READONLY')) {
        const name = printSubject(subject);
        throw faults.notPermitted(
          `Subject ${name} in context ${subject.context} is in read-only mode`,
        );
      }
    },
  };
}

/** From the target outwards: itself, its context, and what holds for all contexts. */
function scopes(target: QualifiedSubject): QualifiedSubject[] {
  const context = { ...target, name: '' };
  const all = { context: GLOBAL_CONTEXT, name: '' };
  return target.name === '' ? [context, all] : [target, context, all];
}

/** A level in any case. */
export function readLevel(text: unknown): CompatibilityLevel | undefined {
  if (typeof text !== 'string') return undefined;
  return COMPATIBILITY_LEVELS.find((level) => level === text.toUpperCase());
}
