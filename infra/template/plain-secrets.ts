/**
 * Tells a secret from the name of one. What is only known at deployment, or stands for something else, is none.
 */
import { SCRAM_SECRET_PREFIX } from '../access/scram-users.js';
import { fillHoles, hasHole, textOf } from './values.js';

/** Names of values that are secret. */
const SECRET_NAME =
  /(?:SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?|JAAS_?CONFIG|(?:^|[_.-])(?:PASS|PWD))$/i;
/** Names of values that may as well be the name of a secret, in a store of secrets. */
const MAY_BE_A_NAME = /(?:SECRET|CREDENTIALS?|TOKEN|API_?KEY)$/i;
/** A number of tokens, not one. */
const COUNT = /^\d{1,5}$/;
/** `DbSecret`. */
const CAMEL_CASE = /^(?:[A-Z][a-z]+){2,}$/;

/** `scheme://user:password@host`. */
const URL_PASSWORD = /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/gi;
/** `password="…"` of a JAAS entry, and `Password=…;` of a connection string. */
const ASSIGNED_PASSWORD =
  /(?:^|[\s;,&?])(?:password|passwd|pwd)\s*=\s*("[^"]*"|'[^']*'|[^\s;,&]+)/gi;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** What people put where the value is to come later. */
const PLACEHOLDER =
  /^(?:|\*+|x+|\.+|-+|<.*>|\$\{?\w+\}?|\{\{.*\}\}|change[-_ ]?me|change[-_ ]?it|replace[-_ ]?me|fill[-_ ]?(?:me[-_ ]?)?in|set[-_ ]?me|not[-_ ]?set|to[-_ ]?be[-_ ]?set|placeholder|dummy|example|todo|tbd|none|null|undefined|n\/a)$/i;
/** Answers to a question, such as whether a key is required. */
const ANSWER =
  /^(?:true|false|yes|no|on|off|enabled|disabled|required|optional|always|never|include|omit|same-origin|0|1)$/i;
/** `rds!cluster-…`: a secret that a service keeps, which begins with the service's name. */
const NAMED_BY_SERVICE = /^[a-z][a-z-]*!(?:db|cluster)-[0-9a-f-]{36}/;
/** `prod/db`, `/prod/db/password`: parts of words, as people name things. */
const PATH_OF_WORDS = /^\/?[\w.@-]+(?:\/[\w.@-]+)+\/?$/;
const WORD = /^(?:[a-z]+\d{0,4}|[A-Z]+\d{0,4}|\d{1,4}|[a-z]*(?:[A-Z]+[a-z]+)+\d{0,4})$/;

/** What a hole is taken for in the text around it: never a secret. */
const UNKNOWN = '<unknown>';

/** Whether the value of a setting is a secret for everybody to read. */
export function isPlainSecret(name: string, value: unknown): boolean {
  const text = textOf(value);
  const filled = fillHoles(text, UNKNOWN);
  if (holdsPassword(filled)) return true;
  if (hasHole(text) || !SECRET_NAME.test(name)) return false;
  return !standsForAnother(name, filled.trim());
}

/** Whether a text, whatever its name, has a password in it. */
export function holdsPassword(text: string): boolean {
  if (PRIVATE_KEY.test(text)) return true;
  const passwords = [...text.matchAll(URL_PASSWORD), ...text.matchAll(ASSIGNED_PASSWORD)].map(
    ([, password = '']) => password.replace(/^["']|["']$/g, ''),
  );
  if (passwords.some((password) => !isPlaceholder(password))) return true;
  return secretEntries(text).length > 0;
}

/** The entries of a JSON object that are secrets, by their names. */
function secretEntries(text: string): readonly string[] {
  const object = asJsonObject(text);
  if (object === undefined) return [];
  return Object.entries(object).flatMap(([name, value]) =>
    typeof value === 'string' && isPlainSecret(name, value) ? [name] : [],
  );
}

export function asJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text) || text.includes(UNKNOWN);
}

/** Whether it is the name or place of a secret, an answer, or nothing yet. */
function standsForAnother(name: string, text: string): boolean {
  if (isPlaceholder(text) || ANSWER.test(text) || text.includes('{{resolve:')) return true;
  if (/^(?:arn:|https?:\/\/|s3:\/\/|file:)/.test(text)) return true;
  if (text.startsWith(SCRAM_SECRET_PREFIX) || NAMED_BY_SERVICE.test(text)) return true;
  // An object's secret entries were looked for already.
  if (asJsonObject(text) !== undefined) return true;
  if (PATH_OF_WORDS.test(text)) return isOfWords(text);
  if (!MAY_BE_A_NAME.test(name)) return false;
  return COUNT.test(text) || CAMEL_CASE.test(text) || (/[-_.]/.test(text) && isOfWords(text));
}

function isOfWords(text: string): boolean {
  return text.split(/[/\-_.@]/).every((part) => part === '' || WORD.test(part));
}
