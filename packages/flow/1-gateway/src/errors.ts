import { SekishoError } from '@sekisho/terms';

/** A limit has a value that cannot be kept. */
export class GatewayLimitError extends SekishoError {
  constructor(name: string, value: number, wanted: string) {
    super('gateway-limit', `Cannot use ${value} for the limit "${name}": it takes ${wanted}`, {
      detail: { name, value },
    });
  }
}

/** A listener has to speak TLS from the first octet, and there is no certificate. */
export class CertificateMissingError extends SekishoError {
  constructor(listener: string) {
    super('certificate-missing', `Cannot open the listener "${listener}": it speaks TLS and no certificate is set`, {
      detail: { listener },
    });
  }
}

/** A network in the configuration is none. */
export class NetworkSyntaxError extends SekishoError {
  constructor(text: string) {
    super('network-syntax', `Cannot parse "${text}" as an address or a network in CIDR form`, { detail: { text } });
  }
}

/** The directory did not say in time whether a recipient is known. */
export class LookupOverdueError extends SekishoError {
  constructor(ms: number) {
    super('lookup-overdue', `Cannot say whether the recipient is known: the directory took more than ${ms} ms`);
  }
}
