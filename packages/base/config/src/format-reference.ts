import { type ConfigKey, configKeys } from './keys.ts';
import type { Setting } from './setting.ts';
import { settings } from './settings.ts';

const HEAD = `# Configuration

Made from the catalogues in \`packages/base/config\`; a test compares the two.

There are two places. \`sekisho.toml\` holds what must be known before a database opens; it is read once, at the start,
and an unknown key is refused. Everything else is a *setting*: data with a history (who, when, old and new value),
changed while the system runs with \`sekisho setting set NAME VALUE\`, for the installation or for one tenant.

設定は 2 か所にあります。\`sekisho.toml\` はデータベースを開く前に必要なことだけを書き、起動時に一度だけ読みます。
知らないキーがあれば起動しません。それ以外は「設定値」で、履歴(誰が、いつ、前の値、新しい値)とともに保存され、
動作中に \`sekisho setting set 名前 値\` で、全体またはテナントごとに変更できます。
`;

/** The text of `docs/configuration.md`: both catalogues, in English and Japanese. */
export function formatReference(): string {
  return `${HEAD}
## sekisho.toml

| key | default | environment | |
|---|---|---|---|
${Object.entries(configKeys).map(keyRow).join('\n')}

## Settings

Scope *tenant* means: the installation's value holds for every tenant that has none of its own.
範囲が tenant の設定値は、テナントに値がなければ全体の値が使われます。

| setting | default | unit | scope | |
|---|---|---|---|---|
${Object.entries(settings).map(settingRow).join('\n')}
`;
}

function keyRow([name, key]: readonly [string, ConfigKey<unknown>]): string {
  const variable = key.env === undefined ? '' : `\`${key.env}\``;
  return row([`\`${name}\``, valueText(key.default), variable, `${key.en}<br>${key.ja}`]);
}

function settingRow([name, setting]: readonly [string, Setting<unknown>]): string {
  const unit = setting.unit === 'none' ? '' : setting.unit;
  return row([`\`${name}\``, valueText(setting.default), unit, setting.scope, `${setting.en}<br>${setting.ja}`]);
}

const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const valueText = (value: unknown) => (value === null ? 'not set' : `\`${JSON.stringify(value)}\``);
