/** What people of the demo write to one another about. */
import { type Rows, csvFile, excelFile, wordFile } from './attachments.ts';
import type { Attachment, MailCharset } from './compose.ts';
import { pdfFile } from './pdf.ts';

/** A matter: subject, text and files, told apart by its number. */
export interface Matter {
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly charset: MailCharset;
}

const GOODS = ['軸受ベアリング', '樹脂ケース', '段ボール箱 60サイズ', '防錆オイル', '検査治具', 'ステンレスねじ M6'];
const PLACES = ['横浜倉庫', '神戸港', '名古屋支店', '仙台営業所', '博多物流センター'];
const HELLO = 'いつもお世話になっております。';
const BYE = 'どうぞよろしくお願いいたします。';

const pick = <T>(list: readonly T[], number: number): T => list[number % list.length]!;
const yen = (amount: number) => `${amount.toLocaleString('en-US')}円`;

function order(number: number): Rows {
  const rows = Array.from({ length: 5 + (number % 20) }, (_, at) => {
    const [count, price] = [10 + ((number * 7 + at * 13) % 90), 120 + at * 35];
    return [String(at + 1), pick(GOODS, number + at), String(count), String(price), String(count * price)];
  });
  return [['行', '品名', '数量', '単価', '金額'], ...rows];
}

type Writer = (number: number) => Omit<Matter, 'charset'>;

const WRITERS: readonly Writer[] = [
  (number) => ({
    subject: `お見積書の送付について(第${number}号)`,
    text: `${HELLO}\nご依頼の${pick(GOODS, number)}について、見積書をお送りします。\n有効期限は30日です。\n${BYE}`,
    attachments: [excelFile(`御見積書_${number}.xlsx`, order(number))],
  }),
  (number) => ({
    subject: `【請求書】${1 + (number % 12)}月分 請求番号 INV-${10_000 + number}`,
    text: `${HELLO}\n今月分の請求書を添付いたします。金額は ${yen(50_000 + number * 1234)} です。\n${BYE}`,
    attachments: [
      pdfFile(`請求書_${number}.pdf`, [`請求書 INV-${10_000 + number}`, `合計 ${yen(50_000 + number * 1234)}`]),
    ],
  }),
  (number) => ({
    subject: `議事録: 定例会議(${pick(PLACES, number)})`,
    text: `${HELLO}\n本日の議事録です。決定事項は添付のとおりです。\n次回は来週の火曜日を予定しています。\n${BYE}`,
    attachments: [
      wordFile(`議事録_${number}.docx`, ['定例会議 議事録', pick(PLACES, number), '決定事項: 納期を前倒しする']),
    ],
  }),
  (number) => ({
    subject: `棚卸結果のご報告 ${pick(PLACES, number)}`,
    text: `${HELLO}\n${pick(PLACES, number)}の棚卸が終わりました。差異は ${number % 9} 点です。一覧を添付します。\n${BYE}`,
    attachments: [csvFile(`棚卸_${number}.csv`, order(number))],
  }),
  (number) => ({
    subject: `納期変更のお願い 注文番号 ${4000 + number}`,
    text: `${HELLO}\n${pick(GOODS, number)}の納期を ${1 + (number % 28)} 日に変更していただけますでしょうか。\n${BYE}`,
    attachments: [],
  }),
  (number) => ({
    subject: `出荷のご連絡 ${pick(PLACES, number)}行き`,
    text: `${HELLO}\n本日 ${10 + (number % 40)} 個口を出荷しました。送り状番号は 1234-${5000 + number} です。\n${BYE}`,
    attachments: [],
  }),
  (number) => ({
    subject: `Shipment notice / 出荷案内 BL-${7000 + number}`,
    text: `Dear colleagues,\n\nContainer ${7000 + number} leaves ${pick(PLACES, number)} tomorrow.\nETD/ETA は添付をご覧ください。\n\nBest regards`,
    attachments: [csvFile(`schedule-${number}.csv`, order(number))],
  }),
];

/** The matter of a number: always the same one. */
export function matterOf(number: number): Matter {
  return { ...pick(WRITERS, number)(number), charset: number % 3 === 0 ? 'iso-2022-jp' : 'utf-8' };
}
