/** The flags that name a project's folders, to be typed or put into a script; none for the usual ones. */
export function folderFlags(folders: { readonly schemas?: string; readonly out?: string }): string {
  const flag = (name: string, value: string | undefined, usual: string): string =>
    value === undefined || value === usual ? '' : ` --${name} ${JSON.stringify(value)}`;
  return flag('schemas', folders.schemas, 'schemas') + flag('out', folders.out, 'generated');
}
