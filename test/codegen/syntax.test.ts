import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SchemasFolder } from './schemas-folder.js';
import { refuseBadSyntax, refuseBadSyntaxIn } from './syntax.js';

describe('the syntax of generated files', () => {
  it('is refused where it is none, with the path', () => {
    const files = [
      { path: 'Good.ts', text: 'export const a = 1;\n' },
      { path: 'Bad.ts', text: 'export const = 1;\n' },
    ];
    expect(() => refuseBadSyntax(files)).toThrow(
      'The generator wrote a file that is not TypeScript: Bad.ts: Variable declaration expected.',
    );
  });

  it('is looked at in every folder that a test generates', async () => {
    const folder = await SchemasFolder.create({
      'a.avsc': { type: 'record', name: 'a.A', fields: [] },
    });
    try {
      expect((await folder.run('codegen')).code).toBe(0);
      expect(() => refuseBadSyntaxIn(folder.generated)).not.toThrow();
      await writeFile(join(folder.generated, 'a', 'Extra.ts'), 'let = ;\n');
      expect(() => refuseBadSyntaxIn(folder.generated)).toThrow('a/Extra.ts: ');
    } finally {
      await folder.remove();
    }
  });
});
