/** What can be wrong with the files given to the loader. */
export type ReleaseErrorCode =
  | 'not-found'
  | 'unreadable'
  | 'corrupt-archive'
  | 'too-large'
  | 'not-dmd'
  | 'malformed-xml'
  | 'forbidden-xml'
  | 'wrong-element'
  | 'wrong-value'
  | 'duplicate-file'
  | 'missing-file';

/** Why a release could not be read: a sentence to act on, with the file and, where it has one, the line. */
export class ReleaseError extends Error {
  readonly code: ReleaseErrorCode;
  readonly file: string | undefined;
  readonly line: number | undefined;

  constructor(code: ReleaseErrorCode, message: string, file?: string, line?: number) {
    super(file === undefined ? message : `${file}${line === undefined ? '' : `:${line}`}: ${message}`);
    this.name = 'ReleaseError';
    this.code = code;
    this.file = file;
    this.line = line;
  }
}
