import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../runtime/registry/client.js';
import { withScheme } from '../../../runtime/registry/scheme.js';

describe('an address without a scheme', () => {
  it.each([
    ['localhost:8081', 'http://localhost:8081'],
    ['localhost', 'http://localhost'],
    ['127.0.0.1:8081', 'http://127.0.0.1:8081'],
    ['[::1]:8081', 'http://[::1]:8081'],
    ['192.168.1.7:8081', 'http://192.168.1.7:8081'],
    ['schema-registry:8081', 'http://schema-registry:8081'],
    ['host.docker.internal:8081', 'http://host.docker.internal:8081'],
    ['registry.example.com', 'https://registry.example.com'],
    [
      'registry.example.com:443/apis/ccompat/v7',
      'https://registry.example.com:443/apis/ccompat/v7',
    ],
  ])('%s is told to be %s', (text, whole) => {
    expect(withScheme(text)).toBe(whole);
    expect(() => createRegistry({ url: ['https://a.example', text] })).toThrow(
      expect.objectContaining({
        code: 'INVALID',
        message: `Schema Registry URL 2 has no scheme: write ${whole}`,
      }),
    );
  });

  it.each([
    ['a user and a password', 'me:pa55@registry.example.com'],
    ['a word that may be a secret', 'pa55word'],
    ['a secret with a slash', 'pa55/word'],
    ['a query', 'registry.example.com?token=pa55'],
    ['another scheme', 'ftp://registry.example.com/pa55'],
  ])('is not repeated where it has %s', (_, text) => {
    expect(withScheme(text)).toBeUndefined();
    expect(() => createRegistry({ url: text })).toThrow(
      expect.objectContaining({ message: 'The Schema Registry URL is not an http(s) URL.' }),
    );
  });
});
