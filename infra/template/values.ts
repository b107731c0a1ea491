/**
 * What is known of a template's values before it is deployed. Whatever a parameter, a condition or another
 * stack decides is unknown, and no rule may refuse it.
 */
import { asObject, at, isDeployTime, isNoValue, type Resource, type Template } from './template.js';

/** Around the name of what only the deployment knows; no template has these characters. */
const HOLE = { start: '\u{E000}', end: '\u{E001}' } as const;
/** `${Name}` and `${Name.Attribute}`, but not `${!Literal}`. */
const SUBSTITUTED = /\$\{([^!}][^}]*)\}/g;

/** A value as text, `Fn::Join` and `Fn::Sub` worked out, with a hole for each part that is not known. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const { 'Fn::Join': join, 'Fn::Sub': sub } = asObject(value);
  if (Array.isArray(join) && typeof join[0] === 'string' && Array.isArray(join[1])) {
    return join[1].map(textOf).join(join[0]);
  }
  if (typeof sub === 'string') return substituted(sub, {});
  if (Array.isArray(sub) && typeof sub[0] === 'string')
    return substituted(sub[0], asObject(sub[1]));
  return hole(nameOf(value));
}

function substituted(pattern: string, values: Readonly<Record<string, unknown>>): string {
  const filled = pattern.replace(SUBSTITUTED, (_, name: string) =>
    Object.hasOwn(values, name) ? textOf(values[name]) : hole(name),
  );
  return filled.replaceAll('${!', '${');
}

function hole(name: string): string {
  return `${HOLE.start}${name}${HOLE.end}`;
}

/** One name for a `Ref`, and for a `Fn::GetAtt` in either of its forms. */
function nameOf(value: unknown): string {
  const { Ref, 'Fn::GetAtt': getAtt } = asObject(value);
  if (typeof Ref === 'string') return Ref;
  if (typeof getAtt === 'string') return getAtt;
  if (Array.isArray(getAtt)) return getAtt.join('.');
  return JSON.stringify(value) ?? '';
}

/** Text that is known to its last character. */
export function knownText(value: unknown): string | undefined {
  if (value === undefined || Array.isArray(value)) return undefined;
  const text = textOf(value);
  return hasHole(text) || text.includes('{{resolve:') ? undefined : text;
}

export function hasHole(text: string): boolean {
  return text.includes(HOLE.start);
}

/** Text with something in place of each hole. */
export function fillHoles(text: string, filling: string): string {
  return text.replace(new RegExp(`${HOLE.start}[^${HOLE.end}]*${HOLE.end}`, 'g'), () => filling);
}

/** A number, also where the template has it as text. */
export function knownNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A switch: the value, what it is where nothing is said, or undefined where it is not known. */
export function flagAt(properties: unknown, path: string, otherwise: boolean): boolean | undefined {
  const value = at(properties, path);
  if (value === undefined) return otherwise;
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

/** A list whose members are known to be its members; undefined where there is none or it is not known. */
export function knownList(value: unknown): readonly unknown[] | undefined {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value) || value.some((entry) => isChoice(entry))) return undefined;
  return value.filter((entry) => !isNoValue(entry));
}

/** What may be there or not, or be several. */
function isChoice(value: unknown): boolean {
  const keys = Object.keys(asObject(value));
  return ['Fn::If', 'Fn::Split', 'Fn::Transform', 'Fn::ForEach'].some((key) => keys.includes(key));
}

/** Logical ids, and names of parameters, that a value mentions at any depth. */
export function mentionedIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const entry of value) collect(entry, found);
    return;
  }
  const { Ref, 'Fn::GetAtt': getAtt, 'Fn::Sub': sub, ...others } = asObject(value);
  if (typeof Ref === 'string') found.add(Ref);
  const attribute: unknown = Array.isArray(getAtt) ? getAtt[0] : getAtt;
  if (typeof attribute === 'string') found.add(firstName(attribute));
  const pattern: unknown = Array.isArray(sub) ? sub[0] : sub;
  if (typeof pattern === 'string') {
    for (const [, name = ''] of pattern.matchAll(SUBSTITUTED)) found.add(firstName(name));
  }
  if (Array.isArray(sub)) collect(sub[1], found);
  for (const inner of Object.values(others)) collect(inner, found);
}

/** `Queue` of `Queue.Arn`. */
function firstName(dotted: string): string {
  return dotted.split('.')[0] ?? dotted;
}

/** The one resource of this template that a value is made of, such as by `Ref`, `Fn::GetAtt` or `Fn::Sub`. */
export function referredTo(value: unknown, template: Template): Resource | undefined {
  if (JSON.stringify(value ?? null).includes('"Fn::If"')) return undefined;
  const [resource, ...others] = resourcesIn(value, template);
  return others.length === 0 ? resource : undefined;
}

/** All resources of this template that a value mentions. */
export function resourcesIn(value: unknown, template: Template): readonly Resource[] {
  return [...mentionedIn(value)].flatMap((id) => template.get(id) ?? []);
}

/** Whether a value is made of what is not of this template, and so may be about anything. */
export function reachesOut(value: unknown, template: Template): boolean {
  const text = JSON.stringify(value ?? null);
  const names = [...mentionedIn(value)];
  return (
    /"Fn::(?:If|ImportValue|Transform)"/.test(text) ||
    names.some((name) => !name.startsWith('AWS::') && !template.has(name))
  );
}

/** Whether two values are certainly the same when deployed. */
export function isSame(one: unknown, other: unknown): boolean {
  return one !== undefined && textOf(one) === textOf(other);
}

/** Whether a value is neither absent nor known. */
export function isUnknown(value: unknown): boolean {
  return isDeployTime(value) || (typeof value === 'string' && value.includes('{{resolve:'));
}
