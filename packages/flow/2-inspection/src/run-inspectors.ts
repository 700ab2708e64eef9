import type { Fact } from '@sekisho/terms';
import type { InspectionContext, Inspector } from './inspector.ts';

const LATE = Symbol('late');
const MAX_WHY = 160;

/** The facts of all inspectors, in their order; who fails or is late by the deadline is told as `inspection/failed`. */
export async function runInspectors(
  inspectors: readonly Inspector[],
  context: InspectionContext,
  deadlineMs: number,
): Promise<Fact[]> {
  const answers = inspectors.map((inspector) => answerOf(inspector, context));
  if (!answers.some((answer) => answer instanceof Promise)) return (answers as Fact[][]).flat();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, LATE);
  });
  const found = await Promise.all(
    answers.map((answer) => (answer instanceof Promise ? Promise.race([answer, late]) : answer)),
  );
  clearTimeout(timer);
  return found.flatMap((facts, i) => {
    if (facts !== LATE) return facts;
    return failed(inspectors[i]!, new Error(`not done in ${deadlineMs} ms`));
  });
}

function answerOf(inspector: Inspector, context: InspectionContext): Promise<Fact[]> | Fact[] {
  try {
    const answer = inspector.inspect(context);
    return answer instanceof Promise ? answer.catch((error: unknown) => failed(inspector, error)) : answer;
  } catch (error) {
    return failed(inspector, error);
  }
}

const failed = (inspector: Inspector, error: unknown): Fact[] => [
  ...(inspector.otherwise ?? []),
  inspectionFailed(inspector.name, error),
];

/** The fact of an unforeseen error: which inspector, and the first words of why. */
export function inspectionFailed(inspector: string, error: unknown): Fact {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { name: 'inspection/failed', value: { inspector, why: why.slice(0, MAX_WHY).toWellFormed() } };
}
