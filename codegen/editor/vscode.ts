/** What VS Code is told of a project: which JSON Schema is for which file, and how tasks print problems. */
import type { JsonObject } from '../../runtime/json.js';
import { folderFlags } from '../command-line.js';
import { CONFIG_FILE } from '../project/config/config.js';

/** A project, as seen from the workspace. */
export interface ProjectCommands {
  /** Absent where it is the usual one, as is {@link out}. */
  readonly schemas?: string;
  readonly out?: string;
  /** What runs the command of a package. @default 'npx' */
  readonly exec?: string;
}

const PRINTED = './node_modules/tavro/docs/editor';

/** For `.vscode/settings.json`. Schemas may have comments, which `.avsc` files show as JSON does. */
export function vscodeSettings(): JsonObject {
  return {
    'files.associations': { '*.avsc': 'jsonc', '*.avpr': 'jsonc' },
    'json.schemas': [
      { fileMatch: ['*.avsc'], url: `${PRINTED}/avsc.schema.json` },
      { fileMatch: [CONFIG_FILE], url: `${PRINTED}/tavro.schema.json` },
    ],
  };
}

/** For `.vscode/tasks.json`. */
export function vscodeTasks(commands: ProjectCommands = {}): JsonObject {
  const { schemas, exec = 'npx' } = commands;
  return {
    version: '2.0.0',
    tasks: [
      {
        label: 'tavro: generate on every edit',
        type: 'shell',
        command: `${exec} tavro codegen --watch${folderFlags(commands)}`,
        isBackground: true,
        group: 'build',
        problemMatcher: { ...MATCHER, background: BACKGROUND },
      },
      {
        label: 'tavro: check',
        type: 'shell',
        command: `${exec} tavro check --format compact${folderFlags(schemas === undefined ? {} : { schemas })}`,
        group: 'test',
        problemMatcher: MATCHER,
      },
    ],
  };
}

/** How commands print what is wrong: of a file that cannot be read there is no column. */
const MATCHER: JsonObject = {
  owner: 'tavro',
  source: 'tavro',
  severity: 'error',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code puts the folder there
  fileLocation: ['autoDetect', '${workspaceFolder}'],
  pattern: {
    regexp:
      '^(.+?\\.(?:avsc|avpr|avdl|json)):(\\d+)(?::(\\d+))?: (?:(error|warning|note) ([\\w-]+): )?(.+)$',
    file: 1,
    line: 2,
    column: 3,
    severity: 4,
    code: 5,
    message: 6,
  },
};

/** How `codegen --watch` begins and ends each run. */
const BACKGROUND: JsonObject = {
  activeOnStart: true,
  beginsPattern: '^Generating from .+\\.$',
  endsPattern: '^(?:Done|Failed) in \\d+ ms\\. Watching .+\\.$',
};
