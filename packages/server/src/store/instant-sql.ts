/** SQL for a timestamp as FHIR's instant in UTC, to the millisecond: `2026-11-20T09:30:00.000Z`. @param column or expression */
export function instantSql(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
