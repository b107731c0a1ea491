/**
 * Topics and the subjects that they are explicitly associated with.
 * Source: `AssociationsResource` and `Errors` of confluentinc/schema-registry. What it does with
 * strong and frozen associations, and with schemas in requests, is not documented for certain: those
 * are refused by name.
 */
import { asObject } from '../../runtime/registry/http.js';
import { faults } from './fault.js';
import { parseSubject, printSubject } from './qualified-subject.js';
import type { Association } from './state.js';
import type { RegistryStore } from './store.js';

/** Most associations of a registry. */
export const MAX_ASSOCIATIONS = 100_000;
const RESOURCE_TYPE = 'topic';
const ASSOCIATION_TYPES: readonly unknown[] = ['key', 'value'];

/** What a request says of one resource. */
export interface AssociationRequest {
  readonly body: Readonly<Record<string, unknown>>;
  /** The context that bare subjects are of. */
  readonly context: string;
  /** Whether an association may take the place of another. */
  readonly isUpdate: boolean;
  readonly isDryRun: boolean;
}

/**
 * Checks all, then keeps all; answers what is kept. What takes the place of another counts for nothing.
 * @throws Fault 40902, 40903, 40907, 42212
 */
export function associate(store: RegistryStore, request: AssociationRequest): Association[] {
  const wanted = readAssociations(request);
  let added = 0;
  for (const one of wanted) {
    const subject = parseSubject(one.subject);
    if (store.versions(subject).length === 0) throw faults.noActiveVersion(one.subject);
    const known = store.associations.get(keyOf(one));
    if (known === undefined) added++;
    const isOther = known !== undefined && known.subject !== one.subject;
    if (isOther && !request.isUpdate)
      throw faults.associationExists(one.associationType, one.resourceId);
  }
  if (added > 0 && store.associations.size + added > MAX_ASSOCIATIONS)
    throw faults.tooManyAssociations(MAX_ASSOCIATIONS);
  if (!request.isDryRun) for (const one of wanted) store.associations.set(keyOf(one), one);
  return wanted;
}

/** Forgets those of a resource; of all types where none is given. @throws Fault 40410 */
export function dissociate(
  store: RegistryStore,
  resourceId: string,
  { types, isDryRun }: { readonly types: readonly string[]; readonly isDryRun: boolean },
): void {
  const found = [...store.associations].filter(
    ([, one]) =>
      one.resourceId === resourceId && (types.length === 0 || types.includes(one.associationType)),
  );
  if (found.length === 0) throw faults.associationNotFound(resourceId);
  if (!isDryRun) for (const [key] of found) store.associations.delete(key);
}

function keyOf({ resourceId, associationType }: Association): string {
  return `${associationType}\n${resourceId}`;
}

function readAssociations({ body, context }: AssociationRequest): Association[] {
  const text = (name: string): string => {
    const value = body[name];
    if (typeof value === 'string' && value !== '') return value;
    throw faults.invalidAssociation(name, 'cannot be null or empty');
  };
  const { resourceType = RESOURCE_TYPE, associations } = body;
  if (resourceType !== null && resourceType !== '' && resourceType !== RESOURCE_TYPE)
    throw faults.invalidAssociation('resourceType', `must be '${RESOURCE_TYPE}'`);
  if (!Array.isArray(associations) || associations.length === 0)
    throw faults.invalidAssociation('associations', 'cannot be null or empty');
  const resource = {
    resourceName: text('resourceName'),
    resourceNamespace: text('resourceNamespace'),
    resourceId: text('resourceId'),
    resourceType: RESOURCE_TYPE,
  };
  const read = associations.map((one: unknown) => readOne(asObject(one), context));
  const types = new Set(read.map(({ associationType }) => associationType));
  // The last would be kept, and the answer say that each is.
  if (types.size < read.length)
    throw faults.invalidAssociation('associationType', 'is that of another in this request');
  return read.map((one) => ({ ...resource, ...one }));
}

function readOne(
  { subject, associationType = 'value', lifecycle, frozen, schema }: Record<string, unknown>,
  context: string,
): Pick<Association, 'subject' | 'associationType' | 'lifecycle' | 'frozen'> {
  if (typeof subject !== 'string' || subject === '')
    throw faults.invalidAssociation('subject', 'cannot be null or empty');
  if (!ASSOCIATION_TYPES.includes(associationType))
    throw faults.invalidAssociation('associationType', "must be 'key' or 'value'");
  const isWeak = lifecycle === undefined || lifecycle === null || lifecycle === 'WEAK';
  if (!isWeak)
    throw faults.invalidAssociation('lifecycle', 'must be WEAK: this registry has no others');
  if (frozen === true) throw faults.invalidAssociation('frozen', 'this registry freezes none');
  if (schema !== undefined && schema !== null)
    throw faults.invalidAssociation('schema', 'register it under the subject first');
  return {
    subject: printSubject(parseSubject(subject, context)),
    associationType: String(associationType),
    lifecycle: 'WEAK',
    frozen: false,
  };
}
