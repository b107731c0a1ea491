/** All that `tavro.json` may say, in the order in which it is told. */
import type { Json } from '../../runtime/json.js';
import type { Form, Setting } from '../project/config/setting.js';

/** A form with the way to it, such as `topics.<topic>.subjects`; one that is shared starts anew, once. */
export interface PlacedForm {
  readonly path: string;
  readonly form: Form;
}

/** A form and those within it, outermost first. */
export function formsWithin(root: Form): readonly PlacedForm[] {
  const found: PlacedForm[] = [];
  const seen = new Set<Form>();
  const walk = (form: Form, path: string): void => {
    if (form.form === 'shared' && seen.has(form)) return;
    seen.add(form);
    found.push({ path, form });
    const start = form.form === 'shared' ? form.title : path;
    for (const [key, inner] of childrenOf(form))
      walk(inner, key === '' ? start : start === '' ? key : `${start}.${key}`);
  };
  walk(root, '');
  return found;
}

/** The forms right within one, each with its key; without a key those that stand in its place. */
function childrenOf(form: Form): readonly (readonly [string, Form])[] {
  switch (form.form) {
    case 'part':
      return [
        ...Object.entries(form.settings).map(([key, { is }]) => [key, is] as const),
        ...(form.others === undefined ? [] : [[form.others.key, form.others.value] as const]),
      ];
    case 'list':
      return [['', form.of]];
    case 'either':
      return form.of.map((one) => ['', one] as const);
    case 'shared':
      return [['', form.is]];
    default:
      return [];
  }
}

/** A value that an option may have: its example, or one made of the examples within it. */
export function exampleOf({ is, example }: Setting): Json | undefined {
  return example ?? exampleWithin(is);
}

function exampleWithin(form: Form): Json | undefined {
  switch (form.form) {
    case 'part': {
      const own = Object.entries(form.settings).map(
        ([key, setting]) => [key, exampleOf(setting)] as const,
      );
      const { example, value } = form.others ?? {};
      const others =
        example === undefined || value === undefined
          ? []
          : [[example, exampleWithin(value)] as const];
      const given = [...own, ...others].flatMap(([key, json]): [string, Json][] =>
        json === undefined ? [] : [[key, json]],
      );
      return given.length === 0 ? undefined : Object.fromEntries(given);
    }
    case 'list': {
      const item = exampleWithin(form.of);
      return item === undefined ? undefined : [item];
    }
    case 'shared':
      return exampleWithin(form.is);
    default:
      return undefined;
  }
}
