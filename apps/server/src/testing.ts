/** The server from inside, for tests, drills and the corpora: a whole house to start and kill, and what lies in it. */
export { Bodies, packsFolder } from './core/bodies.ts';
export { migrations, rooms } from './rooms.ts';
export type { DomainPlan, HousePlan, TenantPlan } from './testing/house-plan.ts';
export { type HouseProcess, type LogLine, type StoppedHouse, TestHouse } from './testing/test-house.ts';
export { freePort } from './testing/prepare-house.ts';
