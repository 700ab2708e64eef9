import type { Option, Positional } from '../command.ts';

export const TENANT: Positional = {
  name: 'TENANT',
  about: { ja: 'テナントの名前または ID', en: 'name or id of a tenant' },
};

export const DOMAIN: Positional = { name: 'DOMAIN', about: { ja: 'ドメイン', en: 'a domain' } };

export const NOTE: Option = { value: 'TEXT', about: { ja: '理由(記録に残ります)', en: 'why; it is kept' } };
