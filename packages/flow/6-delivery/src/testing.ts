export { type Answer, DROP, HANG, type Script, ScriptedServer, type TakenMessage } from './testing/scripted-server.ts';
