/** A search that cannot be answered as asked: it names the parameter and says what would do. */
export class SearchRefusal extends Error {
  /** The parameter as the client wrote it, modifier included. */
  readonly parameter: string;
  /** FHIR issue type. */
  readonly code: 'not-supported' | 'invalid' | 'value' | 'too-costly';

  constructor(parameter: string, code: SearchRefusal['code'], message: string) {
    super(message);
    this.parameter = parameter;
    this.code = code;
  }
}
