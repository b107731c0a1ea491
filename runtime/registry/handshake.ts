/** What can be done where no TLS connection comes about, by the words of Node's error. */

/** @param isGiven whether the authority was given */
export function handshakeAdvice(why: string, isGiven: boolean): string {
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(why))
    return isGiven
      ? '. Its certificate is not of the authority in tls.ca (SCHEMA_REGISTRY_CA_LOCATION)'
      : '. Nobody here trusts who signed its certificate: give that authority in PEM as tls.ca, or a file of it as SCHEMA_REGISTRY_CA_LOCATION';
  if (/certificate.required|handshake failure/i.test(why))
    return '. Does it want a client certificate? Give tls.cert and tls.key, or SCHEMA_REGISTRY_CERTIFICATE_LOCATION and SCHEMA_REGISTRY_KEY_LOCATION';
  return /wrong.version.number/i.test(why) ? '. Is it http://, without TLS?' : '';
}
