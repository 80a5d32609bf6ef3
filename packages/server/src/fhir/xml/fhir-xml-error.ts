/** Why a text is no FHIR XML, or a resource cannot be written as FHIR XML; for the caller to answer with a 400. */
export class FhirXmlError extends Error {
  override name = 'FhirXmlError';
  /** FHIRPath of the element at fault, e.g. `MedicationRequest.dosageInstruction[0].timing`. */
  readonly expression: string;
  /** From 1; undefined where a resource was being written. */
  readonly line: number | undefined;
  /** From 1, in characters. */
  readonly column: number | undefined;

  constructor(message: string, expression: string, line?: number, column?: number) {
    super(line === undefined ? message : `Line ${line}, column ${column}: ${message}`);
    this.expression = expression;
    this.line = line;
    this.column = column;
  }
}
