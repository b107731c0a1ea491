/** What is wrong, how it is written, and what the compiler points at and says in its first line. */
export type Misuse = readonly [mistake: string, code: string, says: string];
