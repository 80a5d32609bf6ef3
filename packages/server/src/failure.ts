/** What of a failure goes to the log: a database's error has the statement's values beside it, which are patients' data. */
export function loggable(error: unknown): { type: string; message: string; code?: string; stack?: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack } = error;
  const { code } = error as { code?: unknown };
  return {
    ...{ type: name, message },
    ...(typeof code === 'string' ? { code } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}
