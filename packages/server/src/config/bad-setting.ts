/** A setting that cannot be used; the message says what would do. */
export class BadSetting extends Error {}
