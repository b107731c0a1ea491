import { describe, expect, it } from '@jest/globals';
import { missingSdk } from '../../runtime/secret.js';

const SDK = '@aws-sdk/client-secrets-manager';
const error = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('the AWS SDK', () => {
  it.each([
    ['a module', error('ERR_MODULE_NOT_FOUND', `Cannot find package '${SDK}' imported from a.js`)],
    ['CommonJS', error('MODULE_NOT_FOUND', `Cannot find module '${SDK}'`)],
  ])('is to be installed where Node does not find it for %s', (_, thrown) => {
    expect(missingSdk(thrown)).toBe(
      `the package ${SDK} is missing. Lambda's Node.js runtime has it; elsewhere run \`npm i ${SDK}\`.`,
    );
  });

  it.each([
    ['another package that is missing', error('MODULE_NOT_FOUND', "Cannot find module 'other'")],
    [
      'a package of its own that is missing',
      error('ERR_MODULE_NOT_FOUND', `Cannot find package 'other' imported from /a/${SDK}/index.js`),
    ],
    ['what the SDK throws', error('AccessDenied', `${SDK}: denied`)],
    ['no error', undefined],
  ])('is not what is missing for %s', (_, thrown) => {
    expect(missingSdk(thrown)).toBeUndefined();
  });
});
