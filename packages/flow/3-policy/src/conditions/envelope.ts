import { z } from 'zod';
import { condition, includesAll } from '../catalogue-entry.ts';
import { addressPatterns, coversDomains, domainPatterns, matchesAddress, matchesDomain } from '../names.ts';

const domains = z.strictObject({ domains: domainPatterns });
const addresses = z.strictObject({ addresses: addressPatterns });

/** Conditions on what SMTP said. */
export const envelopeConditions = [
  condition({
    name: 'always',
    schema: z.strictObject({}),
    sentence: { ja: 'すべてのメール', en: 'any message' },
    holds: () => true,
  }),
  condition({
    name: 'direction',
    schema: z.strictObject({ is: z.enum(['reception', 'submission']) }),
    sentence: { ja: 'メールの向きが「{is}」', en: 'the direction is {is}' },
    holds: ({ is }, { envelope }) => envelope.direction === is,
  }),
  condition({
    name: 'sender/domain',
    schema: domains,
    sentence: {
      ja: '差出人(エンベロープ)のドメインが「{domains}」',
      en: 'the domain of the reverse-path is {domains}',
    },
    holds: (q, { envelope }) => envelope.reversePath !== null && matchesDomain(q.domains, envelope.reversePath.domain),
    covers: (outer, inner) => coversDomains(outer.domains, inner.domains),
  }),
  condition({
    name: 'sender/address',
    schema: addresses,
    sentence: { ja: '差出人(エンベロープ)が「{addresses}」', en: 'the reverse-path is {addresses}' },
    holds: (q, { envelope }) => matchesAddress(q.addresses, envelope.reversePath),
    covers: (outer, inner) => includesAll(outer.addresses, inner.addresses),
  }),
  condition({
    name: 'recipient/domain',
    schema: domains,
    sentence: { ja: '宛先のドメインが「{domains}」', en: 'the domain of the forward-path is {domains}' },
    perRecipient: true,
    holds: (q, { forwardPath }) => matchesDomain(q.domains, forwardPath.domain),
    covers: (outer, inner) => coversDomains(outer.domains, inner.domains),
  }),
  condition({
    name: 'recipient/address',
    schema: addresses,
    sentence: { ja: '宛先が「{addresses}」', en: 'the forward-path is {addresses}' },
    perRecipient: true,
    holds: (q, { forwardPath }) => matchesAddress(q.addresses, forwardPath),
    covers: (outer, inner) => includesAll(outer.addresses, inner.addresses),
  }),
];
