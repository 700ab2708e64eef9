import type { Finding } from '@sekisho/api';
import type { Config } from '@sekisho/config';
import type { Command, Context } from '../command.ts';
import { examineCertificate } from '../doctor/certificate.ts';
import { examineDataFolder } from '../doctor/data-folder.ts';
import { finding } from '../doctor/finding.ts';
import { examineDns, examineHostname } from '../doctor/network.ts';
import { examineRootKey } from '../doctor/root-key.ts';
import { CommandError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../output/plain.ts';

const MARKS: Readonly<Record<Finding['level'], { ja: string; en: string }>> = {
  good: { ja: '良', en: 'ok  ' },
  warning: { ja: '注', en: 'mind' },
  bad: { ja: '悪', en: 'BAD ' },
};

/** The configuration, or what is wrong with it. */
function examineConfig(context: Context): { config: Config | null; found: Finding } {
  const name = context.configFile ?? context.text({ ja: '標準の設定', en: 'the defaults' });
  try {
    const config = context.config();
    return { config, found: finding('config', 'good', { ja: `設定 ${name}`, en: `configuration ${name}` }) };
  } catch (error) {
    const why = (error as Error).message;
    return {
      config: null,
      found: finding(
        'config',
        'bad',
        { ja: `設定を使えません: ${why}`, en: why },
        {
          ja: 'docs/configuration.md にすべてのキーの説明があります。',
          en: 'docs/configuration.md explains every key.',
        },
      ),
    };
  }
}

/** What the running system says of itself, or that it does not answer. */
async function examineCore(context: Context): Promise<Finding[]> {
  try {
    return (await context.api.get<{ findings: Finding[] }>('/doctor')).findings;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [finding('core', 'bad', error.sentence, error.todo)];
  }
}

async function examine(context: Context): Promise<Finding[]> {
  const { config, found } = examineConfig(context);
  if (config === null) return [found];
  const { examineAntivirus } = await import('../doctor/antivirus.ts');
  const [antivirus, dns, core] = await Promise.all([
    examineAntivirus(config, Date.now()),
    examineDns(config),
    examineCore(context),
  ]);
  return [
    found,
    examineRootKey(config),
    ...examineDataFolder(config),
    examineHostname(config),
    examineCertificate(config, Date.now()),
    dns,
    antivirus,
    ...core,
  ];
}

export const doctorCommand: Command = {
  name: 'doctor',
  about: { ja: '何がおかしいか、どうすればよいかを示す', en: 'say what is wrong, and what to do' },
  positionals: [],
  options: {},
  example: 'sekisho doctor',
  notes: {
    ja: '「悪」が 1 つでもあれば終了コードは 1 です。',
    en: 'The exit code is 1 when anything is BAD.',
  },
  isReader: true,
  async run(context) {
    const findings = await examine(context);
    context.print(findings, () => {
      for (const { level, tenant, what, todo } of findings) {
        const whose = tenant === null ? '' : `${tenant}: `;
        context.streams.out(`${context.text(MARKS[level])}  ${whose}${plain(context.text(what))}\n`);
        if (todo) context.streams.out(`      → ${plain(context.text(todo))}\n`);
      }
    });
    return findings.some(({ level }) => level === 'bad') ? EXIT.failed : EXIT.good;
  },
};
