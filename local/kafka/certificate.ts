/** Key pair of one broker's lifetime; both parts are PEM. */
export interface Certificate {
  readonly privateKey: string;
  /** Self-signed, so it is the authority that clients trust, too. */
  readonly certificate: string;
}

const VALID_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes a throw-away certificate for 127.0.0.1 and localhost. */
export async function makeCertificate(): Promise<Certificate> {
  // Loaded only when a broker is started: most users of this room never need it.
  // By `default`, which is all that a bundler's chunk of a CommonJS package has.
  const { generate } = (await import('selfsigned')).default;
  // From yesterday: the clock of the virtual machine that runs Docker may be behind ours.
  const notBeforeDate = new Date(Date.now() - DAY_MS);
  const notAfterDate = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    // Made in a hundredth of the time of an RSA key.
    keyType: 'ec',
    curve: 'P-256',
    notBeforeDate,
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { privateKey: made.private, certificate: made.cert };
}
