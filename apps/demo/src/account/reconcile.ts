import type { Play } from '../plays/play.ts';
import type { Outcome } from '../smtp/play-client.ts';
import type { Sentence } from '@sekisho/terms';
import { both } from '../language.ts';
import type { Account, Archived, Fate, Owed } from './account.ts';

/** Everything in an account that does not add up, as sentences; none when the demo went as it must. */
export function reconcile(account: Account, archives: readonly Archived[]): Sentence[] {
  const { outcomes, owed, reports, strangers } = account;
  const returned = owed.filter(({ fates }) => fates.some(({ kind }) => kind === 'returned')).length;
  return [
    ...outcomes.flatMap(faultOfReply),
    ...owed.flatMap(faultOfFate),
    ...faultsOfArchive(account, archives),
    ...(reports.length === returned
      ? []
      : [both(`報告 ${returned} 通のはずが ${reports.length} 通`, `${returned} reports owed, ${reports.length} came`)]),
    ...strangers.map(({ forwardPaths }) =>
      both(`送っていないメールが届いた: ${forwardPaths}`, `a message that nobody sent reached ${forwardPaths}`),
    ),
  ];
}

/** Is everything that was taken archived once, indexed and whole? */
function faultsOfArchive({ outcomes, reports, handedOver }: Account, archives: readonly Archived[]): Sentence[] {
  const sum = (name: keyof Archived) => archives.reduce((all, one) => all + one[name], 0);
  const taken = outcomes.filter(({ accepted }) => accepted).length + handedOver + reports.length;
  const [stored, indexed, faults] = [sum('stored'), sum('indexed'), sum('faults')];
  if (stored === taken && indexed === taken && faults === 0) return [];
  return [
    both(
      `アーカイブ ${stored} 通、索引 ${indexed} 通、破損 ${faults} 通のはずは ${taken}、${taken}、0`,
      `archived ${stored}, indexed ${indexed}, damaged ${faults}; it should be ${taken}, ${taken}, 0`,
    ),
  ];
}

/** Was it taken or refused as it had to be? */
function faultOfReply({ play, accepted, refusals }: Outcome): Sentence[] {
  const { expected } = play;
  const said = refusals.map(({ to, code, enhanced, text }) => `${to}: ${code} ${enhanced} ${text}`).join('; ');
  if (expected.kind === 'refused') {
    if (accepted) return [about(play, `拒否されるはずが受信された`, 'was taken and should have been refused')];
    if (refusals.some(({ code }) => code === expected.code)) return [];
    return [about(play, `${expected.code} のはずが「${said}」`, `should have met ${expected.code} and met "${said}"`)];
  }
  if (!accepted) return [about(play, `拒否された「${said}」`, `was refused: "${said}"`)];
  const wanted = [...(play.refusedPaths ?? [])].sort().join();
  const got = refusals.map(({ forwardPath }) => forwardPath ?? '').sort();
  return got.join() === wanted ? [] : [about(play, `拒否された宛先: ${said}`, `forward-paths were refused: ${said}`)];
}

/** Has it come to exactly one fate, the expected one, octet for octet? */
function faultOfFate(owed: Owed): Sentence[] {
  const { play, fates, spoolId, forwardPath } = owed;
  const which = `${spoolId} <${forwardPath}>`;
  if (fates.length !== 1) {
    const kinds = fates.map(({ kind }) => kind).join(', ') || '-';
    return [about(play, `${which} の行方が 1 つでない: ${kinds}`, `${which} has not exactly one fate: ${kinds}`)];
  }
  const [fate] = fates as [Fate];
  if (!isExpected(fate, play))
    return [about(play, `${which} が ${fate.kind} ${fate.why}`, `${which} became ${fate.kind} ${fate.why}`)];
  if (fate.message && !endsIn(fate.message.content, play.raw))
    return [about(play, `${which} の中身が原本と違う`, `${which} was changed on the way`)];
  return [];
}

function isExpected({ kind, why }: Fate, { expected }: Play): boolean {
  switch (expected.kind) {
    case 'settled':
      return kind === 'delivered' || kind === 'quarantined';
    case 'waits':
      return kind === 'waiting';
    case 'quarantined':
      return kind === 'quarantined' && why === expected.reason;
    default:
      return kind === expected.kind;
  }
}

/** The delivered form is a trace prefix and then the raw octets (no field of the demo's mails is forged). */
const endsIn = (content: Buffer, raw: Buffer) => content.subarray(-raw.length || content.length).equals(raw);

const about = ({ about: subject, reversePath, forwardPaths }: Play, ja: string, en: string): Sentence => {
  const play = `${subject} <${reversePath}> → ${forwardPaths.map((path) => `<${path}>`).join(' ')}`;
  return both(`${play}: ${ja}`, `${play}: ${en}`);
};
