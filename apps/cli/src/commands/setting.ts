import type { SettingChangeView, SettingView } from '@sekisho/api';
import { parseSettingName, parseSettingText } from '@sekisho/config';
import { part } from '../client/api-client.ts';
import type { Command, Context } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

const NAME = { name: 'NAME', about: { ja: '設定値の名前', en: 'name of the setting' } };
const OF_TENANT = {
  tenant: {
    value: 'TENANT',
    about: { ja: 'テナントの値(省略時は全体)', en: 'for a tenant (default: the installation)' },
  },
};

function pathOf(context: Context): string {
  const tenant = context.option('tenant');
  const base = `${tenant === null ? '' : `/tenants/${part(tenant)}`}/settings`;
  const name = context.place('NAME');
  return name === '' ? base : `${base}/${part(name)}`;
}

const shown = (value: unknown) => (value === null ? '-' : Array.isArray(value) ? value.join(',') : String(value));

function sayChange(context: Context, change: SettingChangeView | null): void {
  if (change === null) context.say({ ja: '変わりありません', en: 'it was so already' });
  else
    context.say({
      ja: `${change.name}: ${shown(change.old)} → ${shown(change.new)}`,
      en: `${change.name}: ${shown(change.old)} → ${shown(change.new)}`,
    });
}

export const settingCommands: readonly Command[] = [
  {
    name: 'setting list',
    about: { ja: '設定値の一覧', en: 'list settings' },
    positionals: [],
    options: OF_TENANT,
    example: 'sekisho setting list --tenant kumo',
    isReader: true,
    async run(context) {
      const { settings } = await context.api.get<{ settings: SettingView[] }>(pathOf(context));
      const from = {
        default: { ja: '標準', en: 'default' },
        installation: { ja: '全体', en: 'installation' },
        tenant: { ja: 'テナント', en: 'tenant' },
      };
      context.print(settings, () =>
        context.table(
          [
            { head: context.text({ ja: '名前', en: 'name' }) },
            { head: context.text({ ja: '値', en: 'value' }), most: 32 },
            { head: context.text({ ja: '単位', en: 'unit' }) },
            { head: context.text({ ja: '設定元', en: 'set for' }) },
            { head: context.text({ ja: '説明', en: 'about' }), most: 70 },
          ],
          settings.map((one) => [
            one.name,
            shown(one.value),
            one.unit === 'none' ? '' : one.unit,
            context.text(from[one.from]),
            context.text(one.about),
          ]),
        ),
      );
      return EXIT.good;
    },
  },
  {
    name: 'setting set',
    about: {
      ja: '設定値を変える(再起動なしで、次の接続・メール・配送から効きます)',
      en: 'set a value; it holds from the next session, message or delivery on',
    },
    positionals: [NAME, { name: 'VALUE', about: { ja: '値', en: 'the value' } }],
    options: OF_TENANT,
    example: 'sekisho setting set quarantine.days 30 --tenant kumo',
    isReader: false,
    async run(context) {
      const value = parseSettingText(parseSettingName(context.place('NAME')), context.place('VALUE'));
      const sent = { method: 'PUT', json: { value } } as const;
      sayChange(context, (await context.api.send<{ change: SettingChangeView | null }>(pathOf(context), sent)).change);
      return EXIT.good;
    },
  },
  {
    name: 'setting unset',
    about: { ja: '設定値を取り消す(上位の値に戻ります)', en: 'take a value away: what stands above holds again' },
    positionals: [NAME],
    options: OF_TENANT,
    example: 'sekisho setting unset quarantine.days --tenant kumo',
    isReader: false,
    async run(context) {
      const sent = { method: 'DELETE' } as const;
      sayChange(context, (await context.api.send<{ change: SettingChangeView | null }>(pathOf(context), sent)).change);
      return EXIT.good;
    },
  },
  {
    name: 'setting history',
    about: { ja: '設定値の変更の記録', en: 'show who changed a value' },
    positionals: [NAME],
    options: OF_TENANT,
    example: 'sekisho setting history quarantine.days --tenant kumo',
    isReader: true,
    async run(context) {
      const { changes } = await context.api.get<{ changes: SettingChangeView[] }>(`${pathOf(context)}/history`);
      context.print(changes, () =>
        context.table(
          [
            { head: context.text({ ja: '時刻', en: 'time' }) },
            { head: context.text({ ja: '誰が', en: 'by' }) },
            { head: context.text({ ja: '前の値', en: 'before' }), most: 40 },
            { head: context.text({ ja: '新しい値', en: 'after' }), most: 40 },
          ],
          changes.map((one) => [context.time(one.at), one.by.name, shown(one.old), shown(one.new)]),
        ),
      );
      return EXIT.good;
    },
  },
];
