/** stub to be replaced */
export class Reader {}
