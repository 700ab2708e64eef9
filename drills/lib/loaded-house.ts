import type { Chance } from './chance.ts';
import { House, type HouseOptions } from './house.ts';
import { judge, lookInside, type Stop, type Verdict } from './oracle.ts';
import { prepare, type Prepared } from './prepare.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { settleAndStop } from './settle.ts';
import { Sink } from './sink.ts';

/** A house under load with a next hop of its own, for drills that do one kind of harm to it. */
export class LoadedHouse implements AsyncDisposable {
  readonly house: House;
  readonly prepared: Prepared;
  readonly sender: Sender;
  readonly sink: Sink;

  /** Prepares `folder/data`, starts the house and begins to send. */
  static async open(
    options: HouseOptions & { readonly tenants: number },
    load: Pick<SenderOptions, 'sessions' | 'pauseMs'> & Partial<SenderOptions>,
    chance: Chance,
  ): Promise<LoadedHouse> {
    const sink = await Sink.open();
    const prepared = await prepare(options.folder, options.tenants, sink.port);
    const house = await House.open(options);
    try {
      await house.start();
    } catch (error) {
      await house.clear();
      sink.close();
      throw error;
    }
    const sender = new Sender({ chance, ...load, port: house.smtpPort, tenants: prepared.tenants });
    return new LoadedHouse(house, prepared, sender, sink);
  }

  private constructor(house: House, prepared: Prepared, sender: Sender, sink: Sink) {
    this.house = house;
    this.prepared = prepared;
    this.sender = sender;
    this.sink = sink;
  }

  /** Replies other than 250 since `since`, by code; 0 counts connections that ended before the reply. */
  refusals(since: number): Record<number, number> {
    const counts: Record<number, number> = {};
    for (const { at, outcome, code } of this.sender.sent)
      if (at >= since && outcome !== 'accepted') counts[code] = (counts[code] ?? 0) + 1;
    return counts;
  }

  /** Messages that got 250 since `since`. */
  acceptedSince(since: number): number {
    return this.sender.sent.filter(({ at, outcome }) => at >= since && outcome === 'accepted').length;
  }

  /** Ends the load, lets the house finish and stops it, and compares. */
  async judge(stops: readonly Stop[] = []): Promise<Verdict> {
    await this.sender.stop();
    await settleAndStop(this.house, this.prepared, () => this.sender.sent, this.sink);
    return judge({
      sent: this.sender.sent,
      copies: this.sink.copies,
      found: await lookInside(this.prepared, this.sender.sent),
      stops,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sender.stop();
    await this.house.clear();
    this.sink.close();
  }
}
