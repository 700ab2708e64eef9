import { domainToASCII } from 'node:url';
import { InstallationValueError } from '../errors.ts';

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A domain name in lower case and A-labels (RFC 5890), without a final dot; U-labels are converted. Throws otherwise. */
export function parseDomainName(text: string): string {
  const name = domainToASCII(text.trim().replace(/[.。]$/u, ''));
  const labels = name.split('.');
  if (name === '' || name.length > 253 || !labels.every((label) => LABEL.test(label)))
    throw new InstallationValueError('a domain name', text, 'labels are letters, digits and hyphens, 63 at most');
  if (/^\d+$/.test(labels.at(-1)!))
    throw new InstallationValueError('a domain name', text, 'it is an address, mail needs a name');
  return name;
}
