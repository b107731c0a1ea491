/** A schemas folder, and the function that registers it, as one asset. */
import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { InfraError } from '../errors.js';
import { copyFunction } from './function-files.js';

/** Endings of what tavro reads of a schemas folder: schemas, settings, lock. */
const READ = /\.(avsc|avpr|avdl|json)$/;

export interface ReleaseAsset {
  readonly asset: Asset;
  /** Where the schemas are in it. */
  readonly folder: string;
}

/** @throws InfraError `SCHEMAS` where the folder is none */
export function releaseAsset(scope: Construct, schemas: string): ReleaseAsset {
  const source = path.resolve(schemas);
  if (!existsSync(source) || !statSync(source).isDirectory()) {
    throw new InfraError(
      'SCHEMAS',
      `there is no folder ${source}; set \`schemas\` to the folder with schema files, tavro.json and lock/`,
      scope.node.path,
    );
  }
  const folder = nameOf(source);
  const asset = new Asset(scope, 'Release', {
    path: source,
    // Of what is deployed, not of what else the folder holds.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never run: the local bundler does all there is to do.
      image: DockerImage.fromRegistry('scratch'),
      local: {
        tryBundle(output: string): boolean {
          copySchemas(source, path.join(output, folder));
          copyFunction(scope, output);
          return true;
        },
      },
    },
  });
  return { asset, folder };
}

/** As people of the project name it, so that findings show paths that they know. */
function nameOf(source: string): string {
  const relative = path.relative(process.cwd(), source);
  const isBelow = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  return isBelow ? relative.split(path.sep).join('/') : path.basename(source);
}

function copySchemas(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  cpSync(source, target, {
    recursive: true,
    dereference: true,
    filter: (file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      if (found?.isDirectory()) return path.basename(file) !== 'node_modules';
      return found !== undefined && READ.test(file);
    },
  });
}
