export { Bodies, packsFolder } from './core/bodies.ts';
export { migrations, rooms } from './rooms.ts';
