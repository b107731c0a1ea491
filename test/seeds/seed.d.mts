export const SEED: number;
export function seedRange(text: string): number[];
