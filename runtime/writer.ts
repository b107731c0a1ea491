/** stub to be replaced */
export class Writer {}
