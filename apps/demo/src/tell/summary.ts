import type { Sentence } from '@sekisho/terms';
import type { Archived } from '../account/account.ts';
import type { Counted, Figures, Percentiles } from '../account/figures.ts';
import type { Demo } from '../house/open-demo.ts';
import { both, type Language } from '../language.ts';

const FAULTS_SHOWN = 30;

/** Tells what happened, and loudly what does not add up. */
export function tellSummary(about: {
  readonly figures: Figures;
  readonly archives: readonly Archived[];
  readonly faults: readonly Sentence[];
  readonly times: { readonly playMs: number; readonly settleMs: number };
  readonly demo: Demo;
  readonly language: Language;
  readonly write: (text: string) => void;
}): void {
  const { figures, archives, faults, times, demo, language, write } = about;
  const say = (ja: string, en: string) => write(`${language === 'ja' ? ja : en}\n`);
  const counted = (list: Counted) => {
    for (const [name, count] of list)
      write(`    ${String(count).padStart(6)}  ${name}
`);
  };
  const { accepted, refused, quarantined, signed } = figures;
  const { aoba, minato, internet } = demo.sinks;

  write('\n');
  say(
    `${figures.played} 通を流し、${accepted.messages} 通を受信、${refused.messages} 通をその場で拒否しました。拒否の応答(宛先 1 件だけの拒否も含む):`,
    `${figures.played} messages played: ${accepted.messages} accepted, ${refused.messages} refused in the session. Refusing replies (also those to one recipient alone):`,
  );
  counted(refused.byReply);
  say(
    `受信した ${accepted.messages} 通の宛先 ${accepted.forwardPaths} 件の行き先:`,
    `Where the ${accepted.forwardPaths} forward-paths of the ${accepted.messages} accepted messages went:`,
  );
  say(
    `    ${figures.delivered} 件を配送(青葉商事のサーバー ${aoba.messages.length} 通、港物流のサーバー ${minato.messages.length} 通、外部 ${internet.messages.length} 通。テナント間 ${figures.handedOver} 件)`,
    `    ${figures.delivered} delivered (server of 青葉商事 ${aoba.messages.length} messages, of 港物流 ${minato.messages.length}, outside ${internet.messages.length}; ${figures.handedOver} from tenant to tenant)`,
  );
  say(`    ${quarantined.forwardPaths} 件を隔離`, `    ${quarantined.forwardPaths} quarantined`);
  counted(quarantined.byReason);
  say(
    `    ${figures.returned} 件を配送先が拒否し、送信者に報告 ${figures.reports} 通を送付`,
    `    ${figures.returned} refused by the next hop, ${figures.reports} reports written to their senders`,
  );
  say(
    `    ${figures.waiting} 件が配送待ち(配送先 192.0.2.1 はこの機械の外なので、デモの見張りが接続を拒んでいます)`,
    `    ${figures.waiting} waiting (the next hop 192.0.2.1 lies outside this machine, and the demo's guard refuses to connect)`,
  );
  say(
    `外部へ出た ${signed.of} 通のうち ${signed.verified} 通の DKIM 署名を検証できました。`,
    `${signed.verified} of ${signed.of} messages that left carry a DKIM signature that verifies.`,
  );
  const stored = archives.reduce((sum, one) => sum + one.stored, 0);
  say(
    `アーカイブの ${stored} 通(受信 ${accepted.messages} + テナント間 ${figures.handedOver} + 報告 ${figures.reports})をすべて読み直し、照合しました。`,
    `All ${stored} archived messages were read again and compared (${accepted.messages} accepted + ${figures.handedOver} from tenant to tenant + ${figures.reports} reports).`,
  );
  say(
    `時間: 受付 ${seconds(times.playMs)}、配送まで ${seconds(times.settleMs)}。250 までの時間 ${milliseconds(figures.acceptMs)}、応答前に検査する経路では ${milliseconds(figures.inspectedMs)}。`,
    `Time: ${seconds(times.playMs)} to play, ${seconds(times.settleMs)} more to deliver. To the 250: ${milliseconds(figures.acceptMs)}; where inspection comes before the reply: ${milliseconds(figures.inspectedMs)}.`,
  );
  tellBalance(figures, faults, language, write);
}

function tellBalance(
  { accepted, delivered, quarantined, waiting, returned }: Figures,
  faults: readonly Sentence[],
  language: Language,
  write: (text: string) => void,
): void {
  const sum = `${accepted.forwardPaths} = ${delivered} + ${quarantined.forwardPaths} + ${waiting} + ${returned}`;
  if (faults.length === 0) {
    const good = both(
      `数は合っています: 受信 ${sum}(配送 + 隔離 + 待ち + 返送)。配送したものは 1 オクテットも変わっていません。`,
      `The numbers add up: accepted ${sum} (delivered + quarantined + waiting + returned). Nothing delivered was changed by an octet.`,
    );
    return write(`${good[language]}\n`);
  }
  const bad = both(
    `■■ 数が合いません(${faults.length} 件)。受信 ${sum}?`,
    `■■ THE NUMBERS DO NOT ADD UP (${faults.length} faults). Accepted ${sum}?`,
  );
  write(`${bad[language]}\n`);
  for (const fault of faults.slice(0, FAULTS_SHOWN)) write(`  ■ ${fault[language]}\n`);
  if (faults.length > FAULTS_SHOWN) write(`  … ${faults.length - FAULTS_SHOWN}\n`);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const milliseconds = ({ p50, p95, count }: Percentiles) =>
  `p50 ${p50.toFixed(1)} ms / p95 ${p95.toFixed(1)} ms (n=${count})`;
