import { type Chance, chance, ZipfRanks } from './chance.ts';

const KANJI =
  '会社営業部長課員取引先方様御中株式有限責任者担当連絡報告相談確認承認申請書類資料添付送付受領請求見積契約注文納品検収支払入金振込口座' +
  '銀行税込抜額単価数量合計残高予算決算経費精算出張旅費交通宿泊日程時間午前後月火水木金土曜祝休暇勤務始終業残早退遅刻欠席参加会議室場所' +
  '東京大阪名古屋福岡札幌仙台広島京都神戸横浜市区町村県庁省官公民法律規則改正施行開始終了延期中止変更追加削除修正訂正再度至急重要機密個人' +
  '情報保護管理体制運用障害発生原因対策復旧影響範囲利用停止設定手順説明書面電子郵便番号住所氏名生年齢性別電話携帯機器製品型式仕様品質検査' +
  '不良返交換修理保証期間内外無料有料割引特別価格改定新旧比較表図面設計開発試験評価結果考察研究論文発表学生教育訓練講師受験合否採用面接';
const KATAKANA =
  'メール サーバー システム ネットワーク セキュリティ パスワード アカウント ログイン ファイル フォルダー データ バックアップ クラウド サービス ' +
  'サポート ライセンス バージョン アップデート インストール エラー スケジュール ミーティング プロジェクト リーダー マネージャー レビュー テスト ' +
  'リリース キャンペーン アンケート セミナー パートナー ベンダー コスト プラン オプション メンテナンス トラブル レポート グラフ カタログ サンプル';
const PARTICLES = 'の を に は が で と も から まで について により として における へ や など'.split(' ');
const ENDINGS =
  'します。 しました。 いたします。 です。 ください。 お願いいたします。 となります。 でございます。 しております。 存じます。 ありません。'.split(
    ' ',
  );
const FUNCTION_WORDS =
  'the of and to in is for that on with this be are as at by we have it from your our will not or an you please has was if can all any'.split(
    ' ',
  );
const SYLLABLES =
  'ac ber cal den er fin gar hol in jor kel lan mor nis or pel qua ran sol tin ur val wen yor zan ment tion ness able ing ist ure'.split(
    ' ',
  );

/** The words that mails are made of, the most frequent first. */
export interface Vocabulary {
  readonly japanese: readonly string[];
  readonly english: readonly string[];
}

function distinct(count: number, make: () => string): string[] {
  const words = new Set<string>();
  while (words.size < count) words.add(make());
  return [...words];
}

function makeVocabulary(): Vocabulary {
  const random = chance(20_261_120);
  const kanji = [...new Set(KANJI)];
  const katakana = KATAKANA.split(' ');
  const japanese = distinct(8000, () => {
    if (random.next() < 0.12) return random.pick(katakana) + (random.next() < 0.5 ? '' : random.pick(kanji));
    const characters = random.pick([2, 2, 2, 2, 3, 3, 4]);
    return Array.from({ length: characters }, () => random.pick(kanji)).join('');
  });
  const invented = distinct(15_000, () =>
    Array.from({ length: random.pick([2, 2, 3, 3, 4]) }, () => random.pick(SYLLABLES)).join(''),
  );
  return { japanese, english: [...new Set([...FUNCTION_WORDS, ...invented])] };
}

export const vocabulary = makeVocabulary();
const ranks = {
  japanese: new ZipfRanks(vocabulary.japanese.length),
  english: new ZipfRanks(vocabulary.english.length),
};

/** A word as often as it is used. */
export const japaneseWord = (random: Chance) => vocabulary.japanese[ranks.japanese.draw(random)]!;
export const englishWord = (random: Chance) => vocabulary.english[ranks.english.draw(random)]!;

export function japaneseSentence(random: Chance): string {
  let text = '';
  for (let words = 3 + random.below(6); words > 0; words--) text += japaneseWord(random) + random.pick(PARTICLES);
  return text + japaneseWord(random) + random.pick(ENDINGS);
}

export function englishSentence(random: Chance): string {
  const words = Array.from({ length: 6 + random.below(12) }, () => englishWord(random));
  const [first, ...rest] = words;
  return `${first![0]!.toUpperCase()}${first!.slice(1)} ${rest.join(' ')}.`;
}
