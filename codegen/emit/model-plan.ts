/** Resolution plans over the generator's own model. */
import type { EnumPlan, Plan, RecordPlan } from '../../runtime/schema/plan.js';
import type * as runtime from '../../runtime/schema/schema.js';
import type {
  EnumSchema,
  Field,
  FixedSchema,
  RecordSchema,
  Schema,
  UnionSchema,
} from '../model/schema.js';

/** The shapes of the runtime replaced by those of the model, which extend them. */
type OfModel<T> = T extends runtime.RecordSchema
  ? RecordSchema
  : T extends runtime.EnumSchema
    ? EnumSchema
    : T extends runtime.FixedSchema
      ? FixedSchema
      : T extends runtime.UnionSchema
        ? UnionSchema
        : T extends runtime.Schema
          ? Schema
          : T extends runtime.Field
            ? Field
            : { readonly [Key in keyof T]: OfModel<T[Key]> };

export type ModelPlan = OfModel<Plan>;
export type ModelRecordPlan = OfModel<RecordPlan>;
export type ModelEnumPlan = OfModel<EnumPlan>;
export type PlanOf<Kind extends ModelPlan['kind']> = Extract<ModelPlan, { kind: Kind }>;
