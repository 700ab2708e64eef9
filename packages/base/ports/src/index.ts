export { type Clock, systemClock } from './clock.ts';
export { type Log, type LogFields, type LogOptions, openLog } from './log.ts';
export { type Meter, type MeterSnapshot, formatOpenMetrics, mergeSnapshots, openMeter } from './meter.ts';
export { type Random, systemRandom } from './random.ts';
export {
  cachedResolver,
  DnsError,
  type Resolver,
  type ResourceRecordType,
  systemResolver,
  type Zones,
  zoneResolver,
} from './resolver.ts';
